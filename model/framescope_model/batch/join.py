"""From the working file of rows to CSV or Parquet, a part at a time."""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from framescope_model.batch.rows import flat_row

PART_ROWS = 8192
PART_BYTES = 16 * 1024 * 1024
"""A part of a Parquet file (its row group) has at most this many rows, and ends with the row that passes the bytes."""


def write_csv(rows: Path, output: Path, columns: Sequence[str]) -> None:
    """Write the JSON Lines in ``rows`` as CSV with ``columns``."""
    with output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in _read(rows):
            writer.writerow([_cell(row.get(name)) for name in columns])
        file.flush()
        os.fsync(file.fileno())


def write_parquet(rows: Path, output: Path, columns: Sequence[str], types: dict[str, Any]) -> None:
    """Write the JSON Lines in ``rows`` as Parquet; ``types`` are the Arrow types of id and carried columns."""
    import pyarrow as pa  # noqa: PLC0415 - only Parquet needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([(name, types.get(name) or _own_type(name)) for name in columns])
    with output.open("wb") as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for part in _parts(rows):
                arrays = [_array([row.get(name) for row in part], schema.field(name).type) for name in columns]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
        file.flush()
        os.fsync(file.fileno())


def _read(rows: Path) -> Iterator[dict[str, Any]]:
    with rows.open("rb") as file:
        for line in file:
            yield flat_row(json.loads(line))


def _parts(rows: Path) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    size = 0
    with rows.open("rb") as file:
        for line in file:
            part.append(flat_row(json.loads(line)))
            size += len(line)
            if len(part) == PART_ROWS or size >= PART_BYTES:
                yield part
                part, size = [], 0
    if part:
        yield part


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever an archive's column holds
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _own_type(name: str) -> Any:  # noqa: ANN401 - an Arrow type; pyarrow is optional
    import pyarrow as pa  # noqa: PLC0415

    if name in ("row", "passages"):
        return pa.int64()
    if name.endswith(("_score", "_share")):
        return pa.float64()
    return pa.bool_() if name.endswith("_flagged") else pa.string()


def _array(values: list[Any], kind: Any) -> Any:  # noqa: ANN401 - Arrow types and arrays; pyarrow is optional
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.array([None if value is None else _cell(value) for value in values], kind)
    told_as_text = any(isinstance(value, str) for value in values)
    return pa.array(values, pa.string()).cast(kind) if told_as_text else pa.array(values, kind)
