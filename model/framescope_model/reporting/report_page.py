"""The report over a result as one self-contained page."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from framescope_model.errors import InputError
from framescope_model.pages import escape, page_foot, page_head, table
from framescope_model.reporting.figures import ImageFormat, draw_bars, draw_course
from framescope_model.reporting.tallies import Bar, Summary, Tally, named, wilson

MAX_PERIODS = 150
"""Most points of a figure; with more, nobody could read their labels."""
_MEDIA = {"svg": "image/svg+xml", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What is shown: which features, groups from how many rows on, at most how many groups, and in which format."""

    features: Sequence[str]
    min_rows: int
    max_groups: int
    image: ImageFormat


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of one feature by one dimension; ``image`` is ``None`` where no group is large enough.

    ``absent`` are the groups without a bar: too small, or beyond the most that are shown.
    """

    name: str
    title: str
    image: bytes | None
    bars: Sequence[Bar]
    small: Sequence[Bar]
    beyond: Sequence[Bar]


def draw_all(tally: Tally, layout: Layout) -> Iterator[Drawing]:
    """A drawing for each feature by the tally's dimension."""
    dimension = tally.dimension
    for feature in layout.features:
        large, small = tally.bars(feature, layout.min_rows)
        title = f"{feature} {dimension.title}"
        name = f"{dimension.title.replace(' ', '-')}-{feature}"
        if dimension.period is not None:
            course = sorted([*large, *small], key=lambda bar: bar.group)
            if len(course) > MAX_PERIODS:
                raise InputError(f"there are {len(course)} periods by {dimension.period}; choose a longer --period")
            image = draw_course(course, title, layout.image, layout.min_rows) if large else None
            yield Drawing(name, title, image, large, small, ())
            continue
        # The largest groups stay, whatever their share.
        kept = {bar.group for bar in sorted(large, key=lambda bar: -bar.rows)[: layout.max_groups]}
        shown = [bar for bar in large if bar.group in kept]
        beyond = [bar for bar in large if bar.group not in kept]
        yield Drawing(name, title, draw_bars(shown, title, layout.image) if shown else None, shown, small, beyond)


def head_section(source: str, summary: Summary, layout: Layout) -> str:
    """What was counted, and the shares over all rows."""
    rows = []
    for feature in layout.features:
        flagged = summary.overall[feature]
        low, high = wilson(flagged, summary.scored)
        share = f"{flagged / summary.scored:.1%}" if summary.scored else "–"
        rows.append((feature, str(flagged), share, f"{low:.1%} to {high:.1%}"))
    warning = " The rows are of more than one model; their scores may not compare." if len(summary.models) > 1 else ""
    return (
        page_head("Framing in an archive")
        + f'<p class="note">{escape(source)}: {summary.rows:,} rows, {summary.scored:,} of them scored.{warning} '
        "A text is flagged for a feature when one of its passages is. Longer texts have more passages, and so more of "
        "them are flagged: compare groups of texts that are alike. Intervals are Wilson score intervals of 95 %. "
        f"Groups with fewer than {layout.min_rows} rows get no bar and no point.</p>\n"
        f"<h2>All rows (n = {summary.scored:,})</h2>\n"
        + table(("feature", "texts flagged", "share", "95 % interval"), rows, frozenset({1, 2, 3}))
    )


def drawing_section(drawing: Drawing, layout: Layout, column: str) -> str:
    """A figure with its numbers, and the groups that it leaves out."""
    parts = [f"<h3>{escape(drawing.title)}</h3>\n"]
    if drawing.image is not None:
        data = base64.b64encode(drawing.image).decode("ascii")
        alternative = escape(f"Share of texts flagged: {drawing.title}; the numbers are in the table below")
        parts.append(f'<figure><img alt="{alternative}" src="data:{_MEDIA[layout.image]};base64,{data}"></figure>\n')
        parts.append(table((column, "n", "flagged", "share", "95 % interval"), _numbers(drawing.bars), _RIGHT))
    if drawing.small:
        told = f"Fewer than {layout.min_rows} rows: {named(drawing.small)}."
        parts.append(f'<p class="note">{escape(told)}</p>\n')
    if drawing.beyond:
        told = f"Beyond the {layout.max_groups} largest: {named(drawing.beyond)}."
        parts.append(f'<p class="note">{escape(told)}</p>\n')
    return "".join(parts)


def foot_section(summary: Summary) -> str:
    """The models, and what a score is."""
    return page_foot(
        ", ".join(f"{model} ({rows:,} rows)" for model, rows in summary.models.most_common()) or "no model"
    )


_RIGHT = frozenset({1, 2, 3, 4})


def _numbers(bars: Sequence[Bar]) -> list[tuple[str, ...]]:
    return [
        (bar.group, str(bar.rows), str(bar.flagged), f"{bar.share:.1%}", "{:.1%} to {:.1%}".format(*bar.interval))
        for bar in bars
    ]
