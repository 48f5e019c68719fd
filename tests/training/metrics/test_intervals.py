import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_training.metrics.counts import MatchCounts, pooled_f1
from framescope_training.metrics.intervals import bootstrap_interval


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_worked_case_of_two_documents() -> None:
    # The mean of two draws from 0 and 1 is 0, 0.5, 1 with the chances 1/4, 1/2, 1/4: 95 % lie in [0, 1], and the middle
    # 40 %, from the 30th to the 70th of a hundred, are all 0.5.
    wide = bootstrap_interval([0.0, 1.0], mean, rng=seeded())
    narrow = bootstrap_interval([0.0, 1.0], mean, level=0.4, rng=seeded())
    assert (wide.low, wide.high) == (0.0, 1.0)
    assert (narrow.low, narrow.high) == (0.5, 0.5)
    assert (wide.level, wide.documents, wide.resamples, wide.undefined) == (0.95, 2, 1000, 0)


def test_a_large_sample_has_the_interval_of_the_normal_distribution() -> None:
    # 400 documents, half of them 1: the mean's standard error is 0.5 / 20 = 0.025, 1.96 of it 0.049.
    interval = bootstrap_interval([0.0, 1.0] * 200, mean, resamples=4000, rng=seeded())
    assert interval.low == pytest.approx(0.5 - 0.049, abs=0.004)
    assert interval.high == pytest.approx(0.5 + 0.049, abs=0.004)


def test_counts_of_documents_are_pooled_and_not_averaged() -> None:
    # Each drawn once: 2 * 1 / (11 + 11) = 1/11 (the mean of the documents' F1 would be 0.5); the first twice 1, the
    # second twice 0.
    counts = [MatchCounts(1, 1, 1), MatchCounts(0, 10, 10)]
    interval = bootstrap_interval(counts, pooled_f1, rng=seeded())
    assert (interval.low, interval.high) == (0.0, 1.0)
    middle = bootstrap_interval(counts, pooled_f1, level=0.4, rng=seeded())
    assert (middle.low, middle.high) == pytest.approx((1 / 11, 1 / 11))


def test_resamples_where_the_statistic_is_undefined_are_left_out_and_counted() -> None:
    # Recall is undefined when only the document without gold is drawn, in 1 of 4 resamples; else it is 0.5.
    counts = [MatchCounts(1, 1, 2), MatchCounts(0, 1, 0)]
    interval = bootstrap_interval(counts, lambda drawn: sum(drawn, MatchCounts()).recall, rng=seeded())
    assert (interval.low, interval.high) == (0.5, 0.5)
    assert 200 < interval.undefined < 300


def test_a_statistic_that_is_never_defined_has_no_interval() -> None:
    interval = bootstrap_interval([1, 2], lambda _: math.nan, resamples=10, rng=seeded())
    assert math.isnan(interval.low)
    assert math.isnan(interval.high)
    assert interval.undefined == 10


def test_the_same_randomness_gives_the_same_interval_and_another_does_not() -> None:
    values = [float(i * i) for i in range(20)]
    assert bootstrap_interval(values, mean, rng=seeded(1)) == bootstrap_interval(values, mean, rng=seeded(1))
    assert bootstrap_interval(values, mean, rng=seeded(1)) != bootstrap_interval(values, mean, rng=seeded(2))


def test_each_resample_has_as_many_documents_as_there_are() -> None:
    interval = bootstrap_interval(["a", "b", "c"], lambda drawn: float(len(drawn)), resamples=50, rng=seeded())
    assert (interval.low, interval.high) == (3.0, 3.0)


def test_one_document_has_an_interval_of_no_width() -> None:
    interval = bootstrap_interval([MatchCounts(3, 4, 6)], pooled_f1, rng=seeded())
    assert (interval.low, interval.high) == (0.6, 0.6)


@pytest.mark.parametrize(
    ("documents", "options", "message"),
    [
        ([], {}, "at least one document"),
        ([1.0], {"resamples": 0}, "at least one resample, not 0"),
        ([1.0], {"level": 1.0}, "between 0 and 1, not at 1.0"),
        ([1.0], {"level": 95}, "between 0 and 1, not at 95"),
    ],
)
def test_what_cannot_have_an_interval_is_refused(documents: list[float], options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        bootstrap_interval(documents, mean, rng=seeded(), **options)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10), st.integers(0, 100))
def test_the_interval_lies_within_the_range_of_the_documents(values: Sequence[float], seed: int) -> None:
    interval = bootstrap_interval(values, mean, resamples=50, rng=seeded(seed))
    slack = 1e-9
    assert min(values) - slack <= interval.low <= interval.high <= max(values) + slack
