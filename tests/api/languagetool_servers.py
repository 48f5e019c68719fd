"""Servers for the tests of the contract: one that plays LanguageTool, and ours as a program."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx

PATIENCE_S = 120
"""For a machine that has other things to do; no test waits so long on an idle one."""

PROGRAM = Path(__file__).with_name("keyword_server.py")

Form = dict[str, str]


def spelling_match(offset: int, length: int, **more: Any) -> dict[str, Any]:
    """A match as LanguageTool sends it."""
    return {
        "message": "Possible spelling mistake found.",
        "shortMessage": "Spelling mistake",
        "replacements": [{"value": "ministry", "shortDescription": "a department"}],
        "offset": offset,
        "length": length,
        "context": {"text": "The minstry", "offset": 4, "length": length},
        "sentence": "The minstry",
        "type": {"typeName": "UnknownWord"},
        "rule": {
            "id": "MORFOLOGIK_RULE_EN_US",
            "description": "Possible spelling mistake",
            "issueType": "misspelling",
            "category": {"id": "TYPOS", "name": "Possible Typo"},
            "isPremium": False,
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
        **more,
    }


def check_body(*matches: Any, code: str = "en-US", **more: Any) -> dict[str, Any]:
    """An answer to a check as LanguageTool sends it."""
    return {
        "software": {"name": "LanguageTool", "version": "6.4", "buildDate": None, "apiVersion": 1, "premium": False},
        "warnings": {"incompleteResults": False},
        "language": {
            "name": code,
            "code": code,
            "detectedLanguage": {"name": code, "code": code, "confidence": 0.99, "source": "ngram"},
        },
        "matches": list(matches),
        "sentenceRanges": [[0, 4]],
        **more,
    }


LANGUAGES = [
    {"name": "English (US)", "code": "en", "longCode": "en-US"},
    {"name": "German (Germany)", "code": "de", "longCode": "de-DE"},
]


def answering(*matches: Any, **more: Any) -> Callable[[Form], tuple[int, bytes]]:
    """A server that finds ``matches`` in every text."""
    return lambda form: (200, json.dumps(check_body(*matches, **more)).encode())


@dataclass
class UpstreamServer:
    """Plays LanguageTool. ``check`` makes the answer to a form; ``delay_s`` passes before it begins to go out."""

    port: int
    check: Callable[[Form], tuple[int, bytes]] = field(default_factory=answering)
    delay_s: float = 0.0
    asked: list[tuple[str, Form]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str, form: Form) -> tuple[int, bytes]:
        self.asked.append((path, form))
        # Ends with the test, so that a slow answer holds nobody up.
        self.stopped.wait(self.delay_s)
        if path == "/v2/languages":
            return 200, json.dumps(LANGUAGES).encode()
        return self.check(form)

    @classmethod
    @contextlib.contextmanager
    def running(cls) -> Iterator["UpstreamServer"]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        upstream = cls(server.server_address[1])
        server.upstream = upstream  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield upstream
        finally:
            upstream.stopped.set()
            server.shutdown()
            server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer({name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def _answer(self, form: Form) -> None:
        status, body = self.server.upstream.answer(self.path, form)  # type: ignore[attr-defined]
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextlib.contextmanager
def service(folder: Path, **settings: str) -> Iterator[str]:
    """The address of our server with the keyword engine, in a process of its own."""
    port = free_port()
    variables = {f"FRAMESCOPE_{name.upper()}": value for name, value in {"port": str(port), **settings}.items()}
    command = [sys.executable, "-W", "error", str(PROGRAM), str(folder / "opened")]
    url = f"http://127.0.0.1:{port}"
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, env={**os.environ, **variables}, stderr=log) as process,
    ):
        try:
            _wait_until_healthy(url, process, folder / "log")
            yield url
        finally:
            process.kill()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/v2/healthcheck", timeout=PATIENCE_S).text == "OK":
                return
        time.sleep(0.1)
    raise AssertionError(f"the service did not get ready:\n{log.read_text()}")
