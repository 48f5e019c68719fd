"""The headers that every answer carries: which model answers, what a browser may do with it, and the caller's quota."""

from collections.abc import Callable, Mapping
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from framescope_api.middleware import REQUEST_ID_HEADER
from framescope_api.quotas import QuotaState, quota_headers
from framescope_model.model_info import ModelInfo

MODEL_HEADER = "Framescope-Model"

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    # A key in a query must not travel on as the address one came from.
    "Referrer-Policy": "no-referrer",
    # Enough for a page of our own whose scripts and styles are files of ours, and harmless for JSON.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # It only forbids embedding an answer unseen, as an image is; what CORS lets in is not held to it.
    "Cross-Origin-Resource-Policy": "same-origin",
    # Answers hold parts of the text and belong to one caller.
    "Cache-Control": "no-store",
}
"""Put on each answer that does not bring its own."""

EXPOSED_HEADERS = (
    REQUEST_ID_HEADER,
    MODEL_HEADER,
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
)
"""What a script of another origin may read, beside what every script may."""


class ReplyHeaders:
    """ASGI middleware; sits outside of everything, so that answers of other middleware have the headers too.

    Args:
        app: what it is put around.
        model: tells which model is loaded.
    """

    def __init__(self, app: ASGIApp, model: Callable[[], ModelInfo | None]) -> None:
        self._app = app
        self._model = model

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and put the headers on its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                self._add(MutableHeaders(scope=message), message["status"], state)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add(self, headers: MutableHeaders, status: int, state: Mapping[str, object]) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        model = self._model()
        if model is not None:
            headers[MODEL_HEADER] = model_label(model)
        # Put here and not where errors are rendered, because every contract renders its own.
        quota = state.get("quota")
        if isinstance(quota, QuotaState):
            headers.update(quota_headers(quota))
        challenge = state.get("challenge")
        if status == 401 and isinstance(challenge, str):
            headers["WWW-Authenticate"] = challenge


def model_label(model: ModelInfo) -> str:
    """``NAME/VERSION+REVISION``; what no header can hold is percent-encoded."""
    name, version, revision = (quote(part, safe="") for part in (model.name, model.version, model.revision))
    return f"{name}/{version}+{revision}"
