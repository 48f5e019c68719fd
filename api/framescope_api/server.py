"""Runs the application on a port until it is told to stop."""

import errno
import signal
import socket
import time
from types import FrameType

import uvicorn
from fastapi import FastAPI

from framescope_api.app import create_app
from framescope_api.engine import EngineFactory, LanguageCheck, default_engine, default_language_check
from framescope_api.errors import SettingsError
from framescope_api.exposure import check_exposure
from framescope_api.feedback.store import FeedbackStore
from framescope_api.lifecycle import Lifecycle, Phase
from framescope_api.logs import configure_logging, logger
from framescope_api.settings import Settings


class GracefulServer(uvicorn.Server):
    """Stops in three steps: not ready, then no new connections, then no more requests in flight.

    Uvicorn alone closes its port at once, so that a load balancer would learn of the end from refused connections.
    It also stops when the model cannot be loaded.
    """

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle, shutdown_delay_s: float) -> None:
        super().__init__(config)
        self._lifecycle = lifecycle
        self._shutdown_delay_s = shutdown_delay_s
        self._stop_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Begin to stop; a second signal skips the delay, a second interrupt does not wait for requests either.

        The signal is not raised again at the end, as uvicorn does, because a stop as ordered is a success.
        """
        if self._stop_at is None:
            self._lifecycle.begin_stopping()
            self._stop_at = time.monotonic() + self._shutdown_delay_s
        else:
            self.should_exit = True
            self.force_exit = self.force_exit or sig == signal.SIGINT

    async def on_tick(self, counter: int) -> bool:
        """Whether to leave the main loop, asked ten times a second."""
        if self._lifecycle.phase is Phase.FAILED or (self._stop_at is not None and time.monotonic() >= self._stop_at):
            self.should_exit = True
        return await super().on_tick(counter)


def serve_forever(
    settings: Settings,
    engine_factory: EngineFactory = default_engine,
    check_language: LanguageCheck = default_language_check,
) -> int:
    """Serve until a signal ends it; the exit status: 0 after a signal, 1 when the model could not be loaded.

    Raises:
        SettingsError: the address cannot be listened on, or must not be without keys; the keys file is unusable, or
            the feedback database can never be used as it is.
    """
    configure_logging(settings.log_level)
    app = create_app(settings, engine_factory, check_language)
    listener = listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    try:
        check_exposure(settings, host)
    except SettingsError:
        listener.close()
        raise
    logger().info("listening", url=f"http://{f'[{host}]' if ':' in host else host}:{port}")
    return _run(app, settings, listener)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address.

    Raises:
        SettingsError: the port is taken, or the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"port {port} on {host} is taken by another program; choose another with --port or FRAMESCOPE_PORT"
            ) from error
        raise SettingsError(f"cannot listen on port {port} of {host}: {error.strerror or error}") from error


def _run(app: FastAPI, settings: Settings, listener: socket.socket) -> int:
    lifecycle: Lifecycle = app.state.lifecycle
    config = uvicorn.Config(
        app,
        # Somewhat slower than httptools, but that one keeps a request's head in memory however long it is.
        http="h11",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=settings.shutdown_grace_s,
    )
    feedback: FeedbackStore = app.state.feedback
    try:
        GracefulServer(config, lifecycle, settings.shutdown_delay_s).run(sockets=[listener])
    except SystemExit:
        # Uvicorn ends so when the application did not start.
        if feedback.failure is not None:
            raise feedback.failure from None
        raise
    return 0 if lifecycle.failure is None else 1
