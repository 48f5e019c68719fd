"""Errors as OpenAI's clients know them."""

from starlette.responses import JSONResponse

from framescope_api import errors as api
from framescope_api.contracts.error_route import contract_status
from framescope_api.problems import printable, public, retry_headers
from framescope_model import errors as model

STATUS_OVERRIDES: dict[type[model.FramescopeError], int] = {
    # OpenAI's own answer to a request at fault; 422 would raise a class of its clients that theirs never raises.
    model.InputError: 400,
    model.EmptyText: 400,
    model.UnsupportedLanguage: 400,
    model.UnknownFeature: 400,
    api.EmptyBody: 400,
    api.InvalidRequest: 400,
    api.LoneSurrogate: 400,
    api.TooManyDocuments: 400,
    model.TextTooLong: 400,
}


def render(error: model.FramescopeError) -> JSONResponse:
    """The answer that tells of ``error``; ``param`` is the member at fault, if one is known."""
    return error_answer(error, _param(error))


def error_answer(error: Exception, param: str | None, prefix: str = "") -> JSONResponse:
    """The answer that tells of ``error`` at ``param``; the message starts with ``prefix``."""
    shown = public(error)
    status = contract_status(shown, STATUS_OVERRIDES)
    kind, code = _kind(status, shown.code)
    detail = {"message": printable(prefix + str(shown)), "type": kind, "param": param, "code": code}
    return JSONResponse({"error": detail}, status_code=status, headers=retry_headers(shown))


def _kind(status: int, code: str) -> tuple[str, str]:
    if status == 429:
        # Clients that wait and try again by themselves look for this code.
        return "rate_limit_error", "rate_limit_exceeded"
    return ("invalid_request_error" if status < 500 else "server_error"), code


def _param(error: model.FramescopeError) -> str | None:
    if isinstance(error, api.ModelNotServed):
        return "model"
    if not isinstance(error, api.InvalidRequest) or not error.errors:
        return None
    first, *rest = error.errors[0].pointer.removeprefix("#").lstrip("/").split("/")
    return printable(first + "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in rest)) or None
