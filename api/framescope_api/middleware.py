"""Around each request: its id, its line in the log, its metrics, and the last resort for unexpected errors."""

import re
import time
import uuid
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from framescope_api.logs import describe_error, logger
from framescope_api.metrics import Metrics
from framescope_api.problems import problem_response

REQUEST_ID_HEADER = "X-Request-ID"
UNMATCHED_ROUTE = "unmatched"

_USABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})


class Observed:
    """ASGI middleware; sits outside everything that may fail."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        exchange = _Exchange(send, request_id)
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, exchange.send)
            except Exception as error:
                logger().error("request_failed", **describe_error(error))
                await _answer_failure(error, exchange, scope, receive, request_id)
            finally:
                self._finish(scope, exchange)

    def _finish(self, scope: Scope, exchange: "_Exchange") -> None:
        seconds = time.perf_counter() - exchange.started
        route = route_template(scope)
        self._metrics.request_finished(scope["method"], route, exchange.status, seconds)
        log = logger().debug if route in _PROBES and exchange.status < 400 else logger().info
        key_name = scope["state"].get("key_name")
        # The path is left out: for an unknown one it is whatever the client wrote. So is the query: it may hold a key.
        log(
            "request",
            method=scope["method"],
            route=route,
            status=exchange.status,
            duration_ms=round(seconds * 1000, 1),
            **({} if key_name is None else {"key_name": key_name}),
        )


class _Exchange:
    """One answer on its way out, with the request id put among its headers."""

    def __init__(self, send: Send, request_id: str) -> None:
        self.status = 0
        self.started = time.perf_counter()
        self._send = send
        self._request_id = request_id

    async def send(self, message: Message) -> None:
        """Pass a message of the answer on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[REQUEST_ID_HEADER] = self._request_id
        await self._send(message)


def route_template(scope: MutableMapping[str, Any]) -> str:
    """The template of the path that the request was routed to, such as ``/v1/score``."""
    path = getattr(scope.get("route"), "path", None)
    if path is None and "endpoint" in scope:
        # The framework's own route to /openapi.json does not name itself; its path has no variable part.
        path = scope["path"]
    return path if isinstance(path, str) else UNMATCHED_ROUTE


async def _answer_failure(
    error: Exception, exchange: _Exchange, scope: Scope, receive: Receive, request_id: str
) -> None:
    if exchange.status:
        # Part of the answer is out; ending the connection is all that is left to tell the client.
        raise RuntimeError("an answer broke off") from None
    await problem_response(error, request_id)(scope, receive, exchange.send)


def _request_id(scope: Scope) -> str:
    """The client's id if it is short and harmless in a log, else a new one."""
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _USABLE_ID.fullmatch(given) else uuid.uuid4().hex
