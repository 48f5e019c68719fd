import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from tables import read_rows, write_rows

from framescope_model.batch import formats
from framescope_model.batch.commands import batch
from framescope_model.batch.errors import BatchRefused, FinishedAlready, MissingExtra, OtherRun
from framescope_model.errors import UnknownFeature, UnsupportedLanguage
from framescope_model.features import FEATURE_IDS
from framescope_model.inputs import RemoteSource
from framescope_model.scorer import Scorer

PLAIN = "The war is the worst of all wars, and the minister said that it is long."
GERMAN = "Der Krieg ist der schlimmste aller Kriege, und der Minister sagte, dass er noch lange dauern werde."
ENDINGS = [".jsonl", ".csv", ".parquet"]
START_S = 120


@pytest.fixture
def run(tiny_artifact: Path) -> Any:
    def invoke(source: Path, target: Path, *arguments: str) -> Result:
        named = ["--artifact", str(tiny_artifact), "--threads", "1", str(source), str(target), *arguments]
        return CliRunner().invoke(batch, named)

    return invoke


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    rows = [
        {"id": "a", "text": PLAIN, "outlet": 'The "Daily", Ltd.\nLondon 🔥'},
        {"id": "a", "text": GERMAN, "outlet": ""},
        {"id": "c", "text": " ", "outlet": "x"},
        {"id": "d", "text": "It rained 🔥. It is long.\r\nThe end.", "outlet": "x"},
    ]
    return write_rows(tmp_path / "in.jsonl", rows)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("source", ENDINGS)
def test_each_format_goes_into_each_other(run: Any, archive: Path, tmp_path: Path, source: str, ending: str) -> None:
    target = tmp_path / f"out{ending}"
    rows = read_rows(archive)
    result = run(write_rows(tmp_path / f"source{source}", rows), target, "--columns", "outlet")
    assert result.exit_code == 0, result.output
    assert (
        f"4 rows: 2 scored, 1 not (see the error in their rows), 1 set aside in {target}.rejected.jsonl"
        in result.stderr
    )
    found = read_rows(target)
    assert [str(row["row"]) for row in found] == ["1", "2", "4"]
    assert [row["id"] for row in found] == ["a", "a", "d"]
    assert [row["outlet"] for row in found] == [rows[at]["outlet"] for at in (0, 1, 3)]
    (rejected,) = read_rows(tmp_path / f"out{ending}.rejected.jsonl")
    assert (rejected["row"], rejected["code"]) == (3, "no_text")
    assert sorted(path.name for path in tmp_path.glob("out*")) == [target.name, f"{target.name}.rejected.jsonl"]


def test_json_lines_have_the_documents_shape(run: Any, archive: Path, tmp_path: Path, tiny_artifact: Path) -> None:
    run(archive, tmp_path / "out.jsonl", "--spans", "--threshold", "doubt=0")
    first, german, last = read_rows(tmp_path / "out.jsonl")
    info = Scorer.load(tiny_artifact).info
    assert first["model"] == {"name": "tiny", "version": "0.0.1", "revision": info.revision}
    assert list(first["scores"]) == list(FEATURE_IDS)
    assert set(first["scores"]["doubt"]) == {"score", "flagged", "share"}
    assert first["error"] is None
    assert last["passages"] == 3
    for found in first["spans"]:
        assert PLAIN[found["start"] : found["end"]] == found["words"]
    assert german["error"]["code"] == "unsupported_language"
    assert "scores" not in german


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_flat_tables_have_a_column_each(run: Any, archive: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"out{ending}"
    run(archive, target, "--spans", "--features", "doubt", "--threshold", "doubt=0", "--columns", "outlet")
    first, german, _ = read_rows(target)
    columns = "row id outlet language passages doubt_score doubt_flagged doubt_share spans"
    told = "error_code error_detail model_name model_version model_revision"
    assert list(first) == [*columns.split(), *told.split()]
    assert str(first["doubt_flagged"]).lower() == "true"
    assert float(first["doubt_share"]) == 1.0
    assert json.loads(first["spans"])[0]["feature"] == "doubt"
    assert german["error_code"] == "unsupported_language"
    assert german["doubt_score"] in (None, "")


def test_parquet_keeps_the_types_of_carried_columns(run: Any, tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    columns: dict[str, Any] = {
        "id": pa.array([7, None], pa.int32()),
        "text": pa.array([PLAIN, PLAIN]),
        "day": pa.array([date(2026, 3, 1), None]),
        "at": pa.array([moment, None], pa.timestamp("us", "UTC")),
        "price": pa.array([Decimal("1.50"), None], pa.decimal128(8, 2)),
        "words": pa.array([1.5, float("nan")]),
        "live": pa.array([True, None]),
        "desk": pa.array(["a", "b"]).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    carried = [name for name in columns if name not in ("id", "text")]
    assert run(tmp_path / "in.parquet", tmp_path / "out.parquet", "--columns", ",".join(carried)).exit_code == 0
    with pq.ParquetFile(tmp_path / "out.parquet") as file:
        found = file.read(["id", *carried])
    for name in ("id", "day", "at", "price", "live"):
        assert found[name].type == columns[name].type
        assert found[name].to_pylist() == columns[name].to_pylist()
    assert found["words"].to_pylist() == [1.5, None]
    assert found["desk"].to_pylist() == ["a", "b"]
    run(tmp_path / "in.parquet", tmp_path / "out.jsonl", "--columns", "day,at")
    assert read_rows(tmp_path / "out.jsonl")[0]["day"] == "2026-03-01"


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_input_without_rows_ends_without_rows(run: Any, tmp_path: Path, ending: str) -> None:
    (tmp_path / "in.csv").write_text("id,text\n", encoding="utf-8")
    (tmp_path / "in.jsonl").write_bytes(b"")
    for name in ("in.csv", "in.jsonl"):
        result = run(tmp_path / name, tmp_path / f"out{ending}", "--overwrite")
        assert result.exit_code == 0
        assert read_rows(tmp_path / f"out{ending}") == []


def test_a_text_over_the_limit_is_told_and_never_cut(run: Any, tmp_path: Path) -> None:
    long = "It rained all day. " * 110_000
    assert len(long) > 2_000_000
    source = write_rows(tmp_path / "in.csv", [{"id": 1, "text": long}, {"id": 2, "text": PLAIN}])
    assert run(source, tmp_path / "out.jsonl").exit_code == 0
    over, fine = read_rows(tmp_path / "out.jsonl")
    assert over["error"]["code"] == "text_too_long"
    assert "the text has 2,090,000 code points, the limit is 200,000" in over["error"]["detail"]
    assert fine["error"] is None


def test_a_limit_reads_no_further(run: Any, archive: Path, tmp_path: Path) -> None:
    assert "3 rows" in run(archive, tmp_path / "out.jsonl", "--limit", "3").stderr
    assert [row["row"] for row in read_rows(tmp_path / "out.jsonl")] == [1, 2]


def test_rows_of_which_none_can_be_scored_end_with_status_1(run: Any, archive: Path, tmp_path: Path) -> None:
    result = run(archive, tmp_path / "out.jsonl", "--text-column", "body")
    assert result.exit_code == 1
    assert "4 rows: 0 scored, 4 set aside" in result.stderr


def test_a_finished_output_is_replaced_only_when_told(run: Any, archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("mine", encoding="utf-8")
    assert isinstance(run(archive, target).exception, FinishedAlready)
    assert target.read_text(encoding="utf-8") == "mine"
    assert run(archive, target, "--overwrite").exit_code == 0
    assert len(read_rows(target)) == 3


def test_going_on_with_other_options_is_refused(
    run: Any, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("framescope_model.batch.commands.score_rows", interrupt)
        stopped = run(archive, tmp_path / "out.jsonl")
    assert stopped.exit_code == 130
    assert "the same command goes on from there" in stopped.stderr
    refused = run(archive, tmp_path / "out.jsonl", "--spans").exception
    assert isinstance(refused, OtherRun)
    assert "spans was false, is true" in str(refused)
    assert run(archive, tmp_path / "out.jsonl").exit_code == 0


def test_a_full_disk_is_told_and_what_was_kept_stays(
    run: Any, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("framescope_model.batch.files.write_csv", full)
        refused = run(archive, tmp_path / "out.csv").exception
    assert isinstance(refused, BatchRefused)
    assert "No space left on device; the same command goes on behind row 4" in str(refused)
    assert "going on behind row 4" in run(archive, tmp_path / "out.csv").stderr
    assert len(read_rows(tmp_path / "out.csv")) == 3


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--features", "bias"], UnknownFeature),
        (["--columns", "doubt_score"], BatchRefused),
        (["--columns", "row"], BatchRefused),
        (["--columns", "outlet,outlet"], BatchRefused),
        (["--language", "de"], UnsupportedLanguage),
    ],
)
def test_wrong_options_are_refused_before_anything_is_written(
    run: Any, archive: Path, tmp_path: Path, arguments: list[str], error: type[Exception]
) -> None:
    assert isinstance(run(archive, tmp_path / "out.csv", *arguments).exception, error)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


def test_files_that_do_not_fit_are_refused(run: Any, archive: Path, tmp_path: Path) -> None:
    assert isinstance(run(archive, archive, "--overwrite").exception, BatchRefused)
    assert isinstance(run(archive, tmp_path / "out.xlsx").exception, BatchRefused)
    assert isinstance(run(tmp_path / "none.jsonl", tmp_path / "out.csv").exception, BatchRefused)
    assert isinstance(run(archive, tmp_path / "none" / "out.csv").exception, BatchRefused)


def test_an_address_is_refused(tiny_artifact: Path) -> None:
    result = CliRunner().invoke(batch, ["https://example.org/a.csv", "out.csv"])
    assert isinstance(result.exception, RemoteSource)


def test_parquet_without_its_extra_says_what_to_install(
    run: Any, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    refused = run(archive, tmp_path / "out.parquet").exception
    assert isinstance(refused, MissingExtra)
    assert "pip install 'framescope[batch]'" in str(refused)
    assert run(archive, tmp_path / "out.csv").exit_code == 0


class Process:
    """A run of the command in a process of its own."""

    def __init__(self, artifact: Path, source: Path, target: Path) -> None:
        code = "from framescope_model.batch.commands import batch; batch()"
        arguments = ["--artifact", str(artifact), "--threads", "1", "--columns", "n", str(source), str(target)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._state = target.with_name(target.name + ".work") / "state.json"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True, env=environment
        )

    def kill_behind(self, row: int) -> int:
        """Kill it once ``row`` rows are kept; returns the rows that were kept then."""
        deadline = time.monotonic() + START_S
        try:
            while (rows := self._rows()) < row and self._process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.002)
            self._process.send_signal(signal.SIGKILL)
        finally:
            self._process.communicate()
        assert self._process.returncode == -signal.SIGKILL, "it ended before it could be killed"
        return rows

    def finish(self) -> str:
        """Wait for its end, and return what it told."""
        told = self._process.communicate(timeout=START_S)[1]
        assert self._process.returncode == 0, told
        return told

    def _rows(self) -> int:
        try:
            rows: int = json.loads(self._state.read_text(encoding="utf-8"))["position"]["rows"]
        except FileNotFoundError:
            return 0
        return rows


@pytest.mark.parametrize(("source", "ending"), [(".jsonl", ".jsonl"), (".csv", ".parquet"), (".parquet", ".csv")])
def test_a_run_killed_twice_ends_with_one_row_an_input(
    tmp_path: Path, tiny_artifact: Path, source: str, ending: str
) -> None:
    passages = [
        {"id": f"same {n % 7}", "n": n, "text": f"Passage {n}, said the minister: the war is long."}
        for n in range(2000)
    ]
    archive = write_rows(tmp_path / f"in{source}", passages)
    target = tmp_path / f"out{ending}"
    first = Process(tiny_artifact, archive, target).kill_behind(200)
    second = Process(tiny_artifact, archive, target).kill_behind(first + 300)
    assert 200 <= first < second < 2000
    assert "going on behind row" in Process(tiny_artifact, archive, target).finish()
    found = read_rows(target)
    assert [int(row["row"]) for row in found] == list(range(1, 2001))
    assert [int(row["n"]) for row in found] == list(range(2000))
    assert [row["id"] for row in found] == [passage["id"] for passage in passages]
    assert sorted(path.name for path in tmp_path.glob("out*")) == [target.name]
