import math
import random
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_training.metrics.counts import MatchCounts
from framescope_training.metrics.passages import average_precision, measure_passages, passage_counts, roc_auc

Pairs: TypeAlias = list[tuple[bool, float]]

rows = st.lists(st.tuples(st.booleans(), st.integers(0, 20).map(lambda i: i / 20)), max_size=20)


def arrays(pairs: Pairs) -> dict[str, Any]:
    return {
        "gold": np.array([truth for truth, _ in pairs], dtype=bool),
        "scores": np.array([score for _, score in pairs], dtype=float),
    }


def test_worked_case() -> None:
    # Ranked: 0.9 gold, 0.8 not, 0.6 gold, 0.3 not, 0.1 gold. At 0.5, 3 are flagged and 2 of them gold, of 3: F1 = 4/6.
    # AP = (1/1 + 2/3 + 3/5) / 3 = 34/45. AUC: the pairs won are 2 (0.9) + 1 (0.6) + 0 (0.1) of 3 * 2 = 1/2.
    result = measure_passages(
        gold=np.array([False, True, True, False, True]), scores=np.array([0.8, 0.9, 0.6, 0.3, 0.1]), threshold=0.5
    )
    assert result.counts == MatchCounts(2, 3, 3)
    assert result.counts.f1 == pytest.approx(2 / 3)
    assert result.average_precision == pytest.approx(34 / 45)
    assert result.roc_auc == pytest.approx(0.5)
    assert (result.passages, result.threshold) == (5, 0.5)


def test_a_score_at_the_threshold_is_flagged() -> None:
    assert passage_counts(gold=np.array([True]), scores=np.array([0.5]), threshold=0.5) == MatchCounts(1, 1, 1)


def test_single_precision_scores_are_compared_as_the_doubles_that_an_answer_carries() -> None:
    # The float nearest to 0.7 is 0.69999999, and that is what the caller of the service compares with 0.7.
    scores = np.array([0.7], dtype=np.float32)
    assert passage_counts(gold=np.array([True]), scores=scores, threshold=0.7) == MatchCounts(0, 0, 1)


def test_passages_of_one_score_enter_the_ranking_together() -> None:
    # All three at 0.5, one gold: AP = 1/3 whatever the order, where "gold first" would have 1 and "gold last" 1/3.
    scores = np.full(3, 0.5)
    for place in range(3):
        assert average_precision(gold=np.arange(3) == place, scores=scores) == pytest.approx(1 / 3)


def test_without_gold_passages_the_ranking_has_no_quality() -> None:
    given_ = {"gold": np.zeros(3, dtype=bool), "scores": np.array([0.1, 0.5, 0.9])}
    assert math.isnan(average_precision(**given_))
    assert math.isnan(roc_auc(**given_))


def test_with_gold_passages_alone_there_is_no_roc_curve() -> None:
    given_ = {"gold": np.ones(3, dtype=bool), "scores": np.array([0.1, 0.5, 0.9])}
    assert average_precision(**given_) == 1.0
    assert math.isnan(roc_auc(**given_))


def test_no_passages_at_all_are_measured_as_nothing() -> None:
    result = measure_passages(**arrays([]), threshold=0.5)
    assert (result.counts, result.passages) == (MatchCounts(), 0)
    assert math.isnan(result.average_precision)
    assert math.isnan(result.roc_auc)


@pytest.mark.parametrize("measure", [average_precision, roc_auc])
def test_scores_that_are_logits_are_refused(measure: Callable[..., float]) -> None:
    with pytest.raises(ValueError, match="turn logits into probabilities"):
        measure(gold=np.array([True, False]), scores=np.array([2.5, -1.0]))


@given(rows)
def test_truth_as_its_own_score_is_perfect(pairs: Pairs) -> None:
    gold = arrays(pairs)["gold"]
    result = measure_passages(gold=gold, scores=gold.astype(float), threshold=0.5)
    assert result.counts == MatchCounts(int(gold.sum()), int(gold.sum()), int(gold.sum()))
    assert result.average_precision == (1.0 if gold.any() else pytest.approx(math.nan, nan_ok=True))


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_passages_changes_nothing(pairs: Pairs, shuffler: random.Random) -> None:
    one = measure_passages(**arrays(pairs), threshold=0.5)
    other = measure_passages(**arrays(shuffler.sample(pairs, len(pairs))), threshold=0.5)
    assert one.counts == other.counts
    assert one.average_precision == pytest.approx(other.average_precision, nan_ok=True)
    assert one.roc_auc == pytest.approx(other.roc_auc, nan_ok=True)
