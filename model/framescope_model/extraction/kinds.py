"""The kinds of files that text is taken out of: how they are named, and what they must begin with."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePath

from framescope_model.errors import EncryptedFile, WrongKind


class FileKind(StrEnum):
    """A kind of file, by its usual ending."""

    TXT = "txt"
    MD = "md"
    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"


SUFFIXES: Mapping[str, FileKind] = {
    **{f".{kind}": kind for kind in FileKind},
    ".markdown": FileKind.MD,
    ".htm": FileKind.HTML,
    ".xhtml": FileKind.HTML,
}
"""Endings of names, in lower case."""

MEDIA_TYPES: Mapping[str, FileKind] = {
    "text/plain": FileKind.TXT,
    "text/markdown": FileKind.MD,
    "text/html": FileKind.HTML,
    "application/xhtml+xml": FileKind.HTML,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": FileKind.DOCX,
    "application/pdf": FileKind.PDF,
}

PLAIN = frozenset({FileKind.TXT, FileKind.MD})
"""Kinds whose text is the file itself."""

_PDF = b"%PDF-"
_ZIP = b"PK\x03\x04"
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
"""Begins what Word wrote before 2007, and every Office file with a password."""
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PDF_HEAD_BYTES = 1024
"""Within so many bytes readers look for the header, since mail programs put lines before it (PDF 1.7, annex H)."""


def kind_of_name(name: str) -> FileKind | None:
    """The kind that the ending of a file's name tells, in any case; ``None`` for another."""
    return SUFFIXES.get(PurePath(name).suffix.lower())


def check_kind(data: bytes, kind: FileKind) -> None:
    """Refuse content that is plainly of another kind; takes no time worth mentioning.

    Raises:
        WrongKind: it is of another kind.
        EncryptedFile: it is an Office file with a password.
    """
    found = _signature(data)
    if kind is FileKind.DOCX and found == "compound" and _ENCRYPTED_PACKAGE in data:
        raise EncryptedFile("the document asks for a password; save it without one")
    expected = {FileKind.DOCX: "zip", FileKind.PDF: "pdf"}.get(kind)
    if found == expected:
        return
    if found == "compound":
        raise WrongKind("the file is an Office file of the old kind (.doc); save it as .docx")
    names = {"pdf": "a PDF", "zip": "a ZIP archive, as .docx files are", None: "something else"}
    raise WrongKind(f"the file is said to be {kind.value}, but it is {names[found]}")


def _signature(data: bytes) -> str | None:
    if data.startswith(_COMPOUND):
        return "compound"
    if data.startswith(_ZIP):
        return "zip"
    return "pdf" if _PDF in data[:_PDF_HEAD_BYTES] and not _looks_like_text(data) else None


def _looks_like_text(data: bytes) -> bool:
    """Whether the header of a PDF is only spoken of: something that can be read stands before it."""
    return bool(data[:_PDF_HEAD_BYTES].partition(_PDF)[0].strip()) and b"\n" + _PDF not in data[:_PDF_HEAD_BYTES]
