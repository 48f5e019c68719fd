from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.coverage import Coverage
from framescope_model.spans import Span, covered, merge

span = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda ends: Span(min(ends), max(ends)))


@settings(deadline=None)
@given(st.lists(span, max_size=6), span)
def test_coverage_counts_what_the_merged_ranges_cover(ranges: list[Span], asked: Span) -> None:
    assert Coverage.of(30, ranges).covered(asked) == covered(asked, merge(ranges))


def test_most_is_more_than_half() -> None:
    coverage = Coverage.of(10, [Span(0, 4)])
    assert coverage.holds_most(Span(0, 7))
    assert not coverage.holds_most(Span(0, 8))
    assert coverage.holds_most(Span(0, 3), Span(5, 7))


def test_ranges_that_only_meet_do_not_touch() -> None:
    coverage = Coverage.of(10, [Span(2, 4)])
    assert not coverage.touches(Span(4, 6))
    assert not coverage.touches(Span(0, 2))
    assert coverage.touches(Span(3, 6))
