"""Where a text quotes: the ranges between quotation marks, whatever marks the writer uses.

Double marks (straight, curly, low, doubled singles) and guillemets open and close a quotation; single marks do so only
where they cannot be apostrophes. What lies inside a quotation, nested marks included, belongs to the outer one. A
quotation that is not closed ends with its paragraph, unless one of the next paragraphs closes it before it opens
another. One pass over the marks, looking at their neighbours: linear time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from framescope_model.passages import paragraph_spans
from framescope_model.spans import Span, merge

MAX_PARAGRAPHS = 5
"""A quotation still open after so many paragraphs was never meant to go on: a closing mark was forgotten."""
MAX_POSSESSIVE_WORDS = 2
"""In 'the leaders' plan' the mark after the s closes only a quotation that is as short as a scare quote."""

_MARK = re.compile(r"``|‘‘|''|’’|[\"“”„‟«»‹›‘’']")
_OPENERS = frozenset(["“", "„", "‟", "«", "‹", "``", "‘‘"])
_CLOSERS = frozenset(["”", "»", "›", "’’"])
_SINGLES = frozenset(["‘", "’", "'"])
_GUILLEMETS = frozenset(["«", "»", "‹", "›"])
_CLOSED_BY = {"“": "”", "„": "“", "«": "»", "»": "«", "‹": "›", "``": "''", "‘‘": "’’"}
_BEFORE_OPENING = frozenset("([{—–-/\"“„«‹‘'`")
_AFTER_CLOSING = frozenset(".,;:!?…)]}—–-/\"”»›’'")
# Words that begin with an apostrophe, and years and decades cut short.
_ELISION = re.compile(r"(?:em|til|till|tis|twas|cause|cos|cuz|bout|round|n|nuff|ere|fore|\d\ds?)\b", re.IGNORECASE)


class _Role(Enum):
    OPENS = auto()
    CLOSES = auto()
    EITHER = auto()


@dataclass(slots=True)
class _State:
    """What is open.

    ``single`` is where a single mark stands that may yet turn out to be an apostrophe: it quotes nothing until it
    closes. ``nested`` is the mark of a quotation inside, ``unclosed`` the paragraphs since a quotation left open.
    """

    start: int | None = None
    opened_by: str = ""
    nested: str = ""
    single: int | None = None
    unclosed: tuple[Span, ...] | None = None


def quoted_ranges(text: str) -> list[Span]:
    """The stretches of ``text`` in quotation marks, marks included, sorted and disjoint; scare quotes count too."""
    ranges: list[Span] = []
    state = _State()
    for paragraph in paragraph_spans(text):
        ranges.extend(_quoted_in(text, paragraph, state))
    return merge(ranges)


def _quoted_in(text: str, paragraph: Span, state: _State) -> Iterator[Span]:
    """The quoted ranges of one paragraph; what stays open is noted in ``state``."""
    state.start = state.single = None
    saw_double = False
    for match in _MARK.finditer(text, paragraph.start, paragraph.end):
        if match.group() in _SINGLES:
            if state.start is None:
                yield from _single(text, paragraph, match, state)
            continue
        role = _role(text, paragraph, match)
        if not saw_double and state.unclosed is not None and role is _Role.CLOSES:
            yield from (*state.unclosed, Span(paragraph.start, match.end()))
        else:
            yield from _double(match, role, state)
        saw_double, state.unclosed = True, None
    if state.start is not None:
        yield Span(state.start, paragraph.end)
        state.unclosed = ()
    elif state.unclosed is not None:
        state.unclosed = (*state.unclosed, paragraph) if len(state.unclosed) < MAX_PARAGRAPHS else None


def _double(match: re.Match[str], role: _Role, state: _State) -> Iterator[Span]:
    """Open or close a quotation at a double mark or guillemet."""
    mark = match.group()
    if state.start is None:
        if role is not _Role.CLOSES:
            state.start, state.opened_by, state.nested = match.start(), mark, ""
    elif role is _Role.OPENS:
        # The same mark again means that its closing mark was forgotten; another one opens a quotation inside.
        state.nested = "" if mark == state.opened_by else mark
    elif state.nested and mark != _CLOSED_BY.get(state.opened_by, state.opened_by):
        state.nested = ""
    elif (mark in _GUILLEMETS) == (state.opened_by in _GUILLEMETS):
        # Two marks with nothing between them quote nothing.
        if match.end() - state.start > len(state.opened_by) + len(mark):
            yield Span(state.start, match.end())
        state.start = None


def _role(text: str, paragraph: Span, match: re.Match[str]) -> _Role:
    """What a double mark does, by its shape, or by its neighbours where the shape is straight or misused."""
    mark = match.group()
    after_gap, before_gap = _gaps(text, paragraph, match)
    if mark in _OPENERS:
        return _Role.CLOSES if before_gap and not after_gap else _Role.OPENS
    if mark in _CLOSERS:
        return _Role.OPENS if after_gap and not before_gap else _Role.CLOSES
    if after_gap == before_gap:
        return _Role.EITHER
    return _Role.OPENS if after_gap else _Role.CLOSES


def _gaps(text: str, paragraph: Span, match: re.Match[str]) -> tuple[bool, bool]:
    """Whether a word may begin right after the mark (a gap lies before it), and whether one may end right before it."""
    before = text[match.start() - 1] if match.start() > paragraph.start else " "
    after = text[match.end()] if match.end() < paragraph.end else " "
    return before.isspace() or before in _BEFORE_OPENING, after.isspace() or after in _AFTER_CLOSING


def _single(text: str, paragraph: Span, match: re.Match[str], state: _State) -> Iterator[Span]:
    """Open or close a quotation at a single mark, if it is no apostrophe."""
    after_gap, before_gap = _gaps(text, paragraph, match)
    if after_gap and not before_gap:
        if match.group() != "’" and not _ELISION.match(text, match.end(), paragraph.end):
            state.single = match.start()
    elif state.single is not None and before_gap and not after_gap and not _is_possessive(text, match, state.single):
        yield Span(state.single, match.end())
        state.single = None


def _is_possessive(text: str, match: re.Match[str], opened: int) -> bool:
    """Whether the mark belongs to a plural ("the workers' rights") inside a quotation, and does not close it."""
    if text[match.start() - 1] not in "sS" or not text[match.end() : match.end() + 1].isspace():
        return False
    # A longer quotation holds more than the words that are let through; no need to count them all.
    words = text[opened : min(match.start(), opened + 120)].split()
    return len(words) > MAX_POSSESSIVE_WORDS
