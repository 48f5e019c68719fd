"""Plain text, Markdown and HTML."""

import codecs
import re

from framescope_model.errors import EmptyText, UnknownEncoding
from framescope_model.extraction.extracted import Extracted, check_length, from_paragraphs
from framescope_model.extraction.markup import extract_text

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_PRESCAN_BYTES = 1024
"""Where the HTML standard looks for ``charset`` (section 13.2.3.2)."""
_WESTERN = "windows-1252"
"""What browsers take for the encoding of HTML that names none, and for Latin-1 (Encoding standard, section 4.2)."""
_LATIN = frozenset({"iso8859-1", "ascii"})


def read_plain(data: bytes) -> Extracted:
    """The text of a plain file as it is, line ends too; a byte order mark is no part of it.

    Raises:
        UnknownEncoding: it is neither UTF-8 nor begins with the byte order mark of UTF-16.
        EmptyText: there is none.
        TextTooLong: it is too long.
    """
    try:
        text = data.decode(_marked(data) or "utf-8")
    except UnicodeDecodeError as error:
        raise UnknownEncoding(f"is not UTF-8 (byte {error.start}); convert it first") from error
    if not text.strip():
        raise EmptyText("holds no text")
    check_length(len(text))
    return Extracted(text)


def read_html(data: bytes) -> Extracted:
    """The text that a reader of an HTML page sees.

    Raises:
        UnknownEncoding: the page is not in the encoding that it names.
        NoText: there is none.
        TextTooLong: it is too long.
    """
    html, warnings = _decode_html(data)
    paragraphs = extract_text(html).text.split("\n\n")
    return from_paragraphs(paragraphs, warnings, nothing="the page holds no text; scripts may write it in a browser")


def _decode_html(data: bytes) -> tuple[str, tuple[str, ...]]:
    declared = _marked(data) or _declared(data)
    try:
        return data.decode(declared or "utf-8"), ()
    except UnicodeDecodeError as error:
        if declared:
            raise UnknownEncoding(f"is not in {declared}, which it names (byte {error.start})") from error
    return data.decode(_WESTERN, "replace"), (f"the page names no encoding and is not UTF-8; {_WESTERN} was taken",)


def _declared(data: bytes) -> str | None:
    """The encoding that the page names, if Python knows it; a page that we can read as bytes is in no UTF-16."""
    found = _CHARSET.search(data[:_PRESCAN_BYTES])
    try:
        info = codecs.lookup(found[1].decode()) if found else None
    except LookupError:
        return None
    # Python also calls encodings what makes bytes of bytes, such as zip.
    if info is None or not getattr(info, "_is_text_encoding", True) or info.name.startswith(("utf-16", "utf-32")):
        return None
    return _WESTERN if info.name in _LATIN else info.name


def _marked(data: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
