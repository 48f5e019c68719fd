"""The rows of a result of ``framescope batch``, whatever its format, as a report needs them."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from framescope_model.batch.formats import TableFormat, format_of
from framescope_model.batch.records import MAX_RECORD_BYTES
from framescope_model.errors import InputError
from framescope_model.features import FEATURE_IDS

_BROKEN = (ValueError, KeyError, TypeError, AttributeError, csv.Error)
"""What reading a file that is something else ends in."""
_MODEL = ("model_name", "model_version", "model_revision")


class NoResult(InputError):
    """A file is no result of ``framescope batch``, or lacks a column."""

    code = "no_result"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row: its carried columns as text, whether each feature is flagged (``None``: not scored), and its model."""

    columns: Mapping[str, str]
    flagged: Mapping[str, bool] | None
    model: str


class ResultFile:
    """A result; ``columns`` are those carried along and ``features`` those scored, as its head or first rows tell.

    Raises:
        NoResult: it is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._format = format_of(path)
        try:
            names = self._flat_names()
        except OSError as error:
            raise NoResult(f"{path} cannot be read: {error.strerror or error}") from error
        except _BROKEN as error:
            raise NoResult(f"{path} is no result of framescope batch: {error}") from error
        if not {"row", "model_revision"} <= set(names):
            raise NoResult(f"{path} is no result of framescope batch: it names no rows or no model")
        self.features = [feature for feature in FEATURE_IDS if f"{feature}_flagged" in names]
        self.columns = [name for name in names if not name.endswith("_flagged")]

    def rows(self, columns: Sequence[str], features: Sequence[str]) -> Iterator[ResultRow]:
        """All rows, with these columns and features; the file is read a piece at a time.

        Raises:
            NoResult: a row is none of a result.
        """
        names = [*columns, *(f"{feature}_flagged" for feature in features), *_MODEL]
        number = 0
        try:
            for row in self._flat_rows(names):
                number += 1
                yield _row(row, columns, features)
        except _BROKEN as error:
            raise NoResult(f"{self._path}: row {number + 1} is no row of a result: {error}") from error

    def _flat_names(self) -> list[str]:
        if self._format is TableFormat.PARQUET:
            return _parquet_names(self._path)
        if self._format is TableFormat.CSV:
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                return next(csv.reader(file), [])
        names: dict[str, None] = {}
        for row in _json_rows(self._path):
            names |= dict.fromkeys(row)
            # Rows that were not scored name no features.
            if any(name.endswith("_flagged") for name in row):
                break
        return list(names)

    def _flat_rows(self, names: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        if self._format is TableFormat.PARQUET:
            yield from _parquet_rows(self._path, names)
        elif self._format is TableFormat.CSV:
            csv.field_size_limit(MAX_RECORD_BYTES)
            with self._path.open(encoding="utf-8-sig", newline="") as file:
                yield from csv.DictReader(file)
        else:
            yield from _json_rows(self._path)


def _row(row: Mapping[str, Any], columns: Sequence[str], features: Sequence[str]) -> ResultRow:
    flags = {feature: _truth(row.get(f"{feature}_flagged")) for feature in features}
    known = {feature: flag for feature, flag in flags.items() if flag is not None}
    name, version, revision = (row[part] for part in _MODEL)
    return ResultRow(
        {column: _text(row.get(column)) for column in columns},
        known if len(known) == len(flags) else None,
        f"{name}/{version}+{revision}",
    )


def _truth(value: Any) -> bool | None:  # noqa: ANN401 - CSV has text, the others truth values
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).lower())


def _text(value: Any) -> str:  # noqa: ANN401 - whatever an archive's column holds
    return "" if value is None else str(value).strip()


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            flags = {f"{feature}_flagged": of["flagged"] for feature, of in row.get("scores", {}).items()}
            model = {f"model_{part}": value for part, value in row.get("model", {}).items()}
            yield {name: value for name, value in row.items() if name not in ("scores", "model")} | flags | model


def _parquet_names(path: Path) -> list[str]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - only Parquet needs it

    with pq.ParquetFile(path) as file:
        return list(file.schema_arrow.names)


def _parquet_rows(path: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(1024, columns=list(names)):
            yield from batch.to_pylist()
