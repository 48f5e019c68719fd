"""From text to what the encoder sees: word pieces, a paragraph mark, and three signals that an uncased encoder lacks.

The base encoder is uncased and drops line breaks, so "First Lady", a headline and "the same paragraph" would be
invisible to it. Each paragraph therefore opens with an unused token as its mark, and each token carries its word's
case, whether it lies in a quotation, and how much of its wording recurs in the document.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from framescope_model.passages import PassageKind, Segmentation, segment
from framescope_model.quotations import quoted_ranges
from framescope_model.spans import Span

PARAGRAPH_MARK = "[unused1]"
HEADLINE_MARK = "[unused2]"
_SURROGATES = re.compile("[\ud800-\udfff]")
_MIN_RECURRING_LETTERS = 5
"""Shorter words recur in any text; only a longer one makes a recurring phrase worth noticing."""


class Case(IntEnum):
    """The case of the word a token belongs to."""

    NONE = 0
    LOWER = 1
    CAPITALISED = 2
    UPPER = 3
    MIXED = 4


class Recurrence(IntEnum):
    """The longest word sequence around a token that occurs elsewhere in the document too."""

    NONE = 0
    WORD = 1
    PAIR = 2
    TRIPLE = 3


@dataclass(frozen=True, slots=True)
class EncodedDocument:
    """A document as token arrays, without the encoder's opening and closing tokens.

    Args:
        segmentation: its paragraphs, passages and skipped boilerplate; boilerplate has no tokens.
        ids: int64 [tokens], vocabulary ids.
        starts, ends: int64 [tokens], code-point offsets; a paragraph mark has ``start == end``.
        signals: int64 [tokens, 3], the :class:`Case`, in a quotation or not, and the :class:`Recurrence`.
        quotations: the quoted stretches of the text.
    """

    segmentation: Segmentation
    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    signals: npt.NDArray[np.int64]
    quotations: tuple[Span, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def token_range(self, span: Span) -> tuple[int, int]:
        """The half-open range of tokens that overlap ``span``; empty where no token does."""
        first = int(np.searchsorted(self.ends, span.start, side="right"))
        last = int(np.searchsorted(self.starts, span.end, side="left"))
        while first < last and self.starts[first] == self.ends[first]:
            first += 1
        return first, max(first, last)


SIGNAL_SIZES = (len(Case), 2, len(Recurrence))
"""The number of values of each column of :attr:`EncodedDocument.signals`."""


class TextEncoder:
    """Turns texts into :class:`EncodedDocument` with the base encoder's own tokenizer."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        # The published tokenizer file truncates and pads to 128 tokens; a document must be neither cut nor padded.
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._marks = {
            PassageKind.SENTENCE: _token_id(tokenizer, PARAGRAPH_MARK),
            PassageKind.HEADLINE: _token_id(tokenizer, HEADLINE_MARK),
        }
        self.open_id = _token_id(tokenizer, "[CLS]")
        self.close_id = _token_id(tokenizer, "[SEP]")
        self.pad_id = _token_id(tokenizer, "[PAD]")

    def encode(self, text: str) -> EncodedDocument:
        """Segment and tokenize ``text``; a text without passages has no tokens."""
        segmentation = segment(text)
        stretches = _stretches(segmentation)
        encodings = self._tokenizer.encode_batch(
            [_tokenizable(span.cut(text)) for span, _ in stretches], add_special_tokens=False
        )
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        words: list[int] = []
        word_texts: list[str] = []
        for (span, kind), encoding in zip(stretches, encodings, strict=True):
            ids.append(self._marks[kind])
            starts.append(span.start)
            ends.append(span.start)
            words.append(-1)
            previous = None
            for token, (start, end), word in zip(encoding.ids, encoding.offsets, encoding.word_ids, strict=True):
                ids.append(token)
                starts.append(span.start + start)
                ends.append(span.start + end)
                if word != previous:
                    word_texts.append("")
                    previous = word
                word_texts[-1] += text[span.start + start : span.start + end]
                words.append(len(word_texts) - 1)
        quotations = tuple(quoted_ranges(text))
        signals = _signals(np.array(words, dtype=np.int64), word_texts)
        signals[:, 1] = _inside(np.array(starts, dtype=np.int64), quotations)
        return EncodedDocument(
            segmentation,
            np.array(ids, dtype=np.int64),
            np.array(starts, dtype=np.int64),
            np.array(ends, dtype=np.int64),
            signals,
            quotations,
        )


def _token_id(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no token {token}; framescope needs a BERT-style vocabulary")
    return int(found)


def _tokenizable(text: str) -> str:
    """``text`` with lone surrogates, which no tokenizer takes, replaced one for one so that offsets stay."""
    return _SURROGATES.sub("\ufffd", text)


def _stretches(segmentation: Segmentation) -> list[tuple[Span, PassageKind]]:
    """Each paragraph's passages as one stretch, from the first passage to the last."""
    stretches: dict[int, tuple[Span, PassageKind]] = {}
    for passage in segmentation.passages:
        start, kind = passage.span.start, passage.kind
        if passage.paragraph in stretches:
            start, kind = stretches[passage.paragraph][0].start, stretches[passage.paragraph][1]
        stretches[passage.paragraph] = (Span(start, passage.span.end), kind)
    return list(stretches.values())


def _signals(words: npt.NDArray[np.int64], word_texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """The case and recurrence columns, looked up by each token's word (-1: a paragraph mark)."""
    signals = np.zeros((len(words), len(SIGNAL_SIZES)), dtype=np.int64)
    if word_texts:
        inside = words >= 0
        case = np.array([_case(word) for word in word_texts], dtype=np.int64)
        signals[inside, 0] = case[words[inside]]
        signals[inside, 2] = _recurrence([word.casefold() for word in word_texts])[words[inside]]
    return signals


def _case(word: str) -> Case:
    letters = [character for character in word if character.isalpha()]
    if not letters:
        return Case.NONE
    if all(character.islower() for character in letters):
        return Case.LOWER
    if letters[0].isupper() and all(character.islower() for character in letters[1:]):
        return Case.CAPITALISED
    return Case.UPPER if all(character.isupper() for character in letters) else Case.MIXED


def _recurrence(words: Sequence[str]) -> npt.NDArray[np.int64]:
    """The :class:`Recurrence` of each word: the longest sequence through it, with a long word in it, that recurs."""
    found = np.zeros(len(words), dtype=np.int64)
    for length in (Recurrence.WORD, Recurrence.PAIR, Recurrence.TRIPLE):
        sequences = list(_sequences(words, length))
        counts = Counter(sequences)
        for position, sequence in enumerate(sequences):
            if counts[sequence] > 1 and any(len(word) >= _MIN_RECURRING_LETTERS for word in sequence):
                found[position : position + length] = length
    return found


def _sequences(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[offset:] for offset in range(length)), strict=False)


def _inside(positions: npt.NDArray[np.int64], ranges: Sequence[Span]) -> npt.NDArray[np.bool_]:
    """Whether each of the sorted ``positions`` lies in one of the sorted, disjoint ``ranges``."""
    if not ranges:
        return np.zeros(len(positions), dtype=np.bool_)
    found = np.searchsorted([span.start for span in ranges], positions, side="right") - 1
    ends = np.array([span.end for span in ranges])
    return (found >= 0) & (positions < ends[found])
