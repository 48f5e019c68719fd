"""What comes out of a file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from framescope_model.errors import NoText, TextTooLong

MAX_TEXT_LENGTH = 2_000_000
"""Code points; a book. More than that is no text to be scored as one."""

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, its paragraphs parted by blank lines, and what a reader should know of it."""

    text: str
    warnings: tuple[str, ...] = ()


def from_paragraphs(paragraphs: Iterable[str], warnings: Iterable[str] = (), *, nothing: str) -> Extracted:
    """The text of ``paragraphs``, those that are blank left out.

    Raises:
        NoText: all are blank; ``nothing`` is the message.
        TextTooLong: they are longer than :data:`MAX_TEXT_LENGTH` together.
    """
    kept: list[str] = []
    length = 0
    for paragraph in paragraphs:
        if shown := _UNSEEN.sub("", paragraph).strip():
            kept.append(shown)
            length += len(shown) + 2
            check_length(length)
    if not kept:
        raise NoText(nothing)
    return Extracted("\n\n".join(kept), tuple(warnings))


def check_length(length: int) -> None:
    """Refuse a text of so many code points if that is too long.

    Raises:
        TextTooLong: it is.
    """
    if length > MAX_TEXT_LENGTH:
        raise TextTooLong(f"the file holds more than {MAX_TEXT_LENGTH} characters of text; split it")
