"""Where tokens lie in words, passages and paragraphs, and how runs of tokens become spans of text.

A run covers whole words, bridges a gap of one token within a passage, and never crosses a paragraph mark. Words are
snapped before gaps are bridged, so that the runs of a mask are disjoint, and a larger mask never covers fewer words.
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np

from framescope_model.encoding import EncodedDocument
from framescope_model.prediction import BoolArray, IntArray
from framescope_model.spans import Span

# Letters and digits with their combining marks, soft hyphens and joiners; inside a word also apostrophes and hyphens,
# and the points of a number, so that neither "so-called" nor "1.5" is cut in two.
_LETTER = r"[^\W_][\u0300-\u036f\u00ad\u200d]*"
_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|['’\-‐‑](?={_LETTER})|[.,](?<=\d[.,])(?=\d))*+")
_KEPT_PUNCTUATION = frozenset("%#@&§")

Run = tuple[int, int]
"""A half-open range, of token positions unless said otherwise."""


def word_bounds(text: str) -> list[Run]:
    """Start and end of each word of ``text``, in code points."""
    return [match.span() for match in _WORD.finditer(text)]


def is_edge_mark(character: str) -> bool:
    """Whether a span may not begin or end with ``character``: white space, control characters, punctuation."""
    return unicodedata.category(character)[0] in "ZCP" and character not in _KEPT_PUNCTUATION


@dataclass(frozen=True, slots=True)
class TokenLayout:
    """The layout of a document of N tokens.

    Tokens that share a word belong to one unit; any other token is a unit of its own.

    Args:
        text: the document.
        starts, ends: int64 [N], each token's extent widened to whole words.
        units: int64 [N], the index of each token's unit, ascending.
        words_before: int64 [N + 1], the number of words that begin before each token.
        marks: bool [N], the paragraph marks.
        telling: bool [N], tokens with anything but punctuation in their unit.
        passages: int64 [N], the index of each token's passage.
    """

    text: str
    starts: IntArray
    ends: IntArray
    units: IntArray
    words_before: IntArray
    marks: BoolArray
    telling: BoolArray
    passages: IntArray

    @classmethod
    def of(cls, text: str, encoded: EncodedDocument) -> "TokenLayout":
        """The layout of ``encoded``, which encodes ``text``."""
        words = np.array(word_bounds(text), dtype=np.int64).reshape(-1, 2)
        # A word before and after all others spares the bounds checks.
        word_starts = np.concatenate([[-1], words[:, 0]])
        word_ends = np.concatenate([[-1], words[:, 1]])
        at_start = np.searchsorted(word_starts, encoded.starts, side="right") - 1
        at_end = np.maximum(np.searchsorted(word_starts, encoded.ends, side="left") - 1, 0)
        starts = np.where(encoded.starts < word_ends[at_start], word_starts[at_start], encoded.starts)
        ends = np.maximum(encoded.ends, word_ends[at_end])
        in_word = word_ends[at_end] > encoded.starts
        opens = np.ones(len(encoded), dtype=np.bool_)
        opens[1:] = ends[:-1] <= starts[1:]
        passage_starts = [passage.span.start for passage in encoded.segmentation.passages]
        return cls(
            text,
            starts,
            ends,
            opens.cumsum() - 1,
            np.concatenate([[0], (opens & in_word).cumsum()]),
            encoded.starts == encoded.ends,
            np.array(
                [
                    word or not all(map(is_edge_mark, text[start:end]))
                    for word, start, end in zip(in_word, encoded.starts, encoded.ends, strict=True)
                ],
                dtype=np.bool_,
            ),
            np.searchsorted(np.array(passage_starts, dtype=np.int64), encoded.starts, side="right") - 1,
        )

    def whole_units(self, mask: BoolArray, first: int = 0) -> BoolArray:
        """``mask`` over the tokens from ``first`` on, widened to all tokens of the units it touches."""
        if not len(mask):
            return mask
        units = self.units[first : first + len(mask)] - self.units[first]
        touched = np.bincount(units, weights=mask) > 0
        whole: BoolArray = touched[units]
        return whole

    def runs(self, mask: BoolArray, first: int = 0, blocked: BoolArray | None = None) -> list[Run]:
        """The runs of ``mask`` [n] over the tokens from ``first`` on, in order.

        ``blocked`` [n], which should hold whole units, belongs to no run and is never bridged.
        """
        window = slice(first, first + len(mask))
        barred = self.marks[window] if blocked is None else self.marks[window] | blocked
        inside = self.whole_units(mask & ~barred, first) & ~barred
        passages = self.passages[window]
        bridged = inside.copy()
        bridged[1:-1] |= inside[:-2] & inside[2:] & ~barred[1:-1] & (passages[:-2] == passages[2:])
        edges = np.diff(np.concatenate([[0], bridged.astype(np.int8), [0]]))
        return [
            (first + int(start), first + int(end))
            for start, end in zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True)
        ]

    def span(self, run: Run) -> Span | None:
        """The text of a run in whole words, trimmed of punctuation and white space; ``None`` where nothing is left."""
        start, end = int(self.starts[run[0]]), int(self.ends[run[1] - 1])
        while start < end and is_edge_mark(self.text[start]):
            start += 1
        while start < end and is_edge_mark(self.text[end - 1]):
            end -= 1
        return Span(start, end) if start < end else None

    def spans(self, runs: list[Run]) -> list[Span]:
        """The spans of ``runs`` that hold more than punctuation."""
        return [span for span in map(self.span, runs) if span is not None]
