"""The service as a process: what reaches the disk and the log, and what a full disk does to scoring."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from postgresql_server import PostgresqlServer
from sqlalchemy import text

from framescope_api.feedback.database import Database
from framescope_api.feedback.migrating import migrate

PATIENCE_S = 120
PROGRAM = Path(__file__).parents[1] / "keyword_server.py"
MARKER = "zugzwang"
"""A word that stands in every text that is sent."""
SENTENCE = f"It is the worst ever {MARKER}."
BODY: dict[str, Any] = {
    "text": SENTENCE,
    "context": {"text": f"Once more: {SENTENCE}", "start": 11, "end": 11 + len(SENTENCE)},
    "labels": {"unattributed_superlative": True},
    "note": f"Says {MARKER}.",
}


@dataclass
class Service:
    url: str
    log: Path
    status: int | None = field(default=None)

    def post(self, path: str, body: object) -> httpx.Response:
        return httpx.post(f"{self.url}{path}", json=body, timeout=PATIENCE_S)


@contextmanager
def serving(folder: Path, before: Sequence[str] = (), **settings: str) -> Iterator[Service]:
    """The server as a process that logs all it can, and is stopped at the end."""
    log = folder / "log"
    environ = {f"FRAMESCOPE_{name.upper()}": value for name, value in settings.items()}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*before, sys.executable, str(PROGRAM), str(folder / "gate")],
            env={**os.environ, "FRAMESCOPE_PORT": "0", "FRAMESCOPE_LOG_LEVEL": "debug", **environ},
            stderr=errors,
        )
        try:
            yield Service(_wait_for_url(process, log), log)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _wait_for_url(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        events = [json.loads(line) for line in log.read_text().splitlines() if line.endswith("}")]
        urls = [event["url"] for event in events if event["event"] == "listening"]
        if urls and any(event["event"] == "model_loaded" for event in events):
            return str(urls[0])
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def holding(folder: Path, marker: str = MARKER) -> set[str]:
    """The names of the files in ``folder`` that hold the marker."""
    return {path.name for path in folder.rglob("*") if path.is_file() and marker.encode() in path.read_bytes()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "database"
    made.mkdir()
    return made


def test_the_search_finds_what_was_stored_and_the_log_is_still_clean(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path, feedback_database=f"sqlite:///{folder}/f.db") as service:
        assert service.post("/v1/feedback", BODY).status_code == 201
        assert holding(folder) != set()
    assert holding(tmp_path) == {"f.db"}


@pytest.mark.parametrize(
    ("settings", "change"),
    [({"store_text": "false"}, {}), ({}, {"do_not_store": True}), ({"feedback_database": ""}, {})],
)
def test_nothing_of_a_text_reaches_the_disk_or_the_log_where_storing_is_off(
    tmp_path: Path, folder: Path, settings: dict[str, str], change: dict[str, object]
) -> None:
    with serving(tmp_path, **({"feedback_database": f"sqlite:///{folder}/f.db"} | settings)) as service:
        assert service.post("/v1/feedback", BODY | change).status_code == 200
        assert service.post("/v1/feedback", BODY | change | {"spans": [{MARKER: MARKER}]}).status_code == 422
        assert service.post("/v1/score", {"text": SENTENCE}).status_code == 200
        # While it runs, the write-ahead log is there too.
        assert holding(tmp_path) == set()
    assert holding(tmp_path) == set()


def test_a_deleted_text_is_gone_from_all_files(tmp_path: Path, folder: Path) -> None:
    with serving(tmp_path, feedback_database=f"sqlite:///{folder}/f.db") as service:
        # Long enough for pages of its own.
        long = " ".join([SENTENCE] * 500)
        kept = service.post("/v1/feedback", {"text": long, "labels": {"doubt": True}, "note": MARKER})
        assert holding(folder) != set()
        token = {"Framescope-Deletion-Token": kept.json()["deletion_token"]}
        path = kept.headers["location"]
        assert httpx.delete(f"{service.url}{path}", headers=token, timeout=PATIENCE_S).status_code == 204
        assert holding(folder) == set()
        assert holding(folder, kept.json()["deletion_token"]) == set()


def test_nothing_of_a_text_reaches_postgresql_or_its_log_where_storing_is_off(
    tmp_path: Path, postgresql: PostgresqlServer
) -> None:
    url = postgresql.new_database()
    database = Database(url)
    migrate(database)
    with serving(tmp_path, feedback_database=url) as service:
        assert service.post("/v1/feedback", BODY | {"do_not_store": True}).status_code == 200
        assert holding(postgresql.folder) == set()
        assert service.post("/v1/feedback", BODY).status_code == 201
        assert holding(postgresql.folder) != set()
        # A statement that fails is logged by the server, but not with what was to be stored.
        with database.writing() as connection:
            connection.execute(text("DROP TABLE framescope_feedback"))
        assert service.post("/v1/feedback", BODY).status_code == 503
    database.close()
    assert "framescope_feedback" in postgresql.log.read_text()
    assert MARKER not in postgresql.log.read_text()
    assert holding(tmp_path) == set()


def test_on_a_full_disk_feedback_is_refused_and_scoring_goes_on(tmp_path: Path, folder: Path) -> None:
    # In blocks of 512 bytes.
    no_file_over_150_kb = ("sh", "-c", 'ulimit -f 300; exec "$@"', "sh")
    with serving(tmp_path, no_file_over_150_kb, feedback_database=f"sqlite:///{folder}/f.db") as service:
        assert service.post("/v1/feedback", BODY).status_code == 201
        refused = service.post("/v1/feedback", BODY | {"text": SENTENCE * 5000, "context": None})
        assert (refused.status_code, refused.json()["code"]) == (503, "feedback_unavailable")
        assert refused.headers["retry-after"] == "60"
        assert service.post("/v1/score", {"text": SENTENCE}).json()["documents"][0]["spans"]
        assert service.post("/v1/feedback", BODY).status_code == 201
        metrics = httpx.get(f"{service.url}/metrics", timeout=PATIENCE_S).text
    assert 'framescope_feedback_total{origin="native",outcome="failed"} 1.0' in metrics
    (failure,) = [
        event for event in map(json.loads, service.log.read_text().splitlines()) if event["event"] == "feedback_failed"
    ]
    assert failure["error"] == "OperationalError"
    assert failure["code"] in {"SQLITE_FULL", "SQLITE_IOERR_WRITE"}
    assert MARKER not in service.log.read_text()


def test_a_database_that_can_never_be_used_ends_the_service_with_a_plain_message(
    tmp_path: Path, postgresql_url: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from framescope_api.commands import serve; serve()"],
        env={**os.environ, "FRAMESCOPE_PORT": "0", "FRAMESCOPE_FEEDBACK_DATABASE": postgresql_url},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: the feedback database has no tables yet")
    assert "framescope feedback migrate" in done.stderr.splitlines()[-1]
