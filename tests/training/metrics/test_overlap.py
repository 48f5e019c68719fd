import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.spans import Span
from framescope_training.metrics.overlap import OverlapCounts, overlap_counts

spans = st.lists(
    st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60), st.integers(1, 20)), max_size=8
)


def characters(marked: list[Span]) -> set[int]:
    return {offset for span in marked for offset in range(span.start, span.end)}


def components(marked: list[Span]) -> list[set[int]]:
    """Spans joined while any two share a character, written without ``merge`` so as to check it."""
    groups = [characters([span]) for span in marked]
    while pair := next(((a, b) for a in groups for b in groups if a is not b and a & b), None):
        groups = [group for group in groups if group is not pair[0] and group is not pair[1]] + [pair[0] | pair[1]]
    return groups


def test_worked_case_of_partial_overlap() -> None:
    # S = [0, 10) and [20, 25); T = [5, 15) and [20, 30) and [40, 50). |s1 ∩ t1| = 5, |s2 ∩ t2| = 5, t3 is missed.
    # P = (5/10 + 5/5) / 2 = 0.75; R = (5/10 + 5/10 + 0) / 3 = 1/3; F1 = 2 * 0.75 / 3 / (0.75 + 1/3) = 6/13.
    counts = overlap_counts(gold=[Span(5, 15), Span(20, 30), Span(40, 50)], predicted=[Span(0, 10), Span(20, 25)])
    assert counts == OverlapCounts(predicted_covered=1.5, predicted=2, gold_covered=1.0, gold=3)
    assert counts.precision == 0.75
    assert counts.recall == pytest.approx(1 / 3)
    assert counts.f1 == pytest.approx(6 / 13)


def test_a_prediction_over_two_gold_spans_gains_from_both() -> None:
    # S = [0, 20), T = [0, 5) and [10, 20): P = 5/20 + 10/20 = 0.75, R = (1 + 1) / 2 = 1.
    counts = overlap_counts(gold=[Span(0, 5), Span(10, 20)], predicted=[Span(0, 20)])
    assert (counts.precision, counts.recall) == (0.75, 1.0)


def test_overlapping_predictions_count_once() -> None:
    # Unmerged, S = [0, 10) twice over T = [0, 10) would have R = 2.
    counts = overlap_counts(gold=[Span(0, 10)], predicted=[Span(0, 10), Span(0, 10), Span(2, 6)])
    assert counts == OverlapCounts(1.0, 1, 1.0, 1)


def test_a_span_that_bridges_two_others_makes_one_of_all_three() -> None:
    # Whatever the order: [0, 2) and [5, 7) are joined by [1, 6), and T is the single span [0, 7).
    counts = overlap_counts(gold=[Span(0, 2), Span(5, 7), Span(1, 6)], predicted=[Span(0, 7)])
    assert counts == OverlapCounts(1.0, 1, 1.0, 1)


def test_spans_that_touch_stay_two() -> None:
    # T = [0, 5) and [5, 20), S = [0, 5): R = (1 + 0) / 2 = 0.5; were T joined, R would be 5/20.
    counts = overlap_counts(gold=[Span(0, 5), Span(5, 20)], predicted=[Span(0, 5)])
    assert (counts.precision, counts.recall, counts.gold) == (1.0, 0.5, 2)


def test_nothing_predicted_where_nothing_is_to_be_found_is_perfect() -> None:
    # The scorer's convention: P = R = 0, yet F1 = 1.
    counts = overlap_counts(gold=[], predicted=[])
    assert (counts.precision, counts.recall, counts.f1) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("gold", "predicted"), [([Span(0, 5)], []), ([], [Span(0, 5)]), ([Span(0, 5)], [Span(5, 9)])])
def test_one_sided_and_disjoint_sets_get_nothing(gold: list[Span], predicted: list[Span]) -> None:
    counts = overlap_counts(gold=gold, predicted=predicted)
    assert (counts.precision, counts.recall, counts.f1) == (0.0, 0.0, 0.0)


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="is empty"):
        overlap_counts(gold=[Span(4, 4)], predicted=[])


@given(spans, spans)
def test_counts_are_the_sums_of_the_formula(gold: list[Span], predicted: list[Span]) -> None:
    found, truth = components(predicted), components(gold)
    counts = overlap_counts(gold=gold, predicted=predicted)
    assert (counts.predicted, counts.gold) == (len(found), len(truth))
    assert counts.predicted_covered == pytest.approx(sum(len(s & t) / len(s) for s in found for t in truth))
    assert counts.gold_covered == pytest.approx(sum(len(s & t) / len(t) for s in found for t in truth))


@given(spans)
def test_gold_against_itself_is_perfect(gold: list[Span]) -> None:
    counts = overlap_counts(gold=gold, predicted=gold)
    assert counts.f1 == pytest.approx(1.0)


@given(spans, spans)
def test_precision_recall_and_f1_lie_between_0_and_1(gold: list[Span], predicted: list[Span]) -> None:
    counts = overlap_counts(gold=gold, predicted=predicted)
    for value in (counts.precision, counts.recall, counts.f1):
        assert 0.0 <= value <= 1.0 + 1e-12


@given(spans, spans)
def test_swapping_the_sides_swaps_precision_and_recall(gold: list[Span], predicted: list[Span]) -> None:
    one, other = overlap_counts(gold=gold, predicted=predicted), overlap_counts(gold=predicted, predicted=gold)
    assert (one.precision, one.recall) == (other.recall, other.precision)


@given(spans, spans, st.randoms(use_true_random=False))
def test_the_order_of_spans_changes_nothing(gold: list[Span], predicted: list[Span], shuffler: random.Random) -> None:
    shuffled = shuffler.sample(predicted, len(predicted))
    assert overlap_counts(gold=gold, predicted=shuffled) == overlap_counts(gold=gold, predicted=predicted)


@given(spans, spans)
def test_merging_the_spans_beforehand_changes_nothing(gold: list[Span], predicted: list[Span]) -> None:
    merged = [Span(min(group), max(group) + 1) for group in components(predicted)]
    assert overlap_counts(gold=gold, predicted=merged) == overlap_counts(gold=gold, predicted=predicted)
