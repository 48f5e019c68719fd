"""The file formats of tables, told by the ending of a file's name."""

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from framescope_model.batch.errors import BatchRefused, MissingExtra


class TableFormat(StrEnum):
    """How a table lies in a file."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_ENDINGS = {
    ".jsonl": TableFormat.JSONL,
    ".ndjson": TableFormat.JSONL,
    ".csv": TableFormat.CSV,
    ".parquet": TableFormat.PARQUET,
}


def format_of(path: Path) -> TableFormat:
    """The format that the name of a file tells.

    Raises:
        BatchRefused: it tells none that is read and written here.
        MissingExtra: it tells Parquet, and pyarrow is not installed.
    """
    found = _ENDINGS.get(path.suffix.lower())
    if found is None:
        raise BatchRefused(f"{path}: the ending should be one of {', '.join(_ENDINGS)}")
    if found is TableFormat.PARQUET and find_spec("pyarrow") is None:
        raise MissingExtra(f"{path}: Parquet needs an extra: pip install 'framescope[batch]'")
    return found
