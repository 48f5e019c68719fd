"""The state of a run: one small file, replaced as a whole, that says how much of the working files counts."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.records import Position

_FORMAT = 1


class Phase(StrEnum):
    """Whether rows are being scored, or all are and their files are being put in place."""

    SCORING = "scoring"
    PUBLISHING = "publishing"


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by outcome."""

    scored: int = 0
    failed: int = 0
    rejected: int = 0

    @property
    def total(self) -> int:
        """All rows that were read."""
        return self.scored + self.failed + self.rejected

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(self.scored + other.scored, self.failed + other.failed, self.rejected + other.rejected)


@dataclass(frozen=True, slots=True)
class RunState:
    """What a run has done for good.

    Args:
        run: the model, the options and the input that the run belongs to; another run cannot go on from here.
        position: where reading the input goes on.
        rows_bytes: the bytes of the working file of rows that count; what follows them was cut short by a kill.
        rejected_bytes: likewise of the rejected rows.
    """

    run: Mapping[str, Any]
    phase: Phase = Phase.SCORING
    position: Position = field(default_factory=Position)
    rows_bytes: int = 0
    rejected_bytes: int = 0
    counts: Counts = field(default_factory=Counts)


def save_state(path: Path, state: RunState) -> None:
    """Replace the file ``path``: whoever reads it, at any moment, gets the old state or the new one."""
    unfinished = path.with_name(path.name + ".new")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump({"format": _FORMAT, **asdict(state)}, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load_state(path: Path) -> RunState | None:
    """The state in ``path``, ``None`` if there is none.

    Raises:
        BatchRefused: it is none of ours.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told.pop("format") != _FORMAT:
            raise ValueError("another version wrote it")
        return RunState(
            told["run"],
            Phase(told["phase"]),
            Position(**told["position"]),
            int(told["rows_bytes"]),
            int(told["rejected_bytes"]),
            Counts(**told["counts"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BatchRefused(f"{path} cannot be understood ({error}); --overwrite starts anew") from error


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What sets two runs apart, in words."""
    return [
        f"{name} was {json.dumps(old.get(name))}, is {json.dumps(new.get(name))}"
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
