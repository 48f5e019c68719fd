"""Sends the parts of a batch through the application's own routes, so that each is answered as it would be alone."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from framescope_api.contracts.perspective.batch import InnerAnswer, InnerRequest, Part, inherited, read_request
from framescope_api.contracts.perspective.discovery import ANALYZE_PATH, DISCOVERY_PATH, SUGGEST_PATH
from framescope_api.contracts.perspective.error_answers import error_response
from framescope_api.errors import MethodNotAllowed, UnknownPath

SERVED_PATHS = frozenset({ANALYZE_PATH, SUGGEST_PATH, DISCOVERY_PATH})
"""A batch is of one API; the other routes stream, probe or hold batches of their own."""

_PER_ROUTE = ("route", "endpoint", "path_params", "router")

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]


async def answer_part(batch: Request, part: Part) -> InnerAnswer:
    """The answer to one part of ``batch``; an error is its answer, too."""
    collected = _Collected()
    try:
        request = read_request(part.content)
        if request.path not in SERVED_PATHS:
            raise UnknownPath(f"A batch can hold requests for {', '.join(sorted(SERVED_PATHS))}.")
        await batch.app.router(_scope(batch, request), _Body(request.body), collected.send)
    except HTTPException:
        # The router has no other: it refuses a method.
        return await _rendered(MethodNotAllowed(f"{request.method} is not served at this path"))
    except Exception as error:
        return await _rendered(error)
    return collected.answer()


async def _rendered(error: Exception) -> InnerAnswer:
    response: Response = error_response(error)
    return InnerAnswer(response.status_code, tuple(response.raw_headers), bytes(response.body))


def _scope(batch: Request, request: InnerRequest) -> dict[str, Any]:
    kept = {name: value for name, value in batch.scope.items() if name not in _PER_ROUTE}
    return {
        **kept,
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query,
        "headers": inherited(batch.scope["headers"], request.headers),
        # Each has its own, since what is noted there of its caller belongs to it alone.
        "state": dict(batch.scope.get("state", {})),
    }


class _Body:
    """What a part's route receives: its body, and then nothing, since the batch watches for the client's leaving."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body

    async def __call__(self) -> Message:
        if self._body is None:
            await asyncio.Event().wait()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Collected:
    """What a part's route sends."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: tuple[tuple[bytes, bytes], ...] = ()
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], tuple(message["headers"])
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")

    def answer(self) -> InnerAnswer:
        return InnerAnswer(self._status, self._headers, bytes(self._body))
