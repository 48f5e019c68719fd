from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.windows import Window, plan_windows


@st.composite
def plans(draw: st.DrawFn) -> tuple[int, int, int]:
    margin = draw(st.integers(0, 12))
    return draw(st.integers(0, 300)), draw(st.integers(2 * margin + 1, 2 * margin + 40)), margin


def test_a_short_document_is_one_window_read_whole() -> None:
    assert plan_windows(10, size=10, margin=3) == [Window(0, 10, 0, 10)]


def test_a_document_without_tokens_has_no_window() -> None:
    assert plan_windows(0, size=10, margin=3) == []


def test_one_token_too_many_opens_a_second_window_that_starts_with_context() -> None:
    assert plan_windows(11, size=10, margin=3) == [Window(0, 10, 0, 7), Window(4, 11, 7, 11)]


def test_a_window_in_the_middle_is_read_between_its_margins() -> None:
    assert plan_windows(16, size=10, margin=3) == [Window(0, 10, 0, 7), Window(4, 14, 7, 11), Window(8, 16, 11, 16)]


@given(plans())
def test_the_cores_cover_every_token_once_and_in_order(plan: tuple[int, int, int]) -> None:
    tokens, size, margin = plan
    read = [
        token for window in plan_windows(tokens, size, margin) for token in range(window.core_start, window.core_end)
    ]
    assert read == list(range(tokens))


@given(plans())
def test_a_token_is_read_with_its_margin_of_context_unless_the_document_ends(plan: tuple[int, int, int]) -> None:
    tokens, size, margin = plan
    for window in plan_windows(tokens, size, margin):
        assert window.end - window.start <= size
        assert window.start <= max(0, window.core_start - margin)
        assert window.end >= min(tokens, window.core_end + margin)


@given(plans())
def test_neighbours_overlap_by_two_margins(plan: tuple[int, int, int]) -> None:
    tokens, size, margin = plan
    windows = plan_windows(tokens, size, margin)
    assert all(left.end - right.start == 2 * margin for left, right in pairwise(windows))


@pytest.mark.parametrize(("size", "margin"), [(6, 3), (5, 3), (0, 0)])
def test_margins_that_leave_nothing_to_read_are_refused(size: int, margin: int) -> None:
    with pytest.raises(ValueError, match=f"a window of {size} tokens has no core between margins of {margin}"):
        plan_windows(100, size, margin)
