"""Overlapping windows over a long document, so that every token is encoded in context and none is cut."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of tokens encoded together, ``[start, end)``, and the core that is read from it.

    The cores of a document's windows are disjoint and cover it; a token is read where it has context on both sides.
    """

    start: int
    end: int
    core_start: int
    core_end: int


def plan_windows(tokens: int, size: int, margin: int) -> list[Window]:
    """Cover ``tokens`` tokens with windows of at most ``size``, whose neighbours overlap by ``2 * margin``.

    Raises:
        ValueError: the margins leave no core.
    """
    if size <= 2 * margin:
        raise ValueError(f"a window of {size} tokens has no core between margins of {margin}")
    windows: list[Window] = []
    core_start = 0
    while core_start < tokens:
        start = max(0, core_start - margin)
        end = min(tokens, start + size)
        core_end = tokens if end == tokens else end - margin
        windows.append(Window(start, end, core_start, core_end))
        core_start = core_end
    return windows
