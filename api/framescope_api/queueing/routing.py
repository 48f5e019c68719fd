"""Where an item goes: the first rule that matches names the route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from framescope_api.policy import ScoreRule, matching_rules, parse_rules
from framescope_model.results import FeatureScore

RouteName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
"""Names are the operator's; they end up as the value of a metric's label, so they are short and plain."""


class RoutingRule(ScoreRule):
    """Sends an item whose score of ``feature`` is at or over ``threshold`` to ``route``."""

    route: RouteName


@dataclass(frozen=True, slots=True)
class Routing:
    """Where an item goes, and the rule that sends it there with the score that met it; both ``None`` by default."""

    route: str
    rule: RoutingRule | None = None
    score: float | None = None


def parse_routing(text: str) -> tuple[RoutingRule, ...]:
    """The rules in a JSON list.

    Raises:
        ValueError: it is none, or a rule is unusable; names the rule by its number, from 1 on.
    """
    return parse_rules(text, RoutingRule)


def decide_route(rules: Sequence[RoutingRule], default: str, scores: Mapping[str, FeatureScore]) -> Routing:
    """The route of the first rule that matches, so that the order of the rules is their rank, else ``default``."""
    matching = matching_rules(rules, scores)
    if not matching:
        return Routing(default)
    return Routing(matching[0].route, matching[0], scores[matching[0].feature].score)
