"""Dates put together by day, week, month or year."""

import re
from datetime import date
from enum import StrEnum

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?![\d])")


class Period(StrEnum):
    """How dates are put together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


def period_of(value: str, period: Period) -> str | None:
    """The period of a date in ISO 8601, time of day or not; ``None`` where ``value`` is none, or too coarse."""
    match = _DATE.match(value)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        whole = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if period is Period.YEAR:
        return year
    if period is Period.MONTH:
        return f"{year}-{month}" if month else None
    if not day:
        return None
    iso = whole.isocalendar()
    return whole.isoformat() if period is Period.DAY else f"{iso.year:04}-W{iso.week:02}"
