"""Spans of text: the one offset convention, and the set operations on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of Unicode code points, ``[start, end)``, in the text as it was received.

    Every offset in framescope follows this convention; other encodings (UTF-16, UTF-8) are converted at the edge.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def cut(self, text: str) -> str:
        """The part of ``text`` that the span covers."""
        return text[self.start : self.end]

    def overlap(self, other: "Span") -> int:
        """The number of code points that both spans cover."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


def merge(spans: Iterable[Span], max_gap: int = 0) -> list[Span]:
    """The union of ``spans`` as sorted, disjoint spans; those at most ``max_gap`` code points apart become one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end + max_gap:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def covered(span: Span, ranges: Sequence[Span]) -> int:
    """The number of code points of ``span`` that the disjoint ``ranges`` cover."""
    return sum(span.overlap(other) for other in ranges)
