"""Sufficient counts: what one document adds to a metric, so that documents are pooled, and drawn, by addition."""

import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Generic, Protocol, Self, TypeAlias, TypeVar

from framescope_model.spans import Span

LabelledSpan: TypeAlias = tuple[str, Span]
"""A feature id and the words that carry the feature."""


class Counts(Protocol):
    """Counts that can be pooled by addition and yield an F1."""

    @property
    def f1(self) -> float:
        """The F1 of what was counted."""
        ...

    def __add__(self, other: Self, /) -> Self: ...


C = TypeVar("C", bound=Counts)


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """How many items were found, how many there were to find, and how many of both are the same.

    An item is whatever the metric counts: a passage, a token, a character, a relation, a label. A ratio without a
    single case is undefined and therefore nan, never 0 or 1, so that it cannot pass for a measurement.

    Args:
        matched: items that are both predicted and gold (true positives).
        predicted: predicted items, the n of the precision.
        gold: gold items, the n of the recall.
    """

    matched: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: "MatchCounts") -> "MatchCounts":
        return MatchCounts(self.matched + other.matched, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """The matched part of what was predicted, ``matched / predicted``; nan when nothing was."""
        return self.matched / self.predicted if self.predicted else math.nan

    @property
    def recall(self) -> float:
        """The matched part of the gold items, ``matched / gold``; nan when there are none."""
        return self.matched / self.gold if self.gold else math.nan

    @property
    def f1(self) -> float:
        """``2 matched / (predicted + gold)``, the harmonic mean of precision and recall (van Rijsbergen 1979).

        0 when only one side has items, nan when neither has.
        """
        items = self.predicted + self.gold
        return 2 * self.matched / items if items else math.nan


@dataclass(frozen=True, slots=True)
class LabelCounts(Generic[C]):
    """Counts over all labels together, and for each label that occurs.

    Args:
        overall: the counts over all labels; their F1 is the micro-average.
        by_label: the counts of each label; one that occurs nowhere may be missing.
    """

    overall: C
    by_label: Mapping[str, C] = field(default_factory=dict)

    def __add__(self, other: "LabelCounts[C]") -> "LabelCounts[C]":
        by_label = dict(self.by_label)
        for label, counts in other.by_label.items():
            by_label[label] = by_label[label] + counts if label in by_label else counts
        return LabelCounts(self.overall + other.overall, by_label)

    @property
    def macro_f1(self) -> float:
        """The mean of the labels' F1, each label alike; a label whose F1 is undefined is left out, nan when all are.

        As in scikit-learn, a label that is predicted but never gold enters with its F1 of 0.
        """
        defined = [counts.f1 for counts in self.by_label.values() if not math.isnan(counts.f1)]
        return sum(defined) / len(defined) if defined else math.nan


def pooled_f1(counts: Iterable[C]) -> float:
    """Compute the F1 of several documents from their counts added up: a statistic for ``bootstrap_interval``.

    Args:
        counts: the counts of at least one document.

    Raises:
        TypeError: there are no counts at all, so that their kind, and with it the convention for nothing, is unknown.
    """
    return reduce(operator.add, counts).f1
