"""The rules of ``--fail-on``: which passages make a check of a newsroom's texts fail."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from framescope_model.errors import InputError
from framescope_model.features import FEATURE_IDS
from framescope_model.outcomes import Scored
from framescope_model.presentation import printable
from framescope_model.results import ScoredPassage

ANY = "any"
"""The name in a rule that stands for every feature reported."""
_SHOWN_WORDS = 100


class MalformedRule(InputError):
    """A rule names no feature that is reported, or no probability."""

    code = "malformed_rule"


@dataclass(frozen=True, slots=True)
class FailRule:
    """A passage fails when ``feature`` reaches ``threshold``; ``None`` stands for the threshold that flags it."""

    feature: str
    threshold: float | None

    def broken_by(self, passage: ScoredPassage) -> Iterator[str]:
        """The features for which ``passage`` breaks the rule."""
        for feature, score in passage.scores.items():
            if self.feature in (ANY, feature) and self._reached(passage, feature, score):
                yield feature

    def _reached(self, passage: ScoredPassage, feature: str, score: float) -> bool:
        return feature in passage.flags if self.threshold is None else score >= self.threshold


def parse_rule(value: str, reported: Sequence[str] | None) -> FailRule:
    """The rule ``FEATURE`` or ``FEATURE:SCORE``, of the features ``reported`` (``None``: all) or ``any``.

    Raises:
        MalformedRule: it is none.
    """
    name, colon, number = value.partition(":")
    known = reported or FEATURE_IDS
    if name not in (ANY, *known):
        raise MalformedRule(f"--fail-on names {name!r}; it takes {ANY} or a feature reported: {', '.join(known)}")
    if not colon:
        return FailRule(name, None)
    try:
        threshold = float(number)
    except ValueError:
        threshold = float("nan")
    if not 0 <= threshold <= 1:
        raise MalformedRule(f"--fail-on {value}: give a probability from 0 to 1, such as {name}:0.8")
    return FailRule(name, threshold)


def broken_rules(rules: Sequence[FailRule], outcome: Scored) -> Iterator[str]:
    """A line for each passage and feature that breaks a rule, headed by file and line as compilers do."""
    for passage in outcome.document.passages:
        for feature in dict.fromkeys(name for rule in rules for name in rule.broken_by(passage)):
            line = outcome.text.count("\n", 0, passage.span.start) + 1
            words = " ".join(printable(passage.span.cut(outcome.text)).split())
            shown = words if len(words) <= _SHOWN_WORDS else words[: _SHOWN_WORDS - 1] + "…"
            yield f"{printable(outcome.name)}:{line}: {feature} {passage.scores[feature]:.2f}: “{shown}”"
