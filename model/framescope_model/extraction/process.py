"""The process that reads one file: ``python -m framescope_model.extraction.process KIND SECONDS``, its input the file.

It answers with JSON: ``text`` and ``warnings``, or ``error`` and ``detail``.
"""

import importlib
import json
import math
import resource
import sys
from collections.abc import Callable

from framescope_model.errors import BrokenFile, ExtractionUnavailable, FileTooComplex, FramescopeError
from framescope_model.extraction.extracted import Extracted
from framescope_model.extraction.kinds import FileKind

MAX_MEMORY_BYTES = 1024**3
"""Of address space; the libraries alone take a quarter of it."""

_READERS = {
    FileKind.HTML: ("plain", "read_html"),
    FileKind.DOCX: ("word", "read_word"),
    FileKind.PDF: ("pdf", "read_pdf"),
}


def main(arguments: list[str]) -> None:
    """Read the file on standard input and answer on standard output."""
    kind, seconds = FileKind(arguments[0]), float(arguments[1])
    try:
        # Before the limits, so that Python can keep the libraries compiled.
        read = _reader(kind)
        _confine(seconds)
        answer = _answer(read)
    except FramescopeError as error:
        answer = {"error": type(error).__name__, "detail": str(error)}
    sys.stdout.write(json.dumps(answer))


def _answer(read: Callable[[bytes], Extracted]) -> dict[str, object]:
    try:
        found = read(sys.stdin.buffer.read())
    except FramescopeError:
        raise
    except MemoryError:
        raise FileTooComplex("reading the file takes more memory than it may; split it") from None
    except Exception:
        # What it says may repeat what the file holds.
        raise BrokenFile("the file is damaged and cannot be read") from None
    return {"text": found.text, "warnings": list(found.warnings)}


def _reader(kind: FileKind) -> Callable[[bytes], Extracted]:
    module, function = _READERS[kind]
    try:
        read: Callable[[bytes], Extracted] = getattr(importlib.import_module(f"{__package__}.{module}"), function)
    except ImportError as error:
        raise ExtractionUnavailable(
            f"reading {kind.value} files needs an extra: pip install 'framescope[files]'"
        ) from error
    return read


def _confine(seconds: float) -> None:
    """Limit what this process may take, in case nobody is left to end it; it can write no file at all."""
    limits = ((resource.RLIMIT_CPU, math.ceil(seconds) + 1), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0))
    for limit, most in (*limits, (resource.RLIMIT_AS, MAX_MEMORY_BYTES)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            # macOS refuses to limit memory; the limits on sizes and time hold there too.
            continue


if __name__ == "__main__":
    main(sys.argv[1:])
