"""A Redis server of a test's own: Debian's ``redis-server`` on a free port, with a folder of its own."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest
import redis

PATIENCE_S = 120

# Where all tests have to run, the binary has to be there.
needs_redis = pytest.mark.skipif(
    shutil.which("redis-server") is None and not os.environ.get("CI"),
    reason="no redis-server in the path; apt-get install redis-server",
)


class RedisServer:
    """Keeps what it holds over a stop and a start, as an append-only file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.client = redis.Redis(port=self.port, socket_timeout=PATIENCE_S)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self._folder, "save": "", "appendonly": "yes"}
        command = ["redis-server", *(str(part) for name, value in options.items() for part in (f"--{name}", value))]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.client.ping()
            except redis.RedisError:
                assert self._process.poll() is None, "redis-server ended"
                assert time.monotonic() < deadline, "redis-server did not answer in time"
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)
            self._process = None
        self.client.close()
