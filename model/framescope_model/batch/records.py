"""The rows of an input: those with a text, those set aside, and where reading stands."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

MAX_RECORD_BYTES = 16 * 1024 * 1024
"""Longest line or field that is read; it bounds memory whatever lies in a file."""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The columns to read: the text's, the id's (``None``: ``id``, where there is one), and those carried along."""

    text: str
    id: str | None
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """Where reading stands: ``rows`` and ``lines`` passed, and the byte ``offset`` of what follows (0 in Parquet)."""

    rows: int = 0
    lines: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """A row with a text. ``row`` counts from 1 over all rows of the input, rejected ones too."""

    row: int
    id: Any
    text: str
    carried: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is set aside; ``line`` is where it begins, counted from 1, ``None`` in Parquet."""

    row: int
    line: int | None
    code: str
    detail: str


Read = tuple[Record | Rejected, Position]
"""A row, and the position behind it."""


class TableReader(Protocol):
    """Reads a file's rows in order."""

    def read(self, start: Position) -> Iterator[Read]:
        """The rows behind ``start``."""

    def share_done(self, position: Position) -> float:
        """The part of the file before ``position``, in [0, 1]."""


class RowFault(Exception):
    """Why one row is set aside; caught where rows are read."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def make_record(row: int, fields: Mapping[str, Any], columns: ColumnNames) -> Record:
    """The record of a row's ``fields``; a column that is missing is ``None``.

    Raises:
        RowFault: it has no text, or one that is no text.
    """
    text = fields.get(columns.text)
    if text is None:
        raise RowFault("no_text", f"has no {columns.text!r}")
    if not isinstance(text, str):
        raise RowFault("wrong_type", f"{columns.text!r} should be a text, not {type(text).__name__}")
    if not text.strip():
        raise RowFault("no_text", f"{columns.text!r} is blank")
    carried = {name: fields.get(name) for name in columns.carried}
    record = Record(row, fields.get(columns.id or "id"), text, carried)
    _check_encodable(record)
    return record


def _check_encodable(record: Record) -> None:
    """JSON can name half of a surrogate pair, which no file can hold."""
    try:
        record.text.encode()
        json.dumps([record.id, *record.carried.values()], ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise RowFault("not_utf8", f"holds half of a surrogate pair ({error.object[error.start]!r})") from error
