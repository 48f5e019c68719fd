"""What to do with a comment: from scores to Coral's statuses and flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from framescope_api.policy import ScoreRule, matching_rules, parse_rules
from framescope_model.features import FEATURES
from framescope_model.results import FeatureScore

MAX_EXPLANATION_LENGTH = 1000

# By default there is no rule, and the phase only watches: every comment is scored within its time and counted by
# feature under /metrics, and nothing is done to it. A framing score says how a claim is carried. To write in
# superlatives or to call a policy a disaster breaks no house rule, so it is no ground to reject or withhold a comment,
# and to hold whatever is merely loaded would fill the moderators' queue with most of a lively thread. Nor is there a
# harmless flag to start with: Coral takes two, and would tell moderators "toxic" or "spam" where neither was found.
# With a week of figures from its own comments a newsroom can choose a threshold, and PREMOD (a person reads it first)
# is the strongest answer that a score can carry by itself.


class CommentStatus(StrEnum):
    """The statuses of a comment in Coral (``COMMENT_STATUS``)."""

    NONE = "NONE"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    PREMOD = "PREMOD"
    SYSTEM_WITHHELD = "SYSTEM_WITHHELD"


class FlagReason(StrEnum):
    """The reasons of a flag that Coral takes from outside; another makes the phase fail."""

    TOXIC = "COMMENT_DETECTED_TOXIC"
    SPAM = "COMMENT_DETECTED_SPAM"


class Rule(ScoreRule):
    """What happens to a comment whose score of ``feature`` is at or over ``threshold``.

    ``explanation`` is shown to the author of a rejected comment; one is written when it is absent.
    """

    status: CommentStatus | None = None
    flag: FlagReason | None = None
    explanation: Annotated[str, Field(min_length=1, max_length=MAX_EXPLANATION_LENGTH)] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.status is None and self.flag is None:
            raise ValueError("give a status, a flag or both; a rule with neither does nothing")
        if self.explanation is not None and self.status is not CommentStatus.REJECTED:
            raise ValueError("an explanation is only sent with the status REJECTED")
        return self


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules ask for; ``explanation`` is set when the status is ``REJECTED``."""

    status: CommentStatus | None
    flags: tuple[FlagReason, ...]
    explanation: str | None


def parse_policy(text: str) -> tuple[Rule, ...]:
    """The rules in a JSON list.

    Raises:
        ValueError: it is none, or a rule is unusable; names the rule by its number, from 1 on.
    """
    return parse_rules(text, Rule)


def decide(rules: Sequence[Rule], scores: Mapping[str, FeatureScore]) -> Decision | None:
    """What the rules that match ask for, ``None`` when none does.

    The status is that of the first matching rule that has one, so the order of the rules is their rank; the flags are
    those of all of them.
    """
    matching = matching_rules(rules, scores)
    if not matching:
        return None
    deciding = next((rule for rule in matching if rule.status is not None), None)
    flags = tuple(dict.fromkeys(rule.flag for rule in matching if rule.flag is not None))
    if deciding is None:
        return Decision(None, flags, None)
    explanation = _explanation(deciding) if deciding.status is CommentStatus.REJECTED else None
    return Decision(deciding.status, flags, explanation)


def _explanation(rule: Rule) -> str:
    if rule.explanation is not None:
        return rule.explanation
    (definition,) = (feature.definition for feature in FEATURES if feature.id == rule.feature)
    name = rule.feature.replace("_", " ")
    return (
        f"This comment was rejected by a program, and nobody has read it yet. The program looks for {name} and rated "
        f"the comment above the limit that this site has set. What is meant by that: {definition}"
    )
