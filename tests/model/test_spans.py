from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.spans import Span, covered, merge

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda pair: Span(pair[0], sum(pair))), max_size=12
)


def positions(spans: list[Span]) -> set[int]:
    return {position for span in spans for position in range(span.start, span.end)}


@pytest.mark.parametrize(("start", "end"), [(3, 2), (-1, 2), (-2, -1)])
def test_a_span_that_runs_backwards_or_starts_before_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=r"0 <= start <= end, not \[" + str(start)):
        Span(start, end)


def test_offsets_count_code_points_with_the_end_left_out() -> None:
    text = "a 😀 é end"
    assert Span(2, 3).cut(text) == "😀"
    assert Span(4, 5).cut(text) == "é"
    assert len(Span(2, 5)) == 3


def test_an_empty_span_has_no_length_and_cuts_nothing() -> None:
    assert len(Span(4, 4)) == 0
    assert Span(4, 4).cut("anything") == ""


def test_spans_sort_by_start_and_then_by_end() -> None:
    assert sorted([Span(2, 9), Span(0, 5), Span(2, 4)]) == [Span(0, 5), Span(2, 4), Span(2, 9)]


def test_spans_that_only_touch_do_not_overlap() -> None:
    assert Span(0, 4).overlap(Span(4, 8)) == 0
    assert Span(0, 5).overlap(Span(4, 8)) == 1
    assert Span(0, 2).overlap(Span(6, 8)) == 0


@given(SPANS, SPANS)
def test_overlap_counts_shared_positions_either_way(left: list[Span], right: list[Span]) -> None:
    for one, other in zip(left, right, strict=False):
        assert one.overlap(other) == other.overlap(one) == len(positions([one]) & positions([other]))


def test_merging_joins_spans_that_touch_and_keeps_those_that_do_not() -> None:
    assert merge([Span(6, 8), Span(0, 3), Span(3, 4)]) == [Span(0, 4), Span(6, 8)]


def test_merging_bridges_gaps_up_to_the_limit_and_none_longer() -> None:
    assert merge([Span(0, 3), Span(5, 6)], max_gap=2) == [Span(0, 6)]
    assert merge([Span(0, 3), Span(6, 7)], max_gap=2) == [Span(0, 3), Span(6, 7)]


def test_merging_keeps_the_longer_end_when_one_span_lies_in_another() -> None:
    assert merge([Span(0, 10), Span(2, 4)]) == [Span(0, 10)]


def test_merging_nothing_gives_nothing() -> None:
    assert merge([]) == []


@given(SPANS)
def test_merging_covers_the_same_positions_with_sorted_spans_that_do_not_touch(spans: list[Span]) -> None:
    merged = merge(spans)
    assert positions(merged) == positions(spans)
    assert all(left.end < right.start for left, right in pairwise(merged))
    assert merge(merged) == merged


@given(st.tuples(st.integers(0, 40), st.integers(0, 20)), SPANS)
def test_covered_counts_the_positions_that_disjoint_ranges_share_with_a_span(
    at: tuple[int, int], spans: list[Span]
) -> None:
    span = Span(at[0], sum(at))
    assert covered(span, merge(spans)) == len(positions([span]) & positions(spans))
