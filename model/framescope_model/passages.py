"""Cutting a text into paragraphs and passages, without moving an offset.

A passage is what gets a score: a sentence or a headline. Passages are in order, disjoint, trimmed of white space, lie
within one paragraph each, and together with the boilerplate that is skipped they cover every character that is not
white space.

A paragraph is a line, except in hard-wrapped text, whose lines are joined. A line break is a line feed, a carriage
return, the two together, U+2028 or U+2029. Sentences end at a full stop, question or exclamation mark or ellipsis, with
the closing marks that follow it, unless the tables below know better: an abbreviation, an initial, a reporting clause
after a quotation. All looking around is bounded, so that the time is linear in the length of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from framescope_model.boilerplate import is_boilerplate
from framescope_model.results import Skipped
from framescope_model.spans import Span

MAX_HEADLINE_CHARS = 160
"""A longer line without a full stop is a sentence that lost it."""
MAX_WRAP_CHARS = 100
"""Plain text is wrapped at 60 to 80 columns; longer lines are paragraphs as they stand."""
MIN_WRAP_CHARS = 45


class PassageKind(StrEnum):
    """What a passage is: a sentence, or a headline (title, subheading, a line standing alone without a full stop)."""

    SENTENCE = "sentence"
    HEADLINE = "headline"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text that gets a score. ``paragraph`` is its index in :attr:`Segmentation.paragraphs`."""

    span: Span
    paragraph: int
    kind: PassageKind


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A text cut up. ``paragraphs`` holds every paragraph, that of a skipped line too; all three are in text order."""

    paragraphs: tuple[Span, ...]
    passages: tuple[Passage, ...]
    skipped: tuple[Skipped, ...]


def segment(text: str) -> Segmentation:
    """Cut ``text`` into paragraphs, passages and skipped boilerplate; an empty or blank text has none of them."""
    paragraphs: list[Span] = []
    passages: list[Passage] = []
    skipped: list[Skipped] = []
    blocks = list(_paragraphs(text))
    texts_left = sum(not boilerplate for _, boilerplate in blocks)
    for index, (paragraph, boilerplate) in enumerate(blocks):
        paragraphs.append(paragraph)
        if boilerplate:
            skipped.append(Skipped(paragraph, "boilerplate"))
            continue
        texts_left -= 1
        kind = _kind(text, paragraph, opens_text=not passages and texts_left > 0)
        passages.extend(Passage(span, index, kind) for span in _sentences(text, paragraph))
    return Segmentation(tuple(paragraphs), tuple(passages), tuple(skipped))


# --- paragraphs ---------------------------------------------------------------------------------------------------

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_NEWLINE = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_ITEM = re.compile(r"[-–—*•▪■●◦·‣>]\s|\(?(?:\d{1,2}|[a-zA-Z])[.)]\s")
_ADDRESS_AT_END = re.compile(r"\s+(?:https?://|pic\.twitter\.com/)\S+\Z")
_STOP_AT_END = re.compile(r"[.!?…:;][\"'”’»)\]]*+$")


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    boilerplate: bool
    # Whether a blank line (or the start of the text) lies before it.
    opens_block: bool


def _lines(text: str) -> Iterator[_Line]:
    """The lines that are not blank, trimmed."""
    previous_end = -1
    for match in _LINE.finditer(text):
        content = match.group()
        body = content.strip()
        if not body:
            continue
        start = match.start() + len(content) - len(content.lstrip())
        span = Span(start, start + len(body))
        opens_block = previous_end < 0 or len(_NEWLINE.findall(text, previous_end, start)) != 1
        previous_end = span.end
        yield _Line(span, is_boilerplate(body), opens_block)


def paragraph_spans(text: str) -> tuple[Span, ...]:
    """The paragraphs of ``text``, trimmed and in order: those of :func:`segment`, without cutting them further."""
    return tuple(span for span, _ in _paragraphs(text))


def _paragraphs(text: str) -> Iterator[tuple[Span, bool]]:
    """Each paragraph, and whether it is boilerplate."""
    block: list[_Line] = []
    for line in _lines(text):
        if block and (line.opens_block or line.boilerplate or block[-1].boilerplate):
            yield from _unwrapped(text, block)
            block = []
        block.append(line)
    yield from _unwrapped(text, block)


def _unwrapped(text: str, block: Sequence[_Line]) -> Iterator[tuple[Span, bool]]:
    """The paragraphs of lines that no blank line parts: hard-wrapped lines become one, others stay apart."""
    if len(block) < 2:
        yield from ((line.span, line.boilerplate) for line in block)
        return
    spans = [line.span for line in block]
    width = max(map(len, spans))
    breaks = [_break(text, above, below, width) for above, below in pairwise(spans)]
    # Half the lines of wrapped prose or more stop in mid-sentence; titles of like length do not go on in lower case.
    filled = [link for link in breaks if link.full]
    wrapped = width >= MIN_WRAP_CHARS and 2 * sum(link.carries_on for link in filled) >= len(filled)
    start = spans[0].start
    for link, (above, below) in zip(breaks, pairwise(spans), strict=True):
        if not (link.carries_on or (wrapped and link.full)):
            yield Span(start, above.end), False
            start = below.start
    yield Span(start, spans[-1].end), False


@dataclass(frozen=True, slots=True)
class _Break:
    """A line break: ``carries_on`` in mid-sentence, ``full`` when the first word below did not fit above."""

    carries_on: bool
    full: bool


def _break(text: str, above: Span, below: Span, width: int) -> _Break:
    if max(len(above), len(below)) > MAX_WRAP_CHARS or _ITEM.match(text, below.start):
        return _Break(carries_on=False, full=False)
    carries_on = (
        len(above) >= MIN_WRAP_CHARS
        and text[below.start].islower()
        and not _STOP_AT_END.search(text, max(above.start, above.end - 8), above.end)
    )
    word = text[below.start : below.end].split(maxsplit=1)[0]
    return _Break(carries_on, full=width <= MAX_WRAP_CHARS and len(above) + 1 + len(word) > width)


def _kind(text: str, paragraph: Span, *, opens_text: bool) -> PassageKind:
    """A line without a full stop is a headline; the first of several paragraphs may ask or shout as well."""
    if len(paragraph) > MAX_HEADLINE_CHARS or _ITEM.match(text, paragraph.start, paragraph.end):
        return PassageKind.SENTENCE
    last = _ADDRESS_AT_END.sub("", paragraph.cut(text)).rstrip("\"'”’»)]")[-1:]
    closes_like_text = last in (".,:…-–—" if opens_text else ".,:;!?…-–—")
    return PassageKind.SENTENCE if closes_like_text else PassageKind.HEADLINE


# --- sentences ----------------------------------------------------------------------------------------------------


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


_TITLES = _words(
    """
    mr mrs ms mx dr drs prof rev fr hon gen lt col maj capt cmdr cpl sgt adm brig pvt sen sens rep reps gov govs
    pres supt det insp messrs mme mlle mgr st ste mt ft atty asst dep amb
    """
)
"""Capitalised, never at the end of a sentence: what they abbreviate needs a name after it."""

_CONNECTIVES = _words(
    """
    v vs viz e.g i.e eg ie cf approx
    """
)
"""Never at the end of a sentence, in any case."""

_BEFORE_NUMBERS = _words(
    """
    no nos art arts sec vol vols fig figs ch p pp par para eq ed jan feb mar apr jun jul aug sep sept oct nov dec
    ver
    """
)
"""Not at the end of a sentence when a number follows."""

_MAY_END = _words(
    """
    inc corp co cos ltd llc bros jr sr etc al assn dept univ ave blvd rd hwy bldg plc esq intl natl govt mph sq oz
    lb lbs
    """
)
"""At the end of a sentence only when a word follows that opens sentences and no names."""

_STATES = _words(
    """
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa
    Tenn Tex Va Vt Wash Wis Wyo Ont Que
    """
)
"""Like ``_MAY_END``, but words of their own without the capital."""

_OPENERS = _words(
    """
    a an the this that these those there here he she it they we i you his her its their our my your but and or so
    yet for nor if when while as at by in on from with after before since until although though because however
    meanwhile moreover still then thus what who why how where which not no all some many most both each one two
    three according now asked last earlier later among another any despite during even every instead just like
    nearly only other over such today under unlike yes yesterday it's he's she's they're we're i'm that's there's
    """
)
"""Words with which a sentence opens and a name seldom does (after Kiss and Strunk 2006, frequent sentence starters)."""

_CLOCK_FOLLOWERS = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december jan feb mar apr jun jul aug sep sept oct nov dec et est edt ct cst cdt mt
    mst mdt pt pst pdt gmt utc bst cet eastern central pacific mountain moscow kyiv london beijing local
    """
)

_STOP = re.compile(r"(?:[.!?…]|[。！？])++[\"'”’»)\]}]*+")
_SPACE = re.compile(r"\s*+")
_LAST_WORD = re.compile(r"[^\s\"“”‘«»()\[\]{}—–/…-]*+\Z")
_LONE_CLOSER = re.compile(r"(?:''|’’|[”»)\]}])++(?=\s|\Z)")
_OPENING_MARKS = re.compile(r"[\"'“‘«‹`(\[{¿¡—–-]{0,4}+")
_WORD = re.compile(r"[^\W\d_][\w'’]{0,30}+")
_REPORTING = re.compile(
    r"(?:[A-Z][\w.'’-]{0,30}\s{1,3}){1,4}(?:said|says|asked|asks|told|replied|wrote|added|shouted|cried|tweeted|yelled|quipped|"
    r"responded|declared|demanded|exclaimed|chanted|joked|wondered|answered|recalled)\b"
)
_CLOSING_QUOTES = "\"'”’»"
_CLOSING_MARKS = _CLOSING_QUOTES + ")]}"
_LOOK_BACK = 32
_LOOK_AHEAD = 100


def _sentences(text: str, paragraph: Span) -> Iterator[Span]:
    """The sentences of a paragraph, trimmed."""
    start, limit = paragraph.start, paragraph.end
    casual = text[start].islower()
    for stop in _STOP.finditer(text, start, limit):
        end = stop.end()
        following = _skip(_SPACE, text, end, limit)
        # PTB-like texts part the closing mark from the stop: it belongs to the sentence before.
        if following > end and (closer := _LONE_CLOSER.match(text, following, limit)):
            end = closer.end()
            following = _skip(_SPACE, text, end, limit)
        if following == limit:
            break
        if _ends_sentence(text, start, stop, following, limit, casual=casual):
            yield Span(start, end)
            start = following
    yield Span(start, limit)


def _skip(pattern: re.Pattern[str], text: str, start: int, limit: int) -> int:
    match = pattern.match(text, start, limit)
    return match.end() if match else start


def _ends_sentence(text: str, start: int, stop: re.Match[str], following: int, limit: int, *, casual: bool) -> bool:
    """Whether the sentence that began at ``start`` ends at ``stop``, when text goes on at ``following``."""
    mark = stop.group()
    if following == stop.end() and mark[-1] not in "。！？":
        return _lost_space(text, start, stop, following)
    opening = _skip(_OPENING_MARKS, text, following, limit)
    if opening == limit or text[following] in ".!?…,;:":
        return False
    word = _WORD.match(text, opening, limit)
    if word and text[opening].islower() and not (casual and mark[-1] in ".!?…"):
        return False
    if mark.rstrip(_CLOSING_MARKS) == ".":
        return _full_stop_ends(text, start, stop.start(), opening, _opener(text, word))
    asks_in_quotes = mark[-1] in _CLOSING_QUOTES and mark[0] != "."
    return not (asks_in_quotes and _REPORTING.match(text, following, min(limit, following + _LOOK_AHEAD)))


def _opener(text: str, word: re.Match[str] | None) -> str:
    """The word in the form the tables use, or nothing; a letter with a full stop is an initial and no article."""
    if word is None or (len(word.group()) == 1 and text[word.end() : word.end() + 1] == "."):
        return ""
    return word.group().replace("’", "'").lower()


def _lost_space(text: str, start: int, stop: re.Match[str], following: int) -> bool:
    """Whether two sentences stand without a space between them ("he said.The"), which web pages often do."""
    word = _WORD.match(text, following)
    before = text[max(start, stop.start() - 3) : stop.start()]
    return bool(
        word
        and len(before) == 3
        and before.isalpha()
        and before.islower()
        and word.group().istitle()
        and text[word.end() : word.end() + 1].isspace()
        and word.group().lower() in _OPENERS
    )


def _full_stop_ends(text: str, start: int, stop: int, opening: int, next_word: str) -> bool:
    """Whether a lone full stop at ``stop`` ends a sentence: what stands before it decides, then what follows."""
    before = _LAST_WORD.search(text[max(start, stop - _LOOK_BACK) : stop])
    token = before.group() if before else ""
    lower = token.lstrip("'’").lower()
    enumerates = stop - len(token) == start and (token.isdigit() or len(token) == 1)
    if enumerates or lower in _CONNECTIVES or (lower in _TITLES and token[0].isupper()):
        return False
    if lower in _BEFORE_NUMBERS:
        return not text[opening].isdigit()
    if lower in ("a.m", "p.m"):
        return next_word not in _CLOCK_FOLLOWERS
    is_initial = len(token) == 1 and token.isupper()
    if is_initial or lower in _MAY_END or token in _STATES or "." in token:
        return next_word in _OPENERS
    return True
