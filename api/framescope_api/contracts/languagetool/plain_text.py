"""The contract's error form: a status and a line of plain text."""

from typing import Any

from starlette.responses import PlainTextResponse, Response

from framescope_api.problems import CLIENT_LEFT_STATUS, printable, problem_response, public

CONTRACT_STATUSES = {400, 403, 404, 413, 500, 503}
STATUS_INSTEAD = {401: 403, 429: 503, CLIENT_LEFT_STATUS: CLIENT_LEFT_STATUS}
"""LanguageTool answers 503 when too many requests wait."""

DESCRIPTIONS = {
    400: "The request cannot be understood, or the text is in a language that is not checked here.",
    403: "The key that was sent, or its absence, does not let the client in.",
    413: "The text or the body is too long.",
    500: "The service failed; its log tells more.",
    503: "The model is not loaded, or too many texts are waiting; try again later.",
}


def contract_status(native: int) -> int:
    """The status that the contract has for an error whose status in the native contract is ``native``."""
    return native if native in CONTRACT_STATUSES else STATUS_INSTEAD.get(native, 400)


def error_response(error: Exception) -> Response:
    """The answer that tells a client of ``error``, with ``Retry-After`` where trying again makes sense."""
    native = problem_response(error)
    return PlainTextResponse(
        printable(f"Error: {public(error)}"),
        status_code=contract_status(native.status_code),
        headers={name: value for name, value in native.headers.items() if name == "retry-after"},
    )


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of a route that may answer with ``statuses``, besides its success."""
    content = {"text/plain": {"schema": {"type": "string"}, "example": "Error: …"}}
    return {status: {"description": DESCRIPTIONS[status], "content": content} for status in statuses}
