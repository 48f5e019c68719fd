"""The worker as a process at a real Redis: what it answers, and that nothing is lost or doubled when things die."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from redis_server import RedisServer, needs_redis

pytestmark = needs_redis

PATIENCE_S = 180
"""For a machine that has other things to do; no test waits so long on an idle one."""

PROGRAM = Path(__file__).parents[1] / "queue_worker.py"
REVIEW = json.dumps([{"feature": "unattributed_superlative", "threshold": 0.9, "route": "review"}])
ITEMS, RESULTS, DEAD, GROUP = "framescope:items", "framescope:results", "framescope:dead", "framescope"


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition was not met in time"
        time.sleep(0.02)


@dataclass
class Worker:
    pid: int
    folder: Path

    @property
    def running(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """The exit status after the signal."""
        self.send(number)
        return self.wait()

    def wait(self) -> int:
        wait_until(lambda: not self.running)
        return int((self.folder / "status").read_text())


Start = Callable[[Path, dict[str, str]], Worker]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Starts a worker in a folder, with the settings given."""
    command = [sys.executable, "-W", "error", str(PROGRAM)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None

        def start(folder: Path, settings: dict[str, str]) -> Worker:
            environment = {f"FRAMESCOPE_{name.upper()}": value for name, value in settings.items()}
            program.stdin.write(json.dumps({"folder": str(folder), "environment": environment}) + "\n")
            program.stdin.flush()
            return Worker(int(program.stdout.readline()), folder)

        yield start
        program.stdin.close()


@dataclass
class Queue:
    server: RedisServer
    folder: Path
    starter: Start

    def put(self, item: dict[str, Any] | bytes, **fields: bytes) -> str:
        body = item if isinstance(item, bytes) else json.dumps(item).encode()
        entry: bytes = self.server.client.xadd(ITEMS, {"item": body, **fields})
        return entry.decode()

    def results(self) -> list[dict[str, Any]]:
        return [json.loads(fields[b"result"]) for _, fields in self.server.client.xrange(RESULTS)]

    def dead(self) -> list[dict[bytes, bytes]]:
        return [fields for _, fields in self.server.client.xrange(DEAD)]

    def left(self) -> int:
        return self.server.client.xlen(ITEMS)

    def pending(self) -> int:
        return self.server.client.xpending(ITEMS, GROUP)["pending"]

    def until_empty(self) -> None:
        wait_until(lambda: self.left() == 0)

    def start(self, **settings: str) -> Worker:
        return self.starter(self.folder, {"work_redis_url": self.server.url, "work_policy": REVIEW, **settings})

    @contextlib.contextmanager
    def working(self, **settings: str) -> Iterator[Worker]:
        worker = self.start(**settings)
        try:
            yield worker
        finally:
            with contextlib.suppress(ProcessLookupError):
                worker.send(signal.SIGKILL)
            wait_until(lambda: not worker.running)

    def logged(self, event: str) -> bool:
        log = self.folder / "log"
        return log.exists() and f'"event": "{event}"' in log.read_text()

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]


@pytest.fixture
def queue(tmp_path: Path, start: Start) -> Iterator[Queue]:
    server = RedisServer(tmp_path)
    server.start()
    try:
        yield Queue(server, tmp_path, start)
    finally:
        server.stop()


def test_items_are_scored_in_order_and_routed_even_those_that_were_there_before_the_first_worker(queue: Queue) -> None:
    for number in range(5):
        text = "It is the worst ever." if number % 2 else "The council met."
        queue.put({"id": f"i{number}", "text": text, "context": {"n": number}, "features": ["doubt"]})
    with queue.working(work_in_flight="1"):
        queue.until_empty()
    assert [result["id"] for result in queue.results()] == ["i0", "i1", "i2", "i3", "i4"]
    assert [result["context"] for result in queue.results()] == [{"n": number} for number in range(5)]
    assert [result["routing"]["route"] for result in queue.results()] == ["pass", "review", "pass", "review", "pass"]
    assert queue.pending() == 0
    assert queue.dead() == []


def test_items_in_flight_share_passes_and_no_more_are_in_flight_than_was_set(queue: Queue) -> None:
    for number in range(40):
        queue.put({"id": f"i{number}", "text": f"SLOW {number}."})
    with queue.working(work_in_flight="8", max_wait_ms="200"):
        wait_until((queue.folder / "passes").exists)
        wait_until(lambda: queue.pending() >= 8)
        time.sleep(0.5)
        # Of those that are read but wait for a turn there are very few.
        assert queue.pending() <= 8 + 3
        (queue.folder / "opened").touch()
        queue.until_empty()
    sizes = [int(size) for size in (queue.folder / "passes").read_text().split()]
    assert sum(sizes) == 40
    assert 1 < max(sizes) <= 8


def test_what_cannot_be_scored_becomes_a_dead_letter_at_once_with_its_bytes_and_the_reason(queue: Queue) -> None:
    bad = {
        b"\xff{": b"malformed_json",
        b'{"text": "No id."}': b"invalid_request",
        b'{"id": "x"}': b"invalid_request",
        b'{"id": "x", "documents": [{"text": "One."}]}': b"invalid_request",
        b'{"id": "x", "text": "\\ud800"}': b"lone_surrogate",
        b'{"id": "x", "text": " "}': b"empty_text",
        b'{"id": "x", "text": "Une phrase.", "language": "fr"}': b"unsupported_language",
        b'{"id": "x", "text": "One.", "features": ["charm"]}': b"unknown_feature",
        json.dumps({"id": "x", "text": "y" * 600}).encode(): b"text_too_long",
        json.dumps({"id": "x", "text": "y" * 2000}).encode(): b"body_too_large",
        b"": b"empty_body",
    }
    entries = [queue.put(body, trace=b"\x00\xff") for body in bad]
    queue.server.client.xadd(ITEMS, {b"\xfe": b"\xff"})
    with queue.working(work_in_flight="1", max_document_length="500", max_body_bytes="1024"):
        queue.until_empty()
    *dead, foreign = queue.dead()
    assert {fields[b"item"]: fields[b"error_code"] for fields in dead} == bad
    assert [fields[b"error_entry"].decode() for fields in dead] == entries
    assert {fields[b"trace"] for fields in dead} == {b"\x00\xff"}
    assert (foreign[b"\xfe"], foreign[b"error_code"]) == (b"\xff", b"empty_body")
    assert queue.results() == []


def test_a_failure_of_the_scorer_is_tried_again_until_it_heals(queue: Queue) -> None:
    queue.put({"id": "a", "text": "FAILS for a while."})
    with queue.working(work_retry_delay_s="0.05", work_max_attempts="100"):
        wait_until(lambda: queue.logged("item_retried"))
        assert queue.pending() == 1
        (queue.folder / "healed").touch()
        queue.until_empty()
    assert [result["id"] for result in queue.results()] == ["a"]


def test_an_item_on_which_the_scorer_fails_too_often_becomes_a_dead_letter_and_harms_no_other(queue: Queue) -> None:
    queue.put({"id": "a", "text": "FAILS for ever."})
    queue.put({"id": "b", "text": "Fine."})
    with queue.working(work_retry_delay_s="0.05", work_max_attempts="3"):
        queue.until_empty()
    (dead,) = queue.dead()
    assert (dead[b"error_code"], dead[b"error_attempts"]) == (b"internal_error", b"3")
    assert b"FAILS" not in dead[b"error_detail"]
    assert [result["id"] for result in queue.results()] == ["b"]


def test_an_item_that_ends_each_worker_becomes_a_dead_letter_in_the_end(queue: Queue) -> None:
    queue.put({"id": "a", "text": "DEADLY."})
    # In flight with it when the first worker ends, and not at fault.
    queue.put({"id": "b", "text": "Fine."})
    for _ in range(8):
        with queue.working(work_max_deliveries="3", work_claim_idle_s="0.2") as worker:
            wait_until(lambda worker=worker: not worker.running or queue.left() == 0)
        if not queue.left():
            break
    (dead,) = queue.dead()
    assert (dead[b"error_code"], dead[b"item"]) == (b"delivered_too_often", b'{"id": "a", "text": "DEADLY."}')
    assert [result["id"] for result in queue.results()] == ["b"]


def test_the_same_item_sent_twice_is_answered_once_and_an_edited_one_again(queue: Queue) -> None:
    for text in ("One.", "One.", "One, edited."):
        queue.put({"id": "a", "text": text})
    with queue.working(work_in_flight="1"):
        queue.until_empty()
    assert len(queue.results()) == 2
    (key,) = queue.server.client.keys("framescope:results:seen:*")[:1]
    assert 0 < queue.server.client.ttl(key) <= 86_400


def test_without_a_time_to_remember_the_same_item_is_answered_each_time(queue: Queue) -> None:
    for _ in range(2):
        queue.put({"id": "a", "text": "One."})
    with queue.working(work_seen_s="0"):
        queue.until_empty()
    assert len(queue.results()) == 2
    assert queue.server.client.keys("framescope:results:*") == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_what_is_in_flight_finish_takes_nothing_more_and_leaves_the_group(
    queue: Queue, number: signal.Signals
) -> None:
    for index in range(10):
        queue.put({"id": f"i{index}", "text": "SLOW."})
    with queue.working(work_in_flight="2") as worker:
        wait_until(lambda: (queue.folder / "passes").exists() and queue.pending() >= 2)
        worker.send(number)
        wait_until(lambda: queue.logged("stopping"))
        (queue.folder / "opened").touch()
        assert worker.wait() == 0
    done = len(queue.results())
    assert 2 <= done < 10
    assert queue.left() == 10 - done
    # What it had read but not begun, another can claim at once and need not wait for a minute.
    left = queue.server.client.xpending_range(ITEMS, GROUP, "-", "+", 10)
    assert all(entry["time_since_delivered"] >= 60_000 for entry in left)
    with queue.working():
        queue.until_empty()
    assert Counter(result["id"] for result in queue.results()) == Counter(f"i{index}" for index in range(10))


def test_an_item_that_waits_for_its_next_attempt_is_left_to_another_worker(queue: Queue) -> None:
    queue.put({"id": "a", "text": "FAILS for now."})
    with queue.working(work_retry_delay_s="300") as worker:
        wait_until(lambda: queue.logged("item_retried"))
        assert worker.end() == 0
    assert queue.pending() == 1
    (queue.folder / "healed").touch()
    with queue.working():
        queue.until_empty()
    assert [result["id"] for result in queue.results()] == ["a"]


def test_what_takes_longer_than_the_idle_time_is_not_taken_away(queue: Queue) -> None:
    queue.put({"id": "a", "text": "SLOW."})
    with queue.working(work_claim_idle_s="1"):
        wait_until((queue.folder / "passes").exists)
        other = Queue(queue.server, queue.folder / "other", queue.starter)
        other.folder.mkdir()
        with other.working(work_claim_idle_s="1"):
            wait_until(lambda: other.logged("working"))
            time.sleep(3)
            assert not (other.folder / "passes").exists()
            (held,) = queue.server.client.xpending_range(ITEMS, GROUP, "-", "+", 10)
            assert held["times_delivered"] == 1
            (queue.folder / "opened").touch()
            queue.until_empty()
    assert len(queue.results()) == 1


def test_redis_may_go_away_and_come_back_and_nothing_is_lost(queue: Queue) -> None:
    for index in range(4):
        queue.put({"id": f"i{index}", "text": "SLOW."})
    with queue.working(work_in_flight="2", work_claim_idle_s="1") as worker:
        wait_until(lambda: (queue.folder / "passes").exists() and queue.pending() >= 2)
        queue.server.stop()
        # Two are scored while there is nobody to tell.
        (queue.folder / "opened").touch()
        wait_until(lambda: queue.logged("publish_failed"))
        assert worker.running
        queue.server.start()
        queue.put({"id": "later", "text": "Fine."})
        queue.until_empty()
    assert Counter(result["id"] for result in queue.results()) == Counter(["i0", "i1", "i2", "i3", "later"])


def test_a_worker_waits_for_a_redis_that_is_not_there_yet_and_for_one_that_lost_the_group(queue: Queue) -> None:
    queue.server.stop()
    with queue.working() as worker:
        wait_until(lambda: queue.logged("redis_unreachable"))
        queue.server.start()
        queue.put({"id": "a", "text": "One."})
        queue.until_empty()
        queue.server.client.flushall()
        queue.put({"id": "b", "text": "Two."})
        queue.until_empty()
        assert worker.running
    assert [result["id"] for result in queue.results()] == ["b"]


def test_the_metrics_tell_the_backlog_its_age_and_what_became_of_items(queue: Queue) -> None:
    queue.put({"id": "a", "text": "It is the worst ever."})
    queue.put(b"{}")
    for index in range(3):
        queue.put({"id": f"s{index}", "text": "SLOW."})

    def metrics() -> dict[str, float]:
        (url,) = [line["url"] for line in queue.log() if line["event"] == "metrics"]
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            lines = [line for line in answer.read().decode().splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    settings = {"work_metrics_port": "0", "work_claim_idle_s": "1", "work_in_flight": "1"}
    with queue.working(**settings):
        wait_until(lambda: queue.left() == 3 and metrics()["framescope_work_backlog"] == 3)
        told = metrics()
        (queue.folder / "opened").touch()
        queue.until_empty()
        wait_until(lambda: metrics()["framescope_work_backlog"] == 0)
        assert metrics()["framescope_work_oldest_seconds"] == 0
    assert told["framescope_work_oldest_seconds"] > 0
    assert told["framescope_work_in_flight"] == 1
    assert told['framescope_work_items_total{outcome="scored"}'] == 1
    assert told['framescope_work_items_total{outcome="dead"}'] == 1
    assert told['framescope_work_routes_total{route="review"}'] == 1
    assert told['framescope_work_dead_letters_total{code="invalid_request"}'] == 1
    assert told['framescope_documents_total{outcome="scored"}'] == 1


def test_the_log_is_json_lines_and_holds_no_text(queue: Queue) -> None:
    queue.put({"id": "a", "text": "FAILS with my secret."})
    queue.put({"id": "b", "text": "My secret."})
    queue.put(b'{"id": "c", "text": "My secret."')
    with queue.working(log_level="debug", work_retry_delay_s="0.05", work_max_attempts="2") as worker:
        queue.until_empty()
        worker.end()
    assert {"working", "item_retried", "item_dead", "item_finished", "stopping"} <= {
        line["event"] for line in queue.log()
    }
    assert "secret" not in str(queue.log())


@pytest.mark.skipif(shutil.which("redis-cli") is None and not os.environ.get("CI"), reason="no redis-cli in the path")
def test_what_the_page_tells_to_type_does_what_it_says(queue: Queue) -> None:
    page = (Path(__file__).parents[3] / "docs" / "queue.md").read_text(encoding="utf-8")
    policy = re.search(r"FRAMESCOPE_WORK_POLICY='(.*?)'", page)
    assert policy
    shown = []
    with queue.working(work_policy=policy[1]):
        for line in re.findall(r"^redis-cli .*", page, re.MULTILINE):
            command = line.replace("redis-cli", f"redis-cli -p {queue.server.port}", 1)
            done = subprocess.run(
                ["sh", "-c", command], stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_S
            )
            shown.append(done.stdout)
            queue.until_empty()
    first, second, results, third, dead, group, read = shown
    assert all(entry.strip().endswith("-0") for entry in (first, second, third))
    assert [result["routing"]["route"] for result in queue.results()] == ["review", "pass"]
    assert queue.results()[0]["context"] == {"thread": 7}
    assert '"thread": 7' in results.replace("\\", "")
    assert "invalid_request" in dead
    assert group.strip() == "OK"
    assert "a1" in read


def test_a_model_that_cannot_be_loaded_ends_the_worker_with_a_reason(queue: Queue) -> None:
    (queue.folder / "sick").touch()
    with queue.working() as worker:
        assert worker.wait() == 1
    (line,) = [line for line in queue.log() if line["event"] == "model_not_loaded"]
    assert line["detail"] == "no artifact lies at nowhere"


def test_of_a_thousand_items_none_is_lost_or_doubled_when_the_worker_is_killed_twenty_times(queue: Queue) -> None:
    moments = random.Random(20)
    wanted = Counter(f"i{number}" for number in range(1000))
    with queue.server.client.pipeline() as pipe:
        for name in wanted:
            pipe.xadd(
                ITEMS, {"item": json.dumps({"id": name, "text": f"The worst ever, says {name}.", "spans": False})}
            )
        pipe.execute()
    # Kills are told by what has come out, not by the clock, so that each strikes a worker that is at work.
    marks = sorted(moments.sample(range(1, 980), 20))
    killed = []
    in_hand = 0
    settings = {"work_claim_idle_s": "0.2", "work_max_deliveries": "1000", "work_in_flight": "16"}
    for mark in marks:
        with queue.working(**settings) as worker:
            wait_until(lambda mark=mark: queue.server.client.xlen(RESULTS) >= mark)
            time.sleep(moments.uniform(0, 0.01))
            worker.send(signal.SIGKILL)
        killed.append(queue.left())
        in_hand += queue.pending()
    with queue.working(**settings):
        queue.until_empty()
    # Each kill found a queue and many found items in hand, or it would prove nothing.
    assert min(killed) > 0
    assert in_hand > 100
    assert len(set(killed)) > 10
    assert Counter(result["id"] for result in queue.results()) == wanted
    assert queue.dead() == []
    assert queue.pending() == 0
