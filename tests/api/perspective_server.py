"""The service with the keyword engine and the real language check, as a program and as what starts it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
from keyword_engine import KeywordEngine

from framescope_api.engine import default_language_check
from framescope_api.server import serve_forever
from framescope_api.settings import load_settings

PATIENCE_S = 120
"""For a machine that has other things to do; no test waits so long on an idle one."""


@contextlib.contextmanager
def service() -> Iterator[str]:
    """Run the service; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "error", __file__],
        env={**os.environ, "FRAMESCOPE_PORT": str(port), "FRAMESCOPE_LOG_LEVEL": "error"},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not _is_ready(url):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server was not ready in time"
            time.sleep(0.1)
        yield url
    finally:
        process.kill()
        process.wait(PATIENCE_S)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=PATIENCE_S).status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    raise SystemExit(serve_forever(load_settings(), lambda _: KeywordEngine(), default_language_check))
