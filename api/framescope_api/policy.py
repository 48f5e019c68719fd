"""Rules that turn scores into what an operator wants done: the part that every policy has in common.

A rule names a feature and a threshold; what it asks for is added by whoever acts on it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from framescope_model.features import FEATURE_IDS
from framescope_model.results import FeatureScore

MAX_RULES = 100


class ScoreRule(BaseModel):
    """Matches a text whose score of ``feature``, that of its highest passage, is at or over ``threshold``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feature: str
    threshold: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False, strict=True)]

    @model_validator(mode="after")
    def _check_feature(self) -> Self:
        if self.feature not in FEATURE_IDS:
            raise ValueError(f"there is no feature {self.feature!r}; the features are {', '.join(FEATURE_IDS)}")
        return self


R = TypeVar("R", bound=ScoreRule)


def parse_rules(text: str, rule: type[R]) -> tuple[R, ...]:
    """The rules in a JSON list.

    Raises:
        ValueError: it is none, or a rule is unusable; names the rule by its number, from 1 on.
    """
    # A type checker cannot follow a type that is only known when the program runs.
    form: Any = Annotated[tuple[rule, ...], Field(max_length=MAX_RULES)]  # type: ignore[valid-type]
    rules: TypeAdapter[tuple[R, ...]] = TypeAdapter(form)
    try:
        return rules.validate_python(json.loads(text))
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON: {error}; write a list of rules") from error
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise ValueError("; ".join(_explain(item["loc"], item["msg"]) for item in found)) from None


def matching_rules(rules: Sequence[R], scores: Mapping[str, FeatureScore]) -> list[R]:
    """The rules that match, in their order, which is their rank."""
    return [rule for rule in rules if rule.feature in scores and scores[rule.feature].score >= rule.threshold]


def _explain(location: tuple[int | str, ...], message: str) -> str:
    place = " ".join(f"rule {part + 1}" if isinstance(part, int) else part for part in location)
    return f"{place}: {message.removeprefix('Value error, ')}" if place else message
