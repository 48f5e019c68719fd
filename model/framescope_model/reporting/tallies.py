"""Counting flagged rows by group, with intervals."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from framescope_model.errors import InputError
from framescope_model.reporting.periods import Period, period_of
from framescope_model.reporting.result_rows import ResultRow

MAX_GROUPS = 10_000
BLANK = "(blank)"
_Z = 1.959964
"""The normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What rows are grouped by: the values of ``column``, or, with a ``period``, its dates."""

    title: str
    column: str
    period: Period | None = None

    def group_of(self, row: ResultRow) -> str | None:
        """The group of a row; ``None`` for one without a date."""
        value = row.columns[self.column]
        return (value or BLANK) if self.period is None else period_of(value, self.period)


@dataclass(frozen=True, slots=True)
class Bar:
    """A group's share of rows flagged with its 95 % interval; ``rows`` is n."""

    group: str
    rows: int
    flagged: int

    @property
    def share(self) -> float:
        """The part of rows flagged, in [0, 1]."""
        return self.flagged / self.rows

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval (Wilson 1927) of the share."""
        return wilson(self.flagged, self.rows)


@dataclass(slots=True)
class Tally:
    """Rows and flagged rows by group of one dimension."""

    dimension: Dimension
    rows: Counter[str] = field(default_factory=Counter)
    flagged: Counter[tuple[str, str]] = field(default_factory=Counter)
    undated: int = 0

    def add(self, row: ResultRow) -> None:
        """Count a scored row.

        Raises:
            InputError: there are too many groups to be one.
        """
        group = self.dimension.group_of(row)
        if group is None:
            self.undated += 1
            return
        self.rows[group] += 1
        if len(self.rows) > MAX_GROUPS:
            raise InputError(f"the column {self.dimension.column!r} has over {MAX_GROUPS:,} values; name another")
        self.flagged.update((group, feature) for feature, flag in (row.flagged or {}).items() if flag)

    def bars(self, feature: str, min_rows: int) -> tuple[list[Bar], list[Bar]]:
        """The groups with at least ``min_rows`` and those with fewer: by time, or the greatest share first."""
        bars = [Bar(group, rows, self.flagged[group, feature]) for group, rows in sorted(self.rows.items())]
        if self.dimension.period is None:
            bars.sort(key=lambda bar: -bar.share)
        return [bar for bar in bars if bar.rows >= min_rows], [bar for bar in bars if bar.rows < min_rows]


@dataclass(slots=True)
class Summary:
    """A whole result: rows by model, rows that were not scored, and the tallies."""

    models: Counter[str] = field(default_factory=Counter)
    unscored: int = 0
    overall: Counter[str] = field(default_factory=Counter)
    tallies: Sequence[Tally] = ()

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(self.models.values())

    @property
    def scored(self) -> int:
        """The rows that were scored; shares are parts of them."""
        return self.rows - self.unscored


def summarise(rows: Iterable[ResultRow], dimensions: Sequence[Dimension]) -> Summary:
    """Count ``rows`` by each of ``dimensions``; holds counts alone in memory."""
    summary = Summary(tallies=[Tally(dimension) for dimension in dimensions])
    for row in rows:
        summary.models[row.model] += 1
        if row.flagged is None:
            summary.unscored += 1
            continue
        summary.overall.update(feature for feature, flag in row.flagged.items() if flag)
        for tally in summary.tallies:
            tally.add(row)
    return summary


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of a share, in [0, 1]."""
    if not trials:
        return 0.0, 1.0
    share, square = successes / trials, _Z**2
    centre = (share + square / (2 * trials)) / (1 + square / trials)
    half = _Z * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2)) / (1 + square / trials)
    # Rounding must not part an interval from its share.
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def named(bars: Sequence[Bar], most: int = 20) -> str:
    """Groups with their n in words."""
    shown = ", ".join(f"{bar.group} (n = {bar.rows})" for bar in bars[:most])
    return shown + (f" and {len(bars) - most} more" if len(bars) > most else "")


def column_of(given: str | None, usual: str, columns: Mapping[str, object] | Sequence[str]) -> str | None:
    """The column to group by: the one ``given``, else the ``usual`` one if the result has it.

    Raises:
        InputError: the one given is not there.
    """
    if given is not None and given not in columns:
        raise InputError(
            f"the result has no column {given!r}; framescope batch carries one along with --columns {given}"
        )
    return given if given is not None else usual if usual in columns else None
