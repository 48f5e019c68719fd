"""JSON Lines: an object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from framescope_model.batch.byte_lines import ByteLines, LineTooLong
from framescope_model.batch.records import ColumnNames, Position, Read, Record, Rejected, RowFault, make_record


class JsonlReader:
    """Reads the objects of a file, a line each; blank lines are no rows."""

    def __init__(self, path: Path, columns: ColumnNames) -> None:
        self._path = path
        self._columns = columns
        self._size = path.stat().st_size

    def read(self, start: Position) -> Iterator[Read]:
        """The rows behind ``start``."""
        row = start.rows
        with self._path.open("rb") as file:
            lines = ByteLines(file, start)
            while True:
                found: Record | Rejected
                try:
                    line = next(lines)
                    if not line.strip():
                        continue
                    row += 1
                    found = make_record(row, parse_object(line), self._columns)
                except StopIteration:
                    return
                except LineTooLong as error:
                    row += 1
                    found = Rejected(row, lines.lines, "too_long", str(error))
                except RowFault as fault:
                    found = Rejected(row, lines.lines, fault.code, str(fault))
                yield found, Position(row, lines.lines, lines.offset)

    def share_done(self, position: Position) -> float:
        """The part of the file before ``position``, in [0, 1]."""
        return position.offset / self._size if self._size else 1.0


def parse_object(line: bytes) -> dict[str, Any]:
    """The JSON object of a line.

    Raises:
        RowFault: it holds none.
    """
    try:
        value = json.loads(line.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise RowFault("not_utf8", f"is not UTF-8 (byte {error.start} of the line)") from error
    except RecursionError as error:
        raise RowFault("broken_json", "is nested too deeply") from error
    except ValueError as error:
        raise RowFault("broken_json", f"is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise RowFault("wrong_type", f"should be an object, not {type(value).__name__}")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
