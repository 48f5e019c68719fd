"""Offsets in code points, UTF-16 code units and UTF-8 bytes: the edge where ``Span`` meets clients."""

from enum import StrEnum

import numpy as np
import numpy.typing as npt


class OffsetUnit(StrEnum):
    """What an offset counts: code points (Python), UTF-16 code units (JavaScript, Java), or UTF-8 bytes (Go, Rust)."""

    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    UTF8 = "utf8"


class OffsetMap:
    """Converts offsets into one text to and from another unit.

    Building takes time linear in the text; a conversion to the unit is constant, one from it logarithmic.

    Args:
        text: the text that the offsets point into; a lone surrogate counts as one UTF-16 unit or three bytes.
        unit: the unit of the outside.
    """

    def __init__(self, text: str, unit: OffsetUnit) -> None:
        self._length = len(text)
        self._unit = unit
        # In these cases every code point is one unit, so offsets need no table.
        same = unit is OffsetUnit.CODEPOINT or text.isascii()
        self._starts: npt.NDArray[np.int64] | None = None if same else _unit_starts(text, unit)

    def from_codepoints(self, offset: int) -> int:
        """The offset in the unit for ``offset`` in code points.

        Raises:
            ValueError: ``offset`` lies outside the text.
        """
        if not 0 <= offset <= self._length:
            raise ValueError(f"offset {offset} lies outside a text of {self._length} code points")
        return offset if self._starts is None else int(self._starts[offset])

    def to_codepoints(self, offset: int) -> int:
        """The offset in code points for ``offset`` in the unit.

        Raises:
            ValueError: ``offset`` lies outside the text or within a character.
        """
        length = self._length if self._starts is None else int(self._starts[-1])
        if not 0 <= offset <= length:
            raise ValueError(f"offset {offset} lies outside a text of {length} {self._unit} units")
        if self._starts is None:
            return offset
        found = int(np.searchsorted(self._starts, offset))
        if int(self._starts[found]) != offset:
            raise ValueError(f"offset {offset} lies within a character in {self._unit} units")
        return found


def _unit_starts(text: str, unit: OffsetUnit) -> npt.NDArray[np.int64]:
    """Where each code point starts in the unit, and the end; shape ``(len(text) + 1,)``."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = 1 + (points >= 0x10000).astype(np.int64)
    if unit is OffsetUnit.UTF8:
        widths += (points >= 0x80).astype(np.int64) + (points >= 0x800)
    starts = np.zeros(len(points) + 1, dtype=np.int64)
    np.cumsum(widths, out=starts[1:])
    return starts
