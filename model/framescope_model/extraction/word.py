"""Word documents (``.docx``, ECMA-376 part 1), opened by python-docx."""

import io
import zipfile
from collections.abc import Iterator

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from framescope_model.errors import BrokenFile, FileTooLarge, WrongKind
from framescope_model.extraction.extracted import Extracted, from_paragraphs

MAX_UNPACKED_BYTES = 128 * 1024 * 1024
MAX_XML_BYTES = 24 * 1024 * 1024
"""Of one part. A novel has five million; a tree of it takes ten times as much memory."""
MAX_PARTS = 2_000

_MAIN = "word/document.xml"
_TEXT = qn("w:t")
_PARAGRAPH = qn("w:p")
_INSTEAD = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "\N{NON-BREAKING HYPHEN}",
    qn("w:footnoteReference"): "",
}
_LEFT_OUT = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:tabs"), qn("w:rPr"), qn("w:pPr")})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The same content again for programs that do not know the newer form; without it, a text box would come twice."""


def read_word(data: bytes) -> Extracted:
    """The paragraphs of a document as they come, those in cells of tables and in text boxes too.

    Insertions that are tracked count as accepted. Footnotes, headers and footers are left out, with a warning.

    Raises:
        WrongKind: it is another ZIP archive.
        BrokenFile: it cannot be read.
        FileTooLarge: it is too large once unpacked.
        NoText: there is no text in it.
        TextTooLong: it is too long.
    """
    _check_archive(data)
    try:
        body = Document(io.BytesIO(data)).element.body
    except ValueError as error:
        raise WrongKind("the file is an Office file, but no .docx document; save it as .docx") from error
    except MemoryError:
        raise
    except Exception as error:
        # Whatever python-docx, lxml and zipfile make of broken files; there is no base class.
        raise BrokenFile("the document is damaged; open it in Word and save it anew") from error
    if body is None:
        raise BrokenFile("the document has no body; open it in Word and save it anew")
    return from_paragraphs(_paragraphs(body), _warnings(body), nothing="the document holds no text")


def _check_archive(data: bytes) -> None:
    """Refuse what would take too much memory, by the sizes that the archive states: zipfile reads no more than them."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise BrokenFile("the document is cut short or damaged") from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise FileTooLarge(f"the document has more than {MAX_PARTS} parts or {MAX_UNPACKED_BYTES} bytes once unpacked")
    if any(part.file_size > MAX_XML_BYTES for part in parts if part.filename.endswith((".xml", ".rels"))):
        raise FileTooLarge(f"a part of the document has more than {MAX_XML_BYTES} bytes once unpacked")
    if _MAIN not in {part.filename for part in parts}:
        raise WrongKind("the file is a ZIP archive, but no .docx document; save it as .docx")


def _paragraphs(body: BaseOxmlElement) -> Iterator[str]:
    """The text of each paragraph; one within another, as in a text box, comes at the place where it stands."""
    # A stack instead of recursion: how deep elements nest is the file's choice.
    waiting: list[tuple[BaseOxmlElement, bool]] = [(body, False)]
    # One list for each paragraph that is open.
    open_parts: list[list[str]] = [[]]
    while waiting:
        element, closing = waiting.pop()
        if closing:
            yield "".join(open_parts.pop())
            continue
        tag = element.tag
        if tag in _LEFT_OUT or tag == _FALLBACK:
            continue
        if tag == _TEXT:
            open_parts[-1].append(element.text or "")
        elif tag in _INSTEAD:
            open_parts[-1].append(_INSTEAD[tag])
        else:
            if tag == _PARAGRAPH:
                open_parts.append([])
                waiting.append((element, True))
            waiting.extend((child, False) for child in reversed(element))


def _warnings(body: BaseOxmlElement) -> Iterator[str]:
    if notes := sum(1 for _ in body.iter(qn("w:footnoteReference"), qn("w:endnoteReference"))):
        yield f"{notes} footnotes or endnotes were left out"
    if next(body.iter(qn("w:del"), qn("w:moveFrom")), None) is not None:
        yield "the document has tracked changes; they count as accepted"
