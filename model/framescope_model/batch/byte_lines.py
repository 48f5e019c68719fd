"""The lines of a file as bytes, counted, none longer than a limit, so that reading can stop and go on anywhere."""

from typing import BinaryIO

from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.records import MAX_RECORD_BYTES, Position

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")


class LineTooLong(Exception):
    """A line is over the limit; it has been passed."""


class ByteLines:
    """The lines of ``file`` behind ``start``, each with its end of line, of which only a line feed counts."""

    def __init__(self, file: BinaryIO, start: Position, limit: int = MAX_RECORD_BYTES) -> None:
        self._file = file
        self._limit = limit
        self.lines, self.offset = start.lines, start.offset
        if start.offset == 0:
            self._skip_mark()
        file.seek(self.offset)

    def _skip_mark(self) -> None:
        head = self._file.read(3)
        if head[:2] in _OTHER_ENCODINGS:
            raise BatchRefused("the input is UTF-16; convert it to UTF-8 first")
        if head == _BYTE_ORDER_MARK:
            self.offset = len(head)

    def __iter__(self) -> "ByteLines":
        return self

    def __next__(self) -> bytes:
        """The next line.

        Raises:
            LineTooLong: it is over the limit.
        """
        line = self._file.readline(self._limit + 1)
        if not line:
            raise StopIteration
        self.offset += len(line)
        self.lines += 1
        if len(line) <= self._limit:
            return line
        # A piece may end in the line feed itself.
        while line and not line.endswith(b"\n"):
            line = self._file.readline(self._limit)
            self.offset += len(line)
        raise LineTooLong(f"is longer than {self._limit} bytes")
