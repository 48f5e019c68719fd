"""Reads files in a process of its own, with limits on time and memory: what libraries do with hostile files is unknown.

The file goes in through a pipe and the text comes out through one, so that neither touches a disk.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO

from framescope_model import errors
from framescope_model.errors import BrokenFile, FileTooComplex, FramescopeError
from framescope_model.extraction.extracted import Extracted
from framescope_model.extraction.kinds import PLAIN, FileKind, check_kind
from framescope_model.extraction.plain import read_plain

MAX_SECONDS = 20.0
"""A hundred full pages of PDF took three seconds on one core of a server."""

_ERRORS: Mapping[str, type[FramescopeError]] = {
    error.__name__: error
    for error in (
        errors.BrokenFile,
        errors.EncryptedFile,
        errors.ExtractionUnavailable,
        errors.FileTooComplex,
        errors.FileTooLarge,
        errors.NoText,
        errors.TextTooLong,
        errors.UnknownEncoding,
        errors.WrongKind,
    )
}
"""What a process may answer with."""

_COMMAND = ("-P", "-m", "framescope_model.extraction.process")


class Extraction:
    """The taking out of one file's text, which another thread may stop.

    Args:
        data: the file.
        kind: what it is said to be.
        max_seconds: how long it may take.
    """

    def __init__(self, data: bytes, kind: FileKind, max_seconds: float = MAX_SECONDS) -> None:
        self._data = data
        self._kind = kind
        self._max_seconds = max_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self) -> Extracted:
        """The text; waits for it.

        Raises:
            ExtractionError, EmptyText, TextTooLong: there is no text to be had, and why.
            ExtractionUnavailable: the libraries are not installed.
        """
        if self._kind in PLAIN:
            return read_plain(self._data)
        check_kind(self._data, self._kind)
        process = self._start()
        try:
            answer, _ = process.communicate(self._data, timeout=self._max_seconds)
        except subprocess.TimeoutExpired:
            raise FileTooComplex(f"reading the file takes more than {self._max_seconds:g} seconds; split it") from None
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None and not pipe.closed:
                    _close(pipe)
        return _parsed(answer)

    def stop(self) -> None:
        """End it, since nobody waits for the text any more."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = (sys.executable, *_COMMAND, self._kind.value, str(self._max_seconds))
        # Settings hold passwords, which it has no use for.
        environment = {name: value for name, value in os.environ.items() if not name.upper().startswith("FRAMESCOPE_")}
        with self._lock:
            if self._stopped:
                raise FileTooComplex("reading the file was stopped")
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
            )
            return self._process


def extract(data: bytes, kind: FileKind) -> Extracted:
    """The text of a file.

    Raises:
        ExtractionError, EmptyText, TextTooLong, ExtractionUnavailable: as :meth:`Extraction.run`.
    """
    return Extraction(data, kind).run()


def _close(pipe: IO[bytes]) -> None:
    # What was not written yet has nobody left to read it.
    with contextlib.suppress(OSError):
        pipe.close()


def _parsed(answer: bytes) -> Extracted:
    try:
        value = json.loads(answer)
    except ValueError:
        # Killed for its memory, or crashed within a library.
        raise FileTooComplex("reading the file takes more memory than it may, or it is damaged; split it") from None
    if "error" in value:
        raise _ERRORS.get(value["error"], BrokenFile)(value["detail"])
    return Extracted(value["text"], tuple(value["warnings"]))
