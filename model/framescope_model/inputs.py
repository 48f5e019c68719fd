"""The documents that a command line names: files, folders and standard input."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from framescope_model.errors import EmptyText, InputError
from framescope_model.extraction.confinement import extract
from framescope_model.extraction.extracted import Extracted
from framescope_model.extraction.kinds import PLAIN, SUFFIXES, kind_of_name

STANDARD_INPUT = "-"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class UnreadableFile(InputError):
    """A file or folder ``name`` does not exist, may not be read, or is not text."""

    code = "unreadable_file"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class RemoteSource(InputError):
    """An address of the web, which framescope never fetches."""

    code = "remote_source"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from; ``name`` is its id in answers, ``path`` is ``None`` for standard input."""

    name: str
    path: Path | None


def check_local(*names: str) -> None:
    """Refuse an address in place of a file, before anything is loaded.

    Raises:
        RemoteSource: a name is an address such as ``https://…``.
    """
    for name in names:
        if _ADDRESS.match(name):
            raise RemoteSource(
                f"{name} is an address, and framescope never fetches from the web: it reads files, folders and "
                "standard input; save the text and name the file"
            )


def find_sources(names: Sequence[str]) -> Iterator[Source | UnreadableFile]:
    """What ``names`` name, in order; a folder stands for all files in it that text can be taken from.

    A folder without one yields an error.
    """
    for name in names:
        if name == STANDARD_INPUT:
            yield Source(STANDARD_INPUT, None)
        elif Path(name).is_dir():
            paths = sorted(path for path in Path(name).rglob("*") if kind_of_name(path.name))
            yield from (Source(str(path), path) for path in paths if path.is_file())
            if not paths:
                yield UnreadableFile(name, f"holds no {' or '.join(SUFFIXES)} file")
        else:
            yield Source(name, Path(name))


def read_source(source: Source, standard_input: BinaryIO) -> Extracted:
    """The text of a source; of HTML, Word documents and PDF what a reader sees, of all else the file itself.

    There line ends stay as they are, so that offsets hold; a byte order mark is no part of the text.

    Raises:
        UnreadableFile: it cannot be read, or is not UTF-8.
        EmptyText: there is nothing in it.
        ExtractionError, TextTooLong, ExtractionUnavailable: its text cannot be taken out, and why.
    """
    try:
        data = standard_input.read() if source.path is None else source.path.read_bytes()
        kind = None if source.path is None else kind_of_name(source.path.name)
        if kind is not None and kind not in PLAIN:
            return extract(data, kind)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(source.name, f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(source.name, f"is not UTF-8 (byte {error.start}); convert it first") from error
    if not text.strip():
        raise EmptyText("holds no text")
    return Extracted(text)
