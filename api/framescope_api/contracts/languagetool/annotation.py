"""Text with markup: what a reader sees of it, and where that stands in what was sent."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from framescope_model.spans import Span


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an annotated text.

    Args:
        sent: its characters as they were sent, which offsets count.
        read: what a reader sees of them: the same for text, for markup nothing or what it is to be interpreted as.
    """

    sent: str
    read: str

    @classmethod
    def text(cls, text: str) -> "Part":
        """Characters that the reader sees as they are."""
        return cls(text, text)

    @classmethod
    def markup(cls, markup: str, interpret_as: str = "") -> "Part":
        """Characters that the reader does not see, or sees as ``interpret_as``."""
        return cls(markup, interpret_as)


class AnnotatedText:
    """A text whose markup is kept from being scored; all offsets are code points.

    Args:
        parts: in order; ``sent`` and ``read`` of the whole are those of its parts, joined.
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        listed = list(parts)
        self.sent = "".join(part.sent for part in listed)
        self.read = "".join(part.read for part in listed)
        self._parts: list[Part] = []
        self._read_starts: list[int] = []
        self._sent_starts: list[int] = []
        read = sent = 0
        for part in listed:
            if part.read:
                self._parts.append(part)
                self._read_starts.append(read)
                self._sent_starts.append(sent)
            read += len(part.read)
            sent += len(part.sent)

    def locate(self, span: Span) -> Span:
        """Where the words of ``span``, which points into ``read``, stand in ``sent``.

        Markup between the words is covered, markup around them is not. What stands for a markup cannot be divided, so
        that a span that ends within it covers the markup.

        Raises:
            ValueError: ``span`` is empty or lies outside the text.
        """
        if not span.start < span.end <= len(self.read):
            raise ValueError(f"[{span.start}, {span.end}) covers nothing of a text of {len(self.read)} code points")
        return Span(self._locate(span.start).start, self._locate(span.end - 1).end)

    def _locate(self, offset: int) -> Span:
        """Where the character at ``offset`` of ``read`` stands in ``sent``."""
        index = bisect_right(self._read_starts, offset) - 1
        part, sent_start = self._parts[index], self._sent_starts[index]
        if part.sent != part.read:
            return Span(sent_start, sent_start + len(part.sent))
        within = offset - self._read_starts[index]
        return Span(sent_start + within, sent_start + within + 1)
