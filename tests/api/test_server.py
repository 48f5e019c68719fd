"""The service as a process on a real port: signals, disconnects, and bodies as clients send them."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from framescope_api.errors import SettingsError
from framescope_api.keys import Key, hash_key, key_line, new_key
from framescope_api.server import listen
from framescope_api.worker import DaemonWorker

PATIENCE_S = 60
"""For a machine that has other things to do; no test waits so long on an idle one."""

PROGRAM = Path(__file__).with_name("keyword_server.py")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@dataclass
class Server:
    process: subprocess.Popen[str]
    port: int
    opened: Path

    def hold(self) -> None:
        """From now on a pass over a text with SLOW does not end."""
        self.opened.unlink(missing_ok=True)

    def release(self) -> None:
        self.opened.touch()

    def post(self, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
        return httpx.post(f"{self.url}/v1/score", json=body, headers=headers, timeout=PATIENCE_S)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until(self, condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the condition was not met in time"
            assert self.process.poll() is None, "the server ended"
            time.sleep(0.02)

    def metric(self, line: str) -> float:
        for found in httpx.get(f"{self.url}/metrics", timeout=PATIENCE_S).text.splitlines():
            if found.startswith(f"{line} "):
                return float(found.split()[-1])
        return 0.0

    def log(self) -> list[dict[str, object]]:
        assert self.process.stderr is not None
        return [json.loads(line) for line in self.process.stderr.read().splitlines()]


@contextlib.contextmanager
def serving(opened: Path | str, wait: bool = True, **settings: str) -> Iterator[Server]:
    port = free_port()
    variables = {f"FRAMESCOPE_{name.upper()}": value for name, value in {"port": str(port), **settings}.items()}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", str(PROGRAM), str(opened)],
        env={**os.environ, **variables},
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server(process, port, Path(opened))
    try:
        if wait:
            server.wait_until(lambda: _status(server, "/readyz") == 200)
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE_S)
        if process.stderr is not None:
            process.stderr.close()


def _status(server: Server, path: str) -> int:
    try:
        return httpx.get(server.url + path, timeout=PATIENCE_S).status_code
    except httpx.TransportError:
        return 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server") / "opened") as server:
        yield server


def send_raw(server: Server, head: str, *parts: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
    connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n")
    for part in parts:
        connection.sendall(part)
    return connection


def status_line(connection: socket.socket) -> str:
    return connection.recv(65536).decode().splitlines()[0]


HEAD = "POST /v1/score HTTP/1.1\nHost: x\nContent-Type: application/json\n"


def test_a_slow_document_does_not_stop_liveness_nor_a_short_one(server: Server) -> None:
    server.hold()
    with ThreadPoolExecutor(1) as pool:
        slow: Future[httpx.Response] = pool.submit(server.post, {"text": "SLOW " + "x" * 30_000})
        server.wait_until(lambda: server.metric("framescope_queue_documents") == 1)
        assert _status(server, "/livez") == 200
        assert server.post({"text": "Quick."}).status_code == 200
        assert not slow.done()
        server.release()
        assert slow.result().status_code == 200


def test_a_client_that_leaves_frees_its_place_in_the_queue(server: Server) -> None:
    server.hold()
    left = 'framescope_requests_total{method="POST",route="/v1/score",status="499"}'
    before = server.metric(left)
    body = json.dumps({"documents": [{"text": "SLOW one."}] + [{"text": f"Text {i}."} for i in range(90)]}).encode()
    connection = send_raw(server, f"{HEAD}Content-Length: {len(body)}\n", body)
    server.wait_until(lambda: server.metric("framescope_queue_documents") == 91)
    connection.close()
    # The pass over SLOW is still going on.
    server.wait_until(lambda: server.metric("framescope_queue_documents") == 0)
    server.wait_until(lambda: server.metric(left) == before + 1)
    server.release()
    assert server.post({"text": "Next."}).status_code == 200


def test_a_client_that_leaves_while_sending_harms_nobody(server: Server) -> None:
    send_raw(server, f"{HEAD}Content-Length: 1000\n", b'{"text": "').close()
    assert server.post({"text": "Next."}).status_code == 200


def test_a_chunked_body_over_the_limit_is_refused_before_its_end(server: Server) -> None:
    with send_raw(server, f"{HEAD}Transfer-Encoding: chunked\n") as connection:
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(65):
            connection.sendall(chunk)
        # The last chunk was never sent.
        assert "413" in status_line(connection)


def test_a_stated_length_over_the_limit_is_refused_before_the_body(server: Server) -> None:
    with send_raw(server, f"{HEAD}Content-Length: 99999999\n") as connection:
        assert "413" in status_line(connection)


def test_a_hundred_megabytes_that_are_announced_are_not_even_asked_for(server: Server) -> None:
    head = f"{HEAD}Content-Length: 104857600\nExpect: 100-continue\n"
    with send_raw(server, head) as connection:
        assert status_line(connection).startswith("HTTP/1.1 413 ")


def test_a_head_that_does_not_end_is_cut_off(server: Server) -> None:
    def send_head(connection: socket.socket) -> None:
        connection.sendall(b"GET /livez HTTP/1.1\r\nX-Long: ")
        for _ in range(100):
            connection.sendall(b"a" * 1_000_000)

    connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
    with connection, pytest.raises((ConnectionResetError, BrokenPipeError)):
        send_head(connection)


def test_a_body_that_is_sent_too_slowly_is_refused_and_its_connection_closed(tmp_path: Path) -> None:
    with (
        serving(tmp_path / "opened", body_timeout_s="0.3") as server,
        send_raw(server, f"{HEAD}Content-Length: 100\n", b'{"text": "My') as connection,
    ):
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code": "body_timeout"' in answer


def test_a_client_that_sends_too_much_at_once_can_still_read_the_refusal(server: Server) -> None:
    response = server.post({"text": "x" * 6_000_000})
    assert (response.status_code, response.json()["code"]) == (413, "body_too_large")


def test_a_body_of_two_megabytes_is_scored(server: Server) -> None:
    sentence = "The ministers met on Tuesday in the capital and agreed on the new budget. "
    documents = [{"text": sentence * (190_000 // len(sentence))} for _ in range(11)]
    response = server.post({"documents": documents, "features": ["doubt"]})
    assert len(response.request.content) > 2_000_000
    assert (response.status_code, len(response.json()["documents"])) == (200, 11)


def test_many_clients_at_once_are_all_answered(server: Server) -> None:
    def ask(number: int) -> list[str]:
        body = {"documents": [{"id": f"d{number}", "text": f"Number {number}."}]}
        return [d["id"] for d in server.post(body).json()["documents"]]

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(ask, range(100))) == [[f"d{i}"] for i in range(100)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_request_in_flight_finish_and_ends_with_success(
    number: signal.Signals, tmp_path: Path
) -> None:
    with serving(tmp_path / "opened", shutdown_delay_s="300") as server, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(server.post, {"text": "SLOW."})
        server.wait_until(lambda: server.metric("framescope_queue_documents") == 1)
        server.process.send_signal(number)
        # First it is not ready, while its port is still open.
        server.wait_until(lambda: _status(server, "/readyz") == 503)
        assert _status(server, "/livez") == 200
        # A second signal skips the delay, and the port closes.
        server.process.terminate()
        server.wait_until(lambda: _status(server, "/readyz") == 0)
        assert not slow.done()
        server.release()
        assert slow.result().status_code == 200
        assert server.process.wait(PATIENCE_S) == 0


def test_the_service_stops_by_itself_after_the_delay(tmp_path: Path) -> None:
    with serving(tmp_path / "opened", shutdown_delay_s="0.3") as server:
        server.process.terminate()
        assert server.process.wait(PATIENCE_S) == 0


def test_a_request_that_never_ends_does_not_keep_the_service_from_stopping(tmp_path: Path) -> None:
    with serving(tmp_path / "never", shutdown_delay_s="0", shutdown_grace_s="1") as server:
        body = b'{"text": "SLOW."}'
        with send_raw(server, f"{HEAD}Content-Length: {len(body)}\n", body):
            server.wait_until(lambda: server.metric("framescope_queue_documents") == 1)
            server.process.terminate()
            assert server.process.wait(PATIENCE_S) == 0


def test_a_model_that_cannot_be_loaded_ends_the_service_with_a_reason() -> None:
    with serving("SICK", wait=False) as server:
        assert server.process.wait(PATIENCE_S) == 1
        (line,) = [line for line in server.log() if line["event"] == "model_not_loaded"]
        assert line["detail"] == "no artifact lies at nowhere"


def test_all_the_process_writes_is_json_and_no_text(tmp_path: Path) -> None:
    with serving(tmp_path / "opened", log_level="debug") as server:
        server.post({"text": "My secret."}, {"x-request-id": "r1"})
        send_raw(server, "NONSENSE\n").close()
        server.process.terminate()
        server.process.wait(PATIENCE_S)
        log = server.log()
    (line,) = [line for line in log if line.get("route") == "/v1/score"]
    assert (line["event"], line["request_id"], line["status"]) == ("request", "r1", 200)
    assert "secret" not in str(log)


def test_a_key_is_written_nowhere_by_the_process(tmp_path: Path) -> None:
    keys = {name: new_key() for name in ("desk", "unknown")}
    path = tmp_path / "keys.toml"
    path.write_text(key_line(Key("desk", hash_key(keys["desk"]))))
    with serving(tmp_path / "opened", log_level="debug", keys_file=str(path)) as server:
        statuses = [
            httpx.request(
                method,
                f"{server.url}{route}?key={key}",
                headers={"authorization": f"Bearer {key}", "x-api-key": key},
                timeout=PATIENCE_S,
            ).status_code
            for key in keys.values()
            for method, route in [("GET", "/v1/model"), ("POST", "/v1/score"), ("GET", "/none"), ("PUT", "/livez")]
        ]
        send_raw(server, f"GET /v1/model?key={keys['desk']} NONSENSE\n").close()
        send_raw(server, f"GET /v1/model?key={keys['desk']} HTTP/1.1\nHost: x\nUpgrade: websocket\n").close()
        server.process.terminate()
        server.process.wait(PATIENCE_S)
        log = server.log()
    assert statuses == [200, 422, 404, 405, 401, 401, 404, 405]
    assert [line.get("key_name") for line in log if line.get("route") == "/v1/model"][:2] == ["desk", None]
    assert not any(key in json.dumps(log) for key in keys.values())


def test_the_process_refuses_to_be_open_without_keys(tmp_path: Path) -> None:
    with serving(tmp_path / "opened", wait=False, host="0.0.0.0") as server:
        assert server.process.wait(PATIENCE_S) == 1
        assert server.process.stderr is not None
        assert "FRAMESCOPE_KEYS_FILE" in server.process.stderr.read()


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} on 127.0.0.1 is taken"):
            listen("127.0.0.1", port)


def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(SettingsError, match=r"of 192\.0\.2\.1"):
        listen("192.0.2.1", 0)


def test_a_socket_of_either_family_can_listen() -> None:
    for host in ("127.0.0.1", "localhost", "::1"):
        with (
            contextlib.suppress(SettingsError) if host == "::1" else contextlib.nullcontext(),
            listen(host, 0) as found,
        ):
            assert found.getsockname()[1] > 0


def test_no_thread_of_the_lanes_keeps_a_process_alive() -> None:
    DaemonWorker("framescope-check").close()
    assert all(t.daemon for t in threading.enumerate() if t.name.startswith("framescope-"))
