"""Runs that are killed: at every single step on disk, again and again, against the run that nothing disturbs."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import CountingScorer, read_rows

from framescope_model.batch import scoring
from framescope_model.batch.errors import BatchRefused, FinishedAlready, OtherRun
from framescope_model.batch.join import write_csv
from framescope_model.batch.read_jsonl import JsonlReader
from framescope_model.batch.records import ColumnNames, Position
from framescope_model.batch.rows import flat_columns
from framescope_model.batch.run_state import Counts, Phase, RunState, load_state, save_state
from framescope_model.batch.scoring import Plan, score_rows
from framescope_model.batch.workspace import Workspace, rejected_path
from framescope_model.options import Scoring
from framescope_model.results import ScoreOptions

RUN = {"model": "a"}
NAMES = ColumnNames("text", None, ())
PLAN = Plan(Scoring(ScoreOptions(), "en", None))
LINES = [
    '{"id": "same", "text": "Article 1"}',
    "broken",
    '{"id": "same", "text": "Article 3"}',
    "",
    '{"id": 4, "text": "Article 4 🔥"}',
    '{"id": 5}',
    '{"id": "same", "text": "Article 6"}',
]


class Killed(BaseException):
    """What a kill looks like from inside: nothing handles it."""


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Kill the run right before its ``step``-th change on disk; yields the number of changes so far."""
    steps = 0

    def counted(act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        nonlocal steps
        steps += 1
        if steps == step:
            raise Killed
        return act(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", partial(counted, os.fsync))
        for name in ("replace", "unlink", "rmdir"):
            act = getattr(Path, name)
            patched.setattr(Path, name, lambda path, *rest, _act=act, **named: counted(_act, path, *rest, **named))
        yield lambda: steps


def run(folder: Path, target: str, *, overwrite: bool = False) -> None:
    output = folder / target
    reader = JsonlReader(folder / "in.jsonl", NAMES)
    join = partial(write_csv, columns=flat_columns(None, (), spans=False)) if output.suffix == ".csv" else None
    with Workspace(output, RUN, overwrite=overwrite) as work:
        if work.state.phase is Phase.SCORING:
            score_rows(CountingScorer(), reader, work, PLAN, lambda rows, share: None)  # type: ignore[arg-type]
        work.publish(join)


def outcome(folder: Path, target: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
    output = folder / target
    left = sorted(path.name for path in folder.iterdir())
    return read_rows(output), read_rows(rejected_path(output)), left


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "CHUNK_ROWS", 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.jsonl").write_text("\n".join(LINES), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("target", ["out.jsonl", "out.csv"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_run_killed_before_any_step_ends_as_if_nothing_had_been(
    folder: Path, monkeypatch: pytest.MonkeyPatch, target: str, overwrite: bool
) -> None:
    with killed_at(0, monkeypatch) as steps:
        run(folder, target)
    expected = outcome(folder, target)
    assert [int(row["row"]) for row in expected[0]] == [1, 3, 4, 6]
    assert [(row["row"], row["line"], row["code"]) for row in expected[1]] == [(2, 2, "broken_json"), (5, 6, "no_text")]
    assert steps() > 10
    for step in range(1, steps() + 1):
        if not overwrite:
            (folder / target).unlink()
            rejected_path(folder / target).unlink()
        with killed_at(step, monkeypatch), pytest.raises(Killed):
            run(folder, target, overwrite=overwrite)
        try:
            run(folder, target, overwrite=overwrite)
        except FinishedAlready:
            # The kill came when all was in place and the working folder gone.
            assert not overwrite
        assert outcome(folder, target) == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(steps=st.lists(st.integers(1, 12), max_size=12), target=st.sampled_from(["out.jsonl", "out.csv"]))
def test_a_run_killed_again_and_again_loses_and_doubles_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], target: str
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    (folder / "in.jsonl").write_text("\n".join(LINES), encoding="utf-8")
    for step in [*steps, 0]:
        with pytest.MonkeyPatch.context() as monkeypatch, killed_at(step, monkeypatch):
            try:
                run(folder, target)
            except Killed:
                continue
            except FinishedAlready:
                pass
            break
    rows, rejected, left = outcome(folder, target)
    assert [int(row["row"]) for row in rows] == [1, 3, 4, 6]
    assert [row["row"] for row in rejected] == [2, 5]
    assert left == ["in.jsonl", target, f"{target}.rejected.jsonl"]


def test_what_a_kill_left_behind_the_last_commit_is_cut_off(folder: Path) -> None:
    with Workspace(folder / "out.jsonl", RUN) as work:
        work.commit([{"row": 1}], [{"row": 2}], Position(2, 2, 40), Counts(1, 0, 1))
    for name in ("rows.jsonl", "rejected.jsonl"):
        with (work.folder / name).open("ab") as file:
            file.write(b'{"row": 3}\n{"ro')
    with Workspace(folder / "out.jsonl", RUN) as work:
        assert work.state.position == Position(2, 2, 40)
        work.commit([{"row": 3}], [], Position(3, 3, 60), Counts(1))
        work.publish(None)
    assert read_rows(folder / "out.jsonl") == [{"row": 1}, {"row": 3}]
    assert read_rows(folder / "out.jsonl.rejected.jsonl") == [{"row": 2}]


def test_a_disk_that_is_full_in_the_middle_of_a_chunk_leaves_the_chunk_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    def fill_up(work: Workspace) -> None:
        with work:
            work.commit([{"row": 1}], [], Position(1), Counts(1))
            monkeypatch.setattr(os, "fsync", full)
            work.commit([{"row": 2}], [], Position(2), Counts(1))

    work = Workspace(folder / "out.jsonl", RUN)
    with pytest.raises(OSError, match="No space"):
        fill_up(work)
    assert work.state.position == Position(1)
    monkeypatch.undo()
    with Workspace(folder / "out.jsonl", RUN) as work:
        assert (work.state.position, work.state.counts) == (Position(1), Counts(1))
        work.publish(None)
    assert read_rows(folder / "out.jsonl") == [{"row": 1}]


def test_a_finished_output_is_left_alone(folder: Path) -> None:
    for name in ("out.jsonl", "out.jsonl.rejected.jsonl"):
        (folder / name).write_text("mine", encoding="utf-8")
        with pytest.raises(FinishedAlready, match="--overwrite"):
            run(folder, "out.jsonl")
        assert (folder / name).read_text(encoding="utf-8") == "mine"
        assert not (folder / "out.jsonl.work").exists()
        (folder / name).unlink()


def test_an_unfinished_run_of_something_else_is_refused_with_what_differs(folder: Path) -> None:
    with Workspace(folder / "out.jsonl", {"model": "a", "spans": True}) as work:
        work.commit([{"row": 1}], [], Position(1), Counts(1))
    with (
        pytest.raises(OtherRun, match=r'model was "a", is "b"; spans was true, is null'),
        Workspace(folder / "out.jsonl", {"model": "b"}),
    ):
        pass
    with Workspace(folder / "out.jsonl", {"model": "b"}, overwrite=True) as work:
        assert work.state.position == Position()
        work.publish(None)
    assert read_rows(folder / "out.jsonl") == []


def test_two_processes_do_not_share_an_output(folder: Path) -> None:
    output = folder / "out.jsonl"
    with Workspace(output, RUN), pytest.raises(BatchRefused, match="another process"), Workspace(output, RUN):
        pass


def test_a_folder_that_was_tampered_with_is_refused(folder: Path) -> None:
    output = folder / "out.jsonl"
    with Workspace(output, RUN) as work:
        work.commit([{"row": 1}], [], Position(1), Counts(1))
    (work.folder / "rows.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(BatchRefused, match="shorter than it was left"), Workspace(output, RUN):
        pass
    (work.folder / "state.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BatchRefused, match="cannot be understood"), Workspace(output, RUN):
        pass
    with Workspace(output, RUN, overwrite=True) as work:
        assert work.state == RunState(RUN)


def test_what_else_lies_in_the_folder_is_left_there(folder: Path) -> None:
    (folder / "out.jsonl.work").mkdir()
    (folder / "out.jsonl.work" / "mine.txt").write_text("mine", encoding="utf-8")
    run(folder, "out.jsonl")
    assert [path.name for path in (folder / "out.jsonl.work").iterdir()] == ["mine.txt"]


def test_a_file_in_the_folders_place_is_told(folder: Path) -> None:
    (folder / "out.jsonl.work").write_text("mine", encoding="utf-8")
    with pytest.raises(BatchRefused, match="cannot be made"):
        run(folder, "out.jsonl")


def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(BatchRefused, match="no folder"), Workspace(folder / "none" / "out.jsonl", RUN):
        pass


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    state = RunState(RUN, Phase.PUBLISHING, Position(3, 4, 99), 1, 2, Counts(1, 1, 1))
    save_state(tmp_path / "state.json", state)
    assert load_state(tmp_path / "state.json") == state
    assert json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))["format"] == 1
