import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.spans import Span
from framescope_training.metrics.characters import character_counts, measure_characters
from framescope_training.metrics.counts import MatchCounts

spans = st.lists(
    st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60), st.integers(0, 20)), max_size=8
)


def offsets(marked: list[Span]) -> set[int]:
    return {offset for span in marked for offset in range(span.start, span.end)}


def test_worked_case_over_two_documents() -> None:
    # First: 10 predicted, 10 gold, 5 of both. Second: 10 predicted, none gold.
    # P = 5/20, R = 5/10, F1 = 2 * 5 / (20 + 10) = 1/3, where the mean of the documents' F1 would be (0.5 + 0) / 2.
    result = measure_characters(gold=[[Span(5, 15)], []], predicted=[[Span(0, 10)], [Span(0, 10)]])
    assert result == MatchCounts(5, 20, 10)
    assert (result.precision, result.recall) == (0.25, 0.5)
    assert result.f1 == pytest.approx(1 / 3)


def test_a_character_under_two_spans_counts_once() -> None:
    assert character_counts(gold=[Span(0, 10)], predicted=[Span(0, 8), Span(4, 10)]) == MatchCounts(10, 10, 10)


def test_documents_without_spans_are_no_gift() -> None:
    assert measure_characters(gold=[[], []], predicted=[[], []]) == MatchCounts(0, 0, 0)
    assert math.isnan(measure_characters(gold=[], predicted=[]).f1)


def test_different_numbers_of_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="gold has 1 documents, predicted has 0"):
        measure_characters(gold=[[]], predicted=[])


@given(spans, spans)
def test_the_counts_are_those_of_sets_of_offsets(gold: list[Span], predicted: list[Span]) -> None:
    truth, found = offsets(gold), offsets(predicted)
    expected = MatchCounts(len(truth & found), len(found), len(truth))
    assert character_counts(gold=gold, predicted=predicted) == expected


@given(spans, st.integers(0, 80))
def test_cutting_a_span_in_two_changes_nothing(predicted: list[Span], at: int) -> None:
    pieces = [Span(s.start, min(s.end, at)) for s in predicted if s.start < at]
    pieces += [Span(max(s.start, at), s.end) for s in predicted if s.end > at]
    gold = [Span(10, 40)]
    assert character_counts(gold=gold, predicted=pieces) == character_counts(gold=gold, predicted=predicted)
