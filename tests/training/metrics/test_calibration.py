import math
import random
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_training.metrics.calibration import Binning, Brier, brier, expected_calibration_error

Pairs: TypeAlias = list[tuple[bool, float]]

rows = st.lists(st.tuples(st.booleans(), st.integers(0, 40).map(lambda i: i / 40)), max_size=30)


def arrays(pairs: Pairs) -> dict[str, Any]:
    return {
        "gold": np.array([truth for truth, _ in pairs], dtype=bool),
        "scores": np.array([score for _, score in pairs], dtype=float),
    }


def test_worked_case_of_equal_widths() -> None:
    # 0.05 lies under the floor. [0.2, 0.3): 0.20 and 0.28, none gold: |0.24 - 0| = 0.24.
    # [0.9, 1]: 0.9 and 1.0, one gold: |0.95 - 0.5| = 0.45. ECE = 2/4 * 0.24 + 2/4 * 0.45 = 0.345.
    result = expected_calibration_error(
        gold=np.array([True, False, False, True, False]), scores=np.array([0.05, 0.2, 0.28, 0.9, 1.0])
    )
    assert result.error == pytest.approx(0.345)
    assert (result.n, result.floor, result.binning) == (4, 0.1, Binning.EQUAL_WIDTH)
    assert [(bar.low, bar.high, bar.n, bar.positive_rate) for bar in result.bins] == [
        (0.2, 0.28, 2, 0.0),
        (0.9, 1.0, 2, 0.5),
    ]
    assert [bar.mean_score for bar in result.bins] == pytest.approx([0.24, 0.95])


def test_worked_case_of_equal_masses() -> None:
    # Sorted 0.2 0.4 | 0.6 0.8, gold 0 1 | 1 1: |0.3 - 0.5| = 0.2 and |0.7 - 1| = 0.3, ECE = 0.25.
    result = expected_calibration_error(
        gold=np.array([True, True, False, True]),
        scores=np.array([0.8, 0.4, 0.2, 0.6]),
        bins=2,
        binning=Binning.EQUAL_MASS,
    )
    assert result.error == pytest.approx(0.25)
    assert [(bar.low, bar.high, bar.n) for bar in result.bins] == [(0.2, 0.4, 2), (0.6, 0.8, 2)]


@pytest.mark.parametrize("tenths", range(10))
def test_a_score_at_an_edge_belongs_to_the_bin_over_it(tenths: int) -> None:
    # tenths / 10 shares a bin with what lies just over it, and not with what lies just under it.
    at = tenths / 10
    result = expected_calibration_error(
        gold=np.array([True, False, True]), scores=np.clip([at - 0.001, at, at + 0.001], 0, 1), floor=at
    )
    assert [(bar.low, bar.n) for bar in result.bins] == [(at, 2 if tenths else 3)]


def test_a_score_at_the_floor_counts() -> None:
    assert expected_calibration_error(gold=np.array([True]), scores=np.array([0.1])).n == 1


def test_a_floor_of_0_counts_every_passage() -> None:
    # Nine at 0.0 that are rightly not gold, one at 0.9 that is not gold: 0.9 over the floor, 0.09 over all.
    given_ = arrays([(False, 0.0)] * 9 + [(False, 0.9)])
    assert expected_calibration_error(**given_).error == pytest.approx(0.9)
    assert expected_calibration_error(**given_, floor=0.0).error == pytest.approx(0.09)


def test_equal_scores_are_never_parted_by_bins_of_equal_mass() -> None:
    # Two bins of 0.2 0.2 0.2 0.9 cannot have two each: the three go together and the fourth by itself, at either end.
    low = expected_calibration_error(
        **arrays([(False, s) for s in (0.2, 0.9, 0.2, 0.2)]), bins=2, binning=Binning.EQUAL_MASS
    )
    high = expected_calibration_error(
        **arrays([(False, s) for s in (0.9, 0.2, 0.9, 0.9)]), bins=2, binning=Binning.EQUAL_MASS
    )
    assert [(bar.low, bar.high, bar.n) for bar in low.bins] == [(0.2, 0.2, 3), (0.9, 0.9, 1)]
    assert [(bar.low, bar.high, bar.n) for bar in high.bins] == [(0.2, 0.2, 1), (0.9, 0.9, 3)]


@pytest.mark.parametrize("binning", Binning)
def test_without_scores_over_the_floor_the_error_is_undefined(binning: Binning) -> None:
    result = expected_calibration_error(gold=np.array([True]), scores=np.array([0.05]), binning=binning)
    assert math.isnan(result.error)
    assert (result.n, result.bins) == (0, ())


def test_at_least_one_bin_is_needed() -> None:
    with pytest.raises(ValueError, match="at least one bin, not 0"):
        expected_calibration_error(gold=np.array([True]), scores=np.array([0.5]), bins=0)


@given(st.lists(st.integers(0, 1000).map(lambda i: i / 1000), unique=True, min_size=1), st.integers(1, 12))
def test_bins_of_equal_mass_differ_by_one_passage_at_most(scores: list[float], bins: int) -> None:
    result = expected_calibration_error(
        gold=np.zeros(len(scores), dtype=bool),
        scores=np.array(scores),
        floor=0.0,
        bins=bins,
        binning=Binning.EQUAL_MASS,
    )
    sizes = [bar.n for bar in result.bins]
    assert max(sizes) - min(sizes) <= 1
    assert len(sizes) == min(bins, len(scores))


@given(rows, st.sampled_from(Binning))
def test_the_bins_hold_every_passage_over_the_floor_and_the_error_is_a_rate(pairs: Pairs, binning: Binning) -> None:
    result = expected_calibration_error(**arrays(pairs), binning=binning)
    assert sum(bar.n for bar in result.bins) == result.n == sum(score >= 0.1 for _, score in pairs)
    assert math.isnan(result.error) if result.n == 0 else 0.0 <= result.error <= 1.0


@given(rows, st.sampled_from(Binning), st.randoms(use_true_random=False))
def test_the_order_of_passages_changes_nothing(pairs: Pairs, binning: Binning, shuffler: random.Random) -> None:
    one = expected_calibration_error(**arrays(pairs), binning=binning)
    other = expected_calibration_error(**arrays(shuffler.sample(pairs, len(pairs))), binning=binning)
    assert one.error == pytest.approx(other.error, nan_ok=True)
    assert [bar.n for bar in one.bins] == [bar.n for bar in other.bins]


@given(rows, st.sampled_from(Binning))
def test_truth_as_its_own_score_is_perfectly_calibrated(pairs: Pairs, binning: Binning) -> None:
    gold = arrays(pairs)["gold"]
    result = expected_calibration_error(gold=gold, scores=gold.astype(float), floor=0.0, binning=binning)
    assert result.error == (0.0 if len(gold) else pytest.approx(math.nan, nan_ok=True))


def test_worked_case_of_the_brier_score() -> None:
    # (0.1² + 0.4² + 0.2² + 0.1²) / 4 = 0.22 / 4 = 0.055; base rate 1/4 gets 0.1875; skill 1 - 0.055 / 0.1875 = 53/75.
    result = brier(gold=np.array([True, False, False, False]), scores=np.array([0.9, 0.4, 0.2, 0.1]))
    assert result.score == pytest.approx(0.055)
    assert result.skill == pytest.approx(53 / 75)
    assert (result.base_rate, result.n) == (0.25, 4)


def test_telling_the_base_rate_each_time_has_no_skill() -> None:
    result = brier(gold=np.array([True, False, False, False]), scores=np.full(4, 0.25))
    assert result.skill == pytest.approx(0.0)


def test_scores_worse_than_the_base_rate_have_negative_skill() -> None:
    # All wrong: BS = 1, base rate 1/2 gets 1/4, skill 1 - 4 = -3.
    assert brier(gold=np.array([True, False]), scores=np.array([0.0, 1.0])) == Brier(1.0, -3.0, 0.5, 2)


@pytest.mark.parametrize("truth", [True, False])
def test_passages_of_one_kind_leave_the_skill_undefined(truth: bool) -> None:
    result = brier(gold=np.array([truth, truth]), scores=np.array([0.5, 0.5]))
    assert (result.score, result.base_rate) == (0.25, float(truth))
    assert math.isnan(result.skill)


def test_no_passages_have_no_brier_score() -> None:
    result = brier(**arrays([]))
    assert result.n == 0
    assert math.isnan(result.score)
    assert math.isnan(result.base_rate)


@given(rows)
def test_the_brier_score_is_the_mean_squared_error(pairs: Pairs) -> None:
    expected = math.nan if not pairs else sum((score - truth) ** 2 for truth, score in pairs) / len(pairs)
    assert brier(**arrays(pairs)).score == pytest.approx(expected, nan_ok=True)
