"""How much of any stretch of a text given ranges cover, in constant time."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from framescope_model.prediction import IntArray
from framescope_model.spans import Span


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ranges over a text of N code points; ``before`` [N + 1] counts the covered ones before each position."""

    before: IntArray

    @classmethod
    def of(cls, length: int, ranges: Iterable[Span]) -> "Coverage":
        """The coverage of ``ranges``, which may overlap, over a text of ``length`` code points."""
        inside = np.zeros(length + 1, dtype=np.int64)
        for span in ranges:
            inside[span.start + 1 : span.end + 1] = 1
        return cls(inside.cumsum())

    def covered(self, span: Span) -> int:
        """The number of code points of ``span`` that are covered."""
        return int(self.before[span.end] - self.before[span.start])

    def touches(self, span: Span) -> bool:
        """Whether any of ``span`` is covered."""
        return self.covered(span) > 0

    def holds_most(self, *spans: Span) -> bool:
        """Whether more than half of ``spans`` together is covered."""
        return 2 * sum(map(self.covered, spans)) > sum(map(len, spans))
