"""The folder beside an output in which a run does its work, so that it can be killed at any moment.

Rows go to one file, rejected rows to another, and then the state is replaced, which says how many bytes of both count.
After a kill both are cut back to that, and reading goes on where the state says: no row is lost and none comes twice.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from framescope_model.batch.errors import BatchRefused, FinishedAlready, OtherRun
from framescope_model.batch.records import Position
from framescope_model.batch.run_state import Counts, Phase, RunState, differences, load_state, save_state


class Workspace:
    """The work of a run ``run`` towards ``output``; a context manager that lets no second process in.

    Raises:
        FinishedAlready: ``output`` is there, and ``overwrite`` is not set.
        OtherRun: an unfinished run of something else is there, and ``overwrite`` is not set.
        BatchRefused: another process works on it, or the folder was tampered with.
    """

    def __init__(self, output: Path, run: Mapping[str, Any], *, overwrite: bool = False) -> None:
        self._output = output
        self._rejected_output = rejected_path(output)
        self._overwrite = overwrite
        self._run = run
        self.folder = output.with_name(output.name + ".work")
        self._rows_path = self.folder / "rows.jsonl"
        self._rejected_path = self.folder / "rejected.jsonl"
        self._state_path = self.folder / "state.json"
        self.state = RunState(run)

    def __enter__(self) -> "Workspace":
        if not self._output.parent.is_dir():
            raise BatchRefused(f"there is no folder {self._output.parent}")
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            raise BatchRefused(f"{self.folder} cannot be made: {error.strerror or error}") from error
        self._files = ExitStack()
        with ExitStack() as stack:
            lock = stack.enter_context((self.folder / "lock").open("wb"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BatchRefused(f"another process works on {self._output}") from error
            stack.callback(self._leave_no_empty_folder)
            self._take_up()
            self._files.push(stack.pop_all())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._files.close()
        except OSError:
            # What a full disk kept from being written is written no better now; the first error says so.
            if error is None:
                raise

    def commit(
        self,
        rows: Iterable[Mapping[str, Any]],
        rejected: Iterable[Mapping[str, Any]],
        position: Position,
        counts: Counts,
    ) -> None:
        """Keep a chunk for good: its rows, its rejected rows, the ``position`` behind it and the ``counts`` in it."""
        state = replace(
            self.state,
            position=position,
            rows_bytes=_append(self._rows, rows),
            rejected_bytes=_append(self._rejected, rejected),
            counts=self.state.counts.plus(counts),
        )
        save_state(self._state_path, state)
        self.state = state

    def publish(self, join: Callable[[Path, Path], None] | None) -> None:
        """Put the output in place; ``join`` makes it of the working file of rows, ``None`` takes that file itself."""
        made = self.folder / "output" if join else self._rows_path
        if self.state.phase is Phase.SCORING:
            if join:
                join(self._rows_path, made)
            self.state = replace(self.state, phase=Phase.PUBLISHING)
            save_state(self._state_path, self.state)
        # A kill from here on leaves a state with which the next call comes here again.
        if made.exists():
            made.replace(self._output)
        if not self.state.rejected_bytes:
            self._rejected_output.unlink(missing_ok=True)
        elif self._rejected_path.exists():
            self._rejected_path.replace(self._rejected_output)
        _flush_folder(self._output.parent)
        self._clear()

    def _take_up(self) -> None:
        known = self._known_state()
        if known is None or known.phase is Phase.SCORING:
            self._refuse_finished()
        if known is None:
            for path in (self._rows_path, self._rejected_path):
                path.unlink(missing_ok=True)
            save_state(self._state_path, self.state)
        else:
            self.state = known
        if self.state.phase is Phase.SCORING:
            self._rows = self._files.enter_context(_cut_back(self._rows_path, self.state.rows_bytes))
            self._rejected = self._files.enter_context(_cut_back(self._rejected_path, self.state.rejected_bytes))

    def _known_state(self) -> RunState | None:
        """The state of an unfinished run like this one; what is to be overwritten does not count."""
        try:
            known = load_state(self._state_path)
            if known is not None and (unlike := differences(known.run, self._run)):
                raise OtherRun(
                    f"{self.folder} holds an unfinished run of something else: {'; '.join(unlike)}. "
                    "Finish it as it was begun, or start anew with --overwrite"
                )
        except BatchRefused:
            if not self._overwrite:
                raise
            return None
        return known

    def _refuse_finished(self) -> None:
        for path in (self._output, self._rejected_output):
            if path.exists() and not self._overwrite:
                raise FinishedAlready(f"{path} is there already; --overwrite replaces it")

    def _leave_no_empty_folder(self) -> None:
        if not self._state_path.exists():
            self._clear()

    def _clear(self) -> None:
        """Remove the folder, if nobody keeps anything else in it; the state goes after the rows."""
        for name in ("output", "rows.jsonl", "rejected.jsonl", "state.json.new", "state.json", "lock"):
            (self.folder / name).unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()


def rejected_path(output: Path) -> Path:
    """Where the rejected rows of ``output`` go."""
    return output.with_name(output.name + ".rejected.jsonl")


def _cut_back(path: Path, size: int) -> BinaryIO:
    """The file, made if need be, cut back to ``size`` bytes and open for what follows them."""
    file = path.open("ab")
    if file.tell() < size:
        file.close()
        raise BatchRefused(f"{path} is shorter than it was left ({size} bytes); --overwrite starts anew")
    file.truncate(size)
    return file


def _flush_folder(folder: Path) -> None:
    """Keep the names in ``folder`` for good, before what they replace is removed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _append(file: BinaryIO, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows for good, and tell the file's new size."""
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())
    return file.tell()
