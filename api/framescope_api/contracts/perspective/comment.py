"""A comment and what precedes it, from the request to the text that is scored, and back with the offsets."""

from dataclasses import dataclass, field

from framescope_api.contracts.perspective.errors import CommentEmpty, CommentTooLong, InvalidArgument
from framescope_api.contracts.perspective.schemas import CommentContext, TextEntry
from framescope_api.offsets import OffsetMap, OffsetUnit
from framescope_model.extraction.markup import MarkedText, extract_text
from framescope_model.spans import Span

MAX_COMMENT_BYTES = 20_480
"""In UTF-8 and as sent, markup included: 20 KB in the documentation of the API (limits)."""

PARAGRAPH_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment.

    Args:
        sent: as it was sent.
        text: what a reader sees of it.
        marked: the way from ``text`` to ``sent``; absent for plain text, where they are the same.
        offsets: from code points of ``sent`` to UTF-16 code units and back.
    """

    sent: str = field(repr=False)
    text: str = field(repr=False)
    marked: MarkedText | None = field(repr=False)
    offsets: OffsetMap = field(repr=False)

    def place(self, span: Span) -> tuple[int, int]:
        """Begin and end, in UTF-16 code units of ``sent``, of a span of ``text``."""
        source = span if self.marked is None else self.marked.source(span)
        return self.offsets.from_codepoints(source.start), self.offsets.from_codepoints(source.end)

    def found_at(self, begin: int, end: int) -> Span:
        """The span of ``text`` that stands between two offsets in UTF-16 code units of ``sent``.

        Raises:
            ValueError: there is no such part, or it begins or ends within a character.
        """
        source = Span(self.offsets.to_codepoints(begin), self.offsets.to_codepoints(end))
        return source if self.marked is None else self.marked.shown(source)

    def whole(self) -> tuple[int, int]:
        """Begin and end of all that was sent, in UTF-16 code units."""
        return 0, self.offsets.from_codepoints(len(self.sent))


def read_comment(entry: TextEntry | None) -> Comment:
    """The comment in a request.

    Raises:
        CommentEmpty: there is none, or no text in it.
        CommentTooLong: it has more than ``MAX_COMMENT_BYTES``.
    """
    sent = (entry and entry.text) or ""
    size = len(sent.encode())
    if size > MAX_COMMENT_BYTES:
        raise CommentTooLong(size, MAX_COMMENT_BYTES)
    marked = extract_text(sent) if entry is not None and entry.type == "HTML" else None
    text = sent if marked is None else marked.text
    if not text.strip():
        raise CommentEmpty
    return Comment(sent, text, marked, OffsetMap(sent, OffsetUnit.UTF16))


def read_context(context: CommentContext | None) -> tuple[str, ...]:
    """The texts that precede the comment, in order; those without text are left out.

    Raises:
        InvalidArgument: they are given in both ways.
    """
    if context is None:
        return ()
    both = context.article_and_parent_comment
    if context.entries and both is not None:
        raise InvalidArgument(
            "Context can have either entries or article_and_parent_comment, but both fields were populated."
        )
    entries = [both.article, both.parent_comment] if both else context.entries or []
    texts = (_text(entry) for entry in entries if entry is not None)
    return tuple(text for text in texts if text.strip())


def _text(entry: TextEntry) -> str:
    if entry.text is None:
        return ""
    return extract_text(entry.text).text if entry.type == "HTML" else entry.text
