import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.errors import InputError
from framescope_model.reporting import tallies
from framescope_model.reporting.periods import Period
from framescope_model.reporting.result_rows import ResultRow
from framescope_model.reporting.tallies import Bar, Dimension, column_of, named, summarise, wilson

OUTLET = Dimension("by outlet", "outlet")


def row(outlet: str, flagged: bool | None, date: str = "") -> ResultRow:
    flags = None if flagged is None else {"doubt": flagged}
    return ResultRow({"outlet": outlet, "date": date}, flags, "m/1+a")


def test_the_interval_is_wilsons() -> None:
    # Worked by hand for 3 of 10 with z = 1.959964.
    assert wilson(3, 10) == pytest.approx((0.10779, 0.60322), abs=1e-4)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_an_interval_holds_its_share(case: tuple[int, int]) -> None:
    low, high = wilson(*case)
    assert 0 <= low <= case[0] / case[1] <= high <= 1


def test_rows_are_counted_by_group_and_small_groups_stand_apart() -> None:
    rows = [row("A", True), row("A", False), row("B", True), row("", True), row("A", None)]
    summary = summarise(rows, [OUTLET])
    assert (summary.rows, summary.scored, summary.overall["doubt"]) == (5, 4, 3)
    (tally,) = summary.tallies
    large, small = tally.bars("doubt", 2)
    assert large == [Bar("A", 2, 1)]
    assert small == [Bar("(blank)", 1, 1), Bar("B", 1, 1)]


def test_the_greatest_share_comes_first_and_periods_come_in_order() -> None:
    rows = [row("A", False, "2026-01-01"), row("B", True, "2025-12-31"), row("C", True, "soon")]
    by_outlet, by_month = summarise(rows, [OUTLET, Dimension("by month", "date", Period.MONTH)]).tallies
    assert [bar.group for bar in by_outlet.bars("doubt", 1)[0]] == ["B", "C", "A"]
    assert [bar.group for bar in by_month.bars("doubt", 1)[0]] == ["2025-12", "2026-01"]
    assert by_month.undated == 1


def test_a_column_with_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MAX_GROUPS", 3)
    with pytest.raises(InputError, match="over 3 values"):
        summarise([row(str(number), True) for number in range(4)], [OUTLET])


def test_groups_left_out_are_named_up_to_a_number() -> None:
    assert named([Bar("A", 2, 1), Bar("B", 1, 1)]) == "A (n = 2), B (n = 1)"
    assert named([Bar("A", 2, 1), Bar("B", 1, 1)], most=1) == "A (n = 2) and 1 more"


def test_a_column_is_the_one_named_or_the_usual_one() -> None:
    assert column_of(None, "outlet", ["outlet"]) == "outlet"
    assert column_of(None, "outlet", ["paper"]) is None
    assert column_of("paper", "outlet", ["paper"]) == "paper"
    with pytest.raises(InputError, match="--columns paper"):
        column_of("paper", "outlet", ["outlet"])
