"""Figures of shares with intervals; needs matplotlib (the extra ``report``)."""

import io
import warnings
from collections.abc import Sequence
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from framescope_model.presentation import printable
from framescope_model.reporting.tallies import Bar

ImageFormat = Literal["svg", "png"]
_COLOUR = "#0b5c9e"
_LABEL_LETTERS = 40
_SETTINGS: dict[Any, Any] = {
    # Text stays text: any script is shown, and a search finds it.
    "svg.fonttype": "none",
    # The same figure is the same file.
    "svg.hashsalt": "framescope",
    "font.family": "sans-serif",
    # A label is no formula: an outlet may have a dollar sign in its name.
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw_bars(bars: Sequence[Bar], title: str, image: ImageFormat) -> bytes:
    """A bar a group, with its interval, n in its label, and the first on top."""
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(7, 1.2 + 0.32 * len(bars)))
        axes = figure.subplots()
        places = range(len(bars))
        axes.barh(places, [bar.share for bar in bars], xerr=_errors(bars), color=_COLOUR, ecolor="#333333", capsize=2)
        axes.set_yticks(places, [_label(bar, ", ") for bar in bars])
        axes.invert_yaxis()
        axes.set_xlabel("share of texts flagged, 95 % interval")
        axes.set_xlim(0, _top(bars))
        return _image(figure, axes, title, image)


def draw_course(bars: Sequence[Bar], title: str, image: ImageFormat, min_rows: int) -> bytes:
    """A point a period, with its interval and n in its label, and none where a period has under ``min_rows``.

    Points are not joined: periods without a row are left out, and a line would run over them.
    """
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(max(7.0, 0.42 * len(bars)), 3.4))
        axes = figure.subplots()
        shown = [bar.rows >= min_rows for bar in bars]
        shares = [bar.share if show else float("nan") for bar, show in zip(bars, shown, strict=True)]
        axes.errorbar(range(len(bars)), shares, yerr=_errors(bars), color=_COLOUR, fmt="o", capsize=2)
        axes.set_xticks(range(len(bars)), [_label(bar, "\n") for bar in bars], rotation=90 if len(bars) > 6 else 0)
        axes.set_ylabel("share of texts flagged, 95 % interval")
        axes.set_xlim(-0.5, len(bars) - 0.5)
        axes.set_ylim(0, _top([bar for bar, show in zip(bars, shown, strict=True) if show]))
        return _image(figure, axes, title, image)


def _errors(bars: Sequence[Bar]) -> list[list[float]]:
    """How far the intervals reach below and above the shares, [2, bars]."""
    return [[bar.share - bar.interval[0] for bar in bars], [bar.interval[1] - bar.share for bar in bars]]


def _top(bars: Sequence[Bar]) -> float:
    return min(1.0, 1.05 * max((bar.interval[1] for bar in bars), default=1.0))


def _label(bar: Bar, joint: str) -> str:
    name = printable(bar.group)
    shown = name if len(name) <= _LABEL_LETTERS else name[: _LABEL_LETTERS - 1] + "…"
    return f"{shown}{joint}n = {bar.rows}"


def _image(figure: Figure, axes: Axes, title: str, image: ImageFormat) -> bytes:
    axes.set_title(title, loc="left", fontsize="medium")
    output = io.BytesIO()
    metadata = {"Date": None} if image == "svg" else {"Software": None}
    with warnings.catch_warnings():
        # A script that the bundled font lacks; in SVG the reader's own fonts have it.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(output, format=image, bbox_inches="tight", dpi=150, metadata=metadata)
    return output.getvalue()
