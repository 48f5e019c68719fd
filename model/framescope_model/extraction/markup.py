"""The text in HTML, with the way back: which part of the HTML each character of the text came from.

The HTML is cut up by the standard library's ``html.parser``; character references are read by the rules of the HTML
standard (section 13.2.5.72, as ``html.unescape`` follows them). White space is collapsed as a browser does, ``<br>``
becomes a line break, and a block begins a new paragraph. HTML that has neither is taken for typed text with its special
characters escaped, as many comment forms send it, and keeps its line breaks.
"""

import html
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.entities import html5
from html.parser import HTMLParser

from framescope_model.spans import Span

_BLOCKS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table
    tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
"""Elements that browsers set apart from the text around them; the cells of a table too, since they are no sentence."""

HIDDEN = frozenset({"script", "style", "template", "noscript", "iframe", "title"})
"""Elements whose content is not shown as text of the page."""

_SPACE = re.compile(r"[ \t\n\f\r]+")
_REFERENCE = re.compile(r"&(?:#[xX][0-9a-fA-F]+;?|#[0-9]+;?|[^\t\n\f <&#;]{1,32};?)")
_LONGEST_CODE = 8
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Text that was taken out of markup.

    Args:
        text: what a reader sees.
        starts: where in the markup the source of each code point of ``text`` starts, never decreasing.
        ends: where it ends. Those of a character that was written as it is are one apart; a character reference, or the
            tags that made a line break, stand as one.
        length: of the markup, in code points.
    """

    text: str
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)
    length: int

    def source(self, span: Span) -> Span:
        """The part of the markup that ``span`` of the text came from, with the tags in between; it splits nothing.

        An empty span becomes the empty span before the source of the character that follows it.

        Raises:
            ValueError: ``span`` reaches beyond the text.
        """
        if span.end > len(self.text):
            raise ValueError(f"{span} reaches beyond a text of {len(self.text)} code points")
        if len(span):
            return Span(self.starts[span.start], self.ends[span.end - 1])
        at = self.starts[span.start] if span.start < len(self.text) else self.length
        return Span(at, at)

    def shown(self, source: Span) -> Span:
        """The part of the text that a reader sees of ``source``, a span of the markup; empty where that is only tags.

        A character is in it as soon as ``source`` touches what it was written as.
        """
        start = bisect_right(self.ends, source.start)
        return Span(start, max(start, bisect_left(self.starts, source.end)))


class MarkedTextBuilder:
    """Puts a :class:`MarkedText` together from pieces, in the order of the markup."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._starts = array("q")
        self._ends = array("q")

    def add_verbatim(self, text: str, start: int) -> None:
        """Text that stands at ``start`` of the markup, character for character."""
        self._parts.append(text)
        self._starts.extend(range(start, start + len(text)))
        self._ends.extend(range(start + 1, start + 1 + len(text)))

    def add_replaced(self, text: str, source: Span) -> None:
        """Text that stands for ``source`` as a whole; nothing when ``text`` is empty."""
        self._parts.append(text)
        self._starts.extend([source.start] * len(text))
        self._ends.extend([source.end] * len(text))

    def build(self, length: int) -> MarkedText:
        """The text of the pieces so far, out of markup of so many code points."""
        return MarkedText("".join(self._parts), self._starts, self._ends, length)


def extract_text(markup: str) -> MarkedText:
    """The text that a reader of the HTML ``markup`` sees; takes any string, in time linear in its length."""
    pieces = _Pieces(markup)
    breaks = any(isinstance(piece, _Break) for piece in pieces.found)
    writer = _Writer(markup, keep_lines=not breaks)
    for piece in pieces.found:
        if isinstance(piece, _Break):
            writer.break_line(piece)
        else:
            writer.write(piece)
    return writer.builder.build(len(markup))


@dataclass(frozen=True, slots=True)
class _Break:
    """What ends a line: ``lines`` is 1 for ``<br>`` and 2 for the edge of a block."""

    lines: int


class _Pieces(HTMLParser):
    """The stretches of character data in ``markup`` and the breaks between them, in order, as ``found``."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Span | _Break] = []
        self._hidden: list[str] = []
        self._length = len(markup)
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", markup))]
        # Masked so that positions stay: references are read by us, or the parser would not tell where in the data it
        # is; sections of SGML, on which it gives up with an assertion, are the bogus comments that the standard says.
        self.feed(markup.replace("&", "_").replace("<![", "<!_"))
        # What is left open ends with the text. Parsers of different Python versions differ there, and some search the
        # whole rest anew for each unclosed comment.
        self.feed("-->")
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in HIDDEN:
            self._hidden.append(tag)
        self._break_at(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        # In HTML the slash means nothing, but XHTML as feeds carry it closes an empty element with it.
        self._break_at(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        self._break_at(tag)

    def handle_data(self, data: str) -> None:
        line, column = self.getpos()
        start = self._line_starts[line - 1] + column
        end = min(start + len(data), self._length)
        if start < end and not self._hidden:
            self.found.append(Span(start, end))

    def _break_at(self, tag: str) -> None:
        if not self._hidden and (tag == "br" or tag in BLOCKS):
            self.found.append(_Break(1 if tag == "br" else 2))


class _Writer:
    """Writes character data with its white space collapsed and its references read."""

    def __init__(self, markup: str, *, keep_lines: bool) -> None:
        self.builder = MarkedTextBuilder()
        self._markup = markup
        self._keep_lines = keep_lines
        self._lines = 0
        self._space: tuple[str, Span] | None = None
        # Where the last visible character ended; None before the first.
        self._end: int | None = None

    def break_line(self, found: _Break) -> None:
        """Begin a new line, or after a block a new paragraph, before the next visible character."""
        self._lines = max(self._lines, found.lines) if found.lines == 2 else min(self._lines + 1, 2)

    def write(self, piece: Span) -> None:
        """Write the character data at ``piece``."""
        start = piece.start
        for space in _SPACE.finditer(self._markup, piece.start, piece.end):
            self._write_word(start, space.start())
            if self._space is None:
                self._space = (self._shown_space(space.group()), Span(*space.span()))
            start = space.end()
        self._write_word(start, piece.end)

    def _shown_space(self, space: str) -> str:
        lines = space.replace("\r\n", "\n").replace("\r", "\n").count("\n") if self._keep_lines else 0
        return "\n" * min(lines, 2) or " "

    def _write_word(self, start: int, end: int) -> None:
        if start == end:
            return
        self._write_gap(start)
        self._end = end
        for part, source in _unescaped(self._markup[start:end], start):
            if source is None:
                self.builder.add_verbatim(part, start)
                start += len(part)
            else:
                self.builder.add_replaced(part, source)
                start = source.end

    def _write_gap(self, start: int) -> None:
        """What parts the word at ``start`` from the one before it, if there is one."""
        if self._end is not None and self._lines:
            self.builder.add_replaced("\n" * self._lines, Span(self._end, start))
        elif self._end is not None and self._space:
            self.builder.add_replaced(*self._space)
        self._lines, self._space = 0, None


def _unescaped(word: str, start: int) -> Iterator[tuple[str, Span | None]]:
    """The parts of ``word``, which stands at ``start``; a reference comes decoded, with its source."""
    done = 0
    for match in _REFERENCE.finditer(word):
        length = _reference_length(match.group())
        if length:
            if match.start() > done:
                yield word[done : match.start()], None
            done = match.start() + length
            yield _decode(word[match.start() : done]), Span(start + match.start(), start + done)
    if done < len(word):
        yield word[done:], None


def _reference_length(candidate: str) -> int:
    """How much of ``candidate`` is a character reference: the longest name that is known, 0 when none is."""
    if candidate.startswith("&#"):
        return len(candidate)
    return next((end for end in range(len(candidate), 1, -1) if candidate[1:end] in html5), 0)


def _decode(reference: str) -> str:
    """The character, or two, that ``reference`` stands for; none for a code that the standard forbids."""
    if not reference.startswith("&#"):
        return html.unescape(reference)
    base = "x" if reference[2] in "xX" else ""
    digits = reference[2 + len(base) :].rstrip(";").lstrip("0")
    # Python refuses to make a number of thousands of digits, be they zeros.
    return _REPLACEMENT if len(digits) > _LONGEST_CODE else html.unescape(f"&#{base}{digits or '0'};")
