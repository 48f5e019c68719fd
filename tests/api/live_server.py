"""The application with the keyword engine on a real port, for clients that know no ASGI."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from keyword_engine import KeywordEngine, keyword_language

from framescope_api.app import create_app
from framescope_api.server import listen
from framescope_api.settings import Settings

PATIENCE_S = 120


@contextmanager
def live(engine: KeywordEngine | None = None, **settings: Any) -> Iterator[str]:
    """The address of a server of its own, with the given engine and settings, once it is ready."""
    app = create_app(Settings(**settings), lambda _: engine or KeywordEngine(), keyword_language)
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not server.started or app.state.lifecycle.phase != "ready":
                assert time.monotonic() < deadline, "the server did not get ready"
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)
