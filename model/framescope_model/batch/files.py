"""The files of a run: how the input is read, how the output is made, and what makes the run this one."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.formats import TableFormat, format_of
from framescope_model.batch.join import write_csv, write_parquet
from framescope_model.batch.read_csv import CsvReader
from framescope_model.batch.read_jsonl import JsonlReader
from framescope_model.batch.records import ColumnNames, TableReader
from framescope_model.batch.rows import OWN_COLUMNS, flat_columns, score_columns
from framescope_model.batch.scoring import Plan
from framescope_model.features import FEATURE_IDS
from framescope_model.model_info import ModelInfo

_SAMPLE_BYTES = 1024 * 1024


def check_carried(carried: Sequence[str]) -> None:
    """Refuse columns to carry along whose names are taken, or come twice.

    Raises:
        BatchRefused: one does.
    """
    taken = OWN_COLUMNS | set(score_columns(FEATURE_IDS))
    for name in carried:
        if name in taken:
            raise BatchRefused(
                f"a column {name!r} cannot be carried along: the output has one of its own; rename it first"
            )
        if carried.count(name) > 1:
            raise BatchRefused(f"the column {name!r} is named twice")


def open_reader(path: Path, names: ColumnNames, delimiter: str) -> TableReader:
    """The reader of an input.

    Raises:
        BatchRefused: it cannot be read, or lacks a column.
        MissingExtra: it needs a package that is not installed.
    """
    found = format_of(path)
    if len(delimiter) != 1:
        raise BatchRefused(f"--delimiter takes one character, not {delimiter!r}")
    try:
        if found is TableFormat.PARQUET:
            from framescope_model.batch.read_parquet import ParquetReader  # noqa: PLC0415 - needs an extra

            return ParquetReader(path, names)
        return JsonlReader(path, names) if found is TableFormat.JSONL else CsvReader(path, names, delimiter)
    except OSError as error:
        raise BatchRefused(f"{path} cannot be read: {error.strerror or error}") from error


def joiner(target: Path, reader: TableReader, names: ColumnNames, plan: Plan) -> Callable[[Path, Path], None] | None:
    """What makes the output of the working file of rows; JSON Lines need nothing."""
    columns = flat_columns(plan.scoring.options.features, names.carried, spans=plan.spans)
    found = format_of(target)
    if found is TableFormat.CSV:
        return partial(write_csv, columns=columns)
    if found is TableFormat.JSONL:
        return None
    types = dict(getattr(reader, "types", {}))
    told = types.get(names.id or "id")
    carried = {name: types[name] for name in names.carried if name in types}
    return partial(write_parquet, columns=columns, types=carried | ({"id": told} if told else {}))


def describe(path: Path, names: ColumnNames, delimiter: str, plan: Plan, info: ModelInfo) -> dict[str, Any]:
    """What makes a run this one; threads do not, nor does the input's place."""
    with path.open("rb") as file:
        size = path.stat().st_size
        digest = sha256(file.read(_SAMPLE_BYTES))
        file.seek(max(0, size - _SAMPLE_BYTES))
        digest.update(file.read(_SAMPLE_BYTES))
    told = {
        "input": {"format": format_of(path).value, "bytes": size, "sha256_of_ends": digest.hexdigest()[:16]},
        "model": {"name": info.name, "version": info.version, "revision": info.revision},
        "columns": asdict(names),
        "delimiter": delimiter,
        "options": asdict(plan.scoring.options),
        "language": plan.scoring.language,
        "spans": plan.spans,
        "max_length": plan.max_length,
        "limit": plan.limit,
    }
    # As it will be read again: with lists for tuples.
    described: dict[str, Any] = json.loads(json.dumps(told))
    return described
