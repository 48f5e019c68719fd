"""Intervals: how much a number would move, had other articles been drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Interval:
    """A percentile interval and how it came about.

    Args:
        low: the lower end; nan when the statistic was undefined in every resample.
        high: the upper end, likewise.
        level: the part of the resamples that lies within, such as 0.95.
        documents: the number of documents resampled.
        resamples: the resamples drawn.
        undefined: those in which the statistic was nan; the interval is over the others, and to be mistrusted when they
            are many.
    """

    low: float
    high: float
    level: float
    documents: int
    resamples: int
    undefined: int


def bootstrap_interval(
    documents: Sequence[T],
    statistic: Callable[[Sequence[T]], float],
    *,
    resamples: int = 1000,
    level: float = 0.95,
    rng: np.random.Generator,
) -> Interval:
    """Draw documents with replacement, as many as there are, and take the quantiles of the statistic.

    The percentile interval of Efron and Tibshirani (1993, chapter 13), over documents and not passages, for the
    passages of an article are alike. Give each document's counts, and a statistic that adds them up::

        counts = [flc_counts(gold=truth, predicted=found).overall for truth, found in documents]
        bootstrap_interval(counts, pooled_f1, rng=np.random.default_rng(0))

    Two systems are compared by drawing pairs of counts and taking the difference of their F1 as the statistic.

    Args:
        documents: what the statistic needs of each document, at least one.
        statistic: from a sample of documents to a number; nan where it is undefined, and such resamples are left out
            and counted.
        resamples: how many samples to draw.
        level: the part of the resamples that the interval holds, between 0 and 1.
        rng: the source of randomness; the interval is a function of its state.

    Raises:
        ValueError: there are no documents, no resamples, or the level is not between 0 and 1.
    """
    _check(len(documents), resamples, level)
    number = len(documents)
    values = np.array(
        [statistic([documents[i] for i in rng.integers(number, size=number).tolist()]) for _ in range(resamples)]
    )  # [resamples]
    defined = values[~np.isnan(values)]
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail]).tolist() if len(defined) else (np.nan, np.nan)
    return Interval(low, high, level, number, resamples, resamples - len(defined))


def _check(documents: int, resamples: int, level: float) -> None:
    if not documents:
        raise ValueError("an interval needs at least one document to draw from")
    if resamples < 1:
        raise ValueError(f"an interval needs at least one resample, not {resamples}")
    if not 0 < level < 1:
        raise ValueError(f"the level of an interval lies between 0 and 1, not at {level}")
