"""Bounds the bodies of requests, whoever reads them."""

import asyncio
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from framescope_api.errors import BodyTimeout, BodyTooLarge


class BoundedBodies:
    """ASGI middleware: a body that is too large or too slow raises where it is read.

    ``read_body`` has a limit of its own, which may be lower; this one also holds for a reader that has none.

    Args:
        app: what it is put around.
        max_bytes: the largest body.
        timeout_s: how long a body may take from its first part being asked for to its end.
        max_bytes_of: the largest body at paths with a limit of their own.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int, timeout_s: float, max_bytes_of: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._max_bytes_of = max_bytes_of or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body bounded."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        max_bytes = self._max_bytes_of.get(scope["path"], self._max_bytes)
        upload = _Upload(receive, send, max_bytes, self._timeout_s)
        await self._app(scope, upload.receive, upload.send)


class _Upload:
    def __init__(self, receive: Receive, send: Send, max_bytes: int, timeout_s: float) -> None:
        self._receive = receive
        self._send = send
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._length = 0
        self._deadline: float | None = None
        self._complete = False
        self._timed_out = False

    async def receive(self) -> Message:
        # What comes after the body is the client's leaving, for which one waits as long as the work takes.
        message = await (self._receive() if self._complete else self._next_part())
        if message["type"] == "http.request":
            self._length += len(message.get("body", b""))
            if self._length > self._max_bytes:
                raise BodyTooLarge(f"the body has more than {self._max_bytes} bytes")
        self._complete = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if self._timed_out and message["type"] == "http.response.start":
            # RFC 9110, section 15.5.9: the rest of the body is waited for no longer.
            MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)

    async def _next_part(self) -> Message:
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + self._timeout_s
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            self._timed_out = True
            raise BodyTimeout(f"the body did not arrive within {self._timeout_s:g} seconds") from None
