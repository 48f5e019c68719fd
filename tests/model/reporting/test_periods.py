import pytest

from framescope_model.reporting.periods import Period, period_of


@pytest.mark.parametrize(
    ("value", "period", "expected"),
    [
        ("2026-03-01", Period.MONTH, "2026-03"),
        ("2026-03-01T23:59:59+02:00", Period.DAY, "2026-03-01"),
        ("2026-03-01 10:00", Period.YEAR, "2026"),
        ("2027-01-01", Period.WEEK, "2026-W53"),
        ("2026-03", Period.MONTH, "2026-03"),
        ("2026-03", Period.DAY, None),
        ("2026", Period.MONTH, None),
        ("2026", Period.YEAR, "2026"),
        ("2026-13-01", Period.MONTH, None),
        ("20260301", Period.MONTH, None),
        ("1 March 2026", Period.MONTH, None),
        ("", Period.YEAR, None),
    ],
)
def test_dates_fall_into_periods(value: str, period: Period, expected: str | None) -> None:
    assert period_of(value, period) == expected
