"""Parquet, read a row group at a time; needs pyarrow (the extra ``batch``)."""

from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.read_csv import check_columns
from framescope_model.batch.records import ColumnNames, Position, Read, Record, Rejected, RowFault, make_record

_BATCH_ROWS = 64


class _NoUtf8:
    """Stands for a string whose bytes are no UTF-8."""


class ParquetReader:
    """Reads the rows of a Parquet file; ``types`` are those of the id's and the carried columns."""

    def __init__(self, path: Path, columns: ColumnNames) -> None:
        self._path = path
        self._columns = columns
        try:
            with pq.ParquetFile(path) as file:
                schema, self._rows = file.schema_arrow, file.metadata.num_rows
        except pa.ArrowException as error:
            raise BatchRefused(f"{path} is no Parquet file: {error}") from error
        check_columns(path, schema.names, [columns.text, *([columns.id] if columns.id else []), *columns.carried])
        self._names = [columns.text, *columns.carried]
        if columns.id or "id" in schema.names:
            self._names.append(columns.id or "id")
        if not _is_text(_plain(schema.field(columns.text).type)):
            raise BatchRefused(f"{path}: the column {columns.text!r} holds {schema.field(columns.text).type}, no text")
        self.types = {name: _plain(schema.field(name).type) for name in self._names[1:]}
        for name, kind in self.types.items():
            if not (_is_text(kind) or _is_plain(kind) or _is_told_as_text(kind)):
                raise BatchRefused(f"{path}: the column {name!r} holds {kind}, which cannot be carried along")

    def read(self, start: Position) -> Iterator[Read]:
        """The rows behind ``start``."""
        row = 0
        with pq.ParquetFile(self._path) as file:
            for group in range(file.metadata.num_row_groups):
                rows_in_group = file.metadata.row_group(group).num_rows
                if row + rows_in_group <= start.rows:
                    row += rows_in_group
                    continue
                for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=self._names):
                    for fields in _rows(batch):
                        row += 1
                        if row > start.rows:
                            yield self._record(row, fields), Position(row)

    def share_done(self, position: Position) -> float:
        """The part of the file before ``position``, in [0, 1]."""
        return position.rows / self._rows if self._rows else 1.0

    def _record(self, row: int, fields: dict[str, Any]) -> Record | Rejected:
        broken = [name for name, value in fields.items() if isinstance(value, _NoUtf8)]
        if broken:
            return Rejected(row, None, "not_utf8", f"{broken[0]!r} is not UTF-8")
        try:
            return make_record(row, fields, self._columns)
        except RowFault as fault:
            return Rejected(row, None, fault.code, str(fault))


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    columns = {name: _values(column) for name, column in zip(batch.schema.names, batch.columns, strict=True)}
    for index in range(batch.num_rows):
        yield {name: values[index] for name, values in columns.items()}


def _values(column: pa.Array) -> list[Any]:
    """A column's values as JSON can hold them: dates, times and decimals as text, NaN and infinity as none."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if _is_text(column.type):
        return [_decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]
    if _is_told_as_text(column.type):
        return list(column.cast(pa.string()).to_pylist())
    return [None if isinstance(value, float) and not isfinite(value) else value for value in column.to_pylist()]


def _decoded(value: bytes | None) -> str | _NoUtf8 | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return _NoUtf8()


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_plain(kind: pa.DataType) -> bool:
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
    return bool(number or pa.types.is_boolean(kind) or pa.types.is_null(kind))


def _is_told_as_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_date(kind) or pa.types.is_time(kind) or pa.types.is_timestamp(kind) or pa.types.is_decimal(kind)
    )
