"""CSV (RFC 4180): a head of column names, fields that may hold quotes and line ends."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from framescope_model.batch.byte_lines import ByteLines, LineTooLong
from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.records import (
    MAX_RECORD_BYTES,
    ColumnNames,
    Position,
    Read,
    Record,
    Rejected,
    RowFault,
    make_record,
)


class _DecodedLines:
    """Lines for the CSV parser, which takes no more of them than a row needs; bytes that are no UTF-8 become marks."""

    def __init__(self, lines: ByteLines) -> None:
        self._lines = lines

    def __iter__(self) -> "_DecodedLines":
        return self

    def __next__(self) -> str:
        return next(self._lines).decode("utf-8", "surrogateescape")


class CsvReader:
    """Reads the rows of a file whose head names the columns; blank lines are no rows."""

    def __init__(self, path: Path, columns: ColumnNames, delimiter: str = ",") -> None:
        self._path = path
        self._columns = columns
        self._delimiter = delimiter
        self._size = path.stat().st_size
        self._head, self._after_head = self._read_head()

    def read(self, start: Position) -> Iterator[Read]:
        """The rows behind ``start``."""
        start = start if start.offset else self._after_head
        row = start.rows
        with self._path.open("rb") as file:
            lines = ByteLines(file, start)
            rows = self._parser(lines)
            while True:
                first = lines.lines + 1
                found: Record | Rejected
                try:
                    fields = next(rows)
                    if not fields:
                        continue
                    row += 1
                    found = make_record(row, self._named(fields), self._columns)
                except StopIteration:
                    return
                except (csv.Error, LineTooLong) as error:
                    row += 1
                    lasting = f" (to line {lines.lines})" if lines.lines > first else ""
                    found = Rejected(row, first, "broken_csv", f"is no row of CSV: {error}{lasting}")
                except RowFault as fault:
                    found = Rejected(row, first, fault.code, str(fault))
                yield found, Position(row, lines.lines, lines.offset)

    def share_done(self, position: Position) -> float:
        """The part of the file before ``position``, in [0, 1]."""
        return position.offset / self._size if self._size else 1.0

    def _parser(self, lines: ByteLines) -> Iterator[list[str]]:
        # The limit is the module's, one for the process; its own is smaller than a long article.
        csv.field_size_limit(MAX_RECORD_BYTES)
        return csv.reader(_DecodedLines(lines), delimiter=self._delimiter, strict=True)

    def _read_head(self) -> tuple[list[str], Position]:
        with self._path.open("rb") as file:
            lines = ByteLines(file, Position())
            try:
                head = next(self._parser(lines), [])
            except (csv.Error, LineTooLong) as error:
                raise BatchRefused(f"{self._path}: the first line is no head of CSV: {error}") from error
        wanted = [self._columns.text, *([self._columns.id] if self._columns.id else []), *self._columns.carried]
        # A file without a byte has no rows, and lacks no column.
        if head or self._size:
            check_columns(self._path, head, wanted)
        return head, Position(0, lines.lines, lines.offset)

    def _named(self, fields: list[str]) -> dict[str, str]:
        if len(fields) != len(self._head):
            raise RowFault("wrong_columns", f"has {len(fields)} fields, the head {len(self._head)}")
        try:
            "".join(fields).encode()
        except UnicodeEncodeError as error:
            raise RowFault("not_utf8", "is not UTF-8") from error
        return dict(zip(self._head, fields, strict=True))


def check_columns(path: Path, present: Sequence[str], wanted: Sequence[str]) -> None:
    """Refuse a table that lacks a column wanted, or has it twice.

    Raises:
        BatchRefused: it does.
    """
    for name in wanted:
        if present.count(name) != 1:
            fault = f"two columns {name!r}" if name in present else f"no column {name!r}"
            shown = ", ".join(present)[:500]
            raise BatchRefused(
                f"{path} has {fault}; its columns are: {shown}; see --text-column, --id-column, --columns, --delimiter"
            )
