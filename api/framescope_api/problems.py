"""Errors as RFC 9457 problem details, and the one table from error class to HTTP status."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from framescope_api import errors as api
from framescope_api.schemas import FieldProblem, Problem
from framescope_model import errors as model

PROBLEM_MEDIA_TYPE = "application/problem+json"

CLIENT_LEFT_STATUS = 499
"""No registered status: it stands in the log and the metrics for an answer that nobody was there to read."""

STATUS_OF: Mapping[type[Exception], int] = {
    model.InputError: 422,
    model.EmptyText: 422,
    model.TextTooLong: 413,
    model.UnsupportedLanguage: 422,
    model.UnknownFeature: 422,
    model.NoText: 422,
    model.BrokenFile: 422,
    model.EncryptedFile: 422,
    model.FileTooComplex: 422,
    model.FileTooLarge: 413,
    model.UnknownEncoding: 422,
    model.WrongKind: 422,
    model.ExtractionUnavailable: 503,
    model.ArtifactError: 503,
    api.ApiKeyInvalid: 401,
    api.BodyTimeout: 408,
    api.MalformedJson: 400,
    api.UnsupportedMediaType: 415,
    api.EmptyBody: 422,
    api.BodyTooLarge: 413,
    api.InvalidRequest: 422,
    api.LoneSurrogate: 422,
    api.TooManyDocuments: 422,
    api.DuplicateId: 422,
    api.SignatureRefused: 403,
    api.ModelNotServed: 404,
    api.UnknownPath: 404,
    api.MethodNotAllowed: 405,
    api.UnknownFeedback: 404,
    api.ClientLeft: CLIENT_LEFT_STATUS,
    api.Overloaded: 429,
    api.QuotaExceeded: 429,
    api.NotReady: 503,
    api.ShuttingDown: 503,
    api.FeedbackUnavailable: 503,
    api.UpstreamFailed: 503,
    api.InternalError: 500,
}
"""The HTTP status of each error class; a class that is not here has that of its nearest base."""

TITLES: Mapping[int, str] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    CLIENT_LEFT_STATUS: "Client Closed Request",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
"""The phrases of RFC 9110 and RFC 6585; those of Python's ``http`` module change from version to version."""

NOT_READY_RETRY_AFTER_S = 1
FEEDBACK_RETRY_AFTER_S = 60
"""A database that is away or a disk that is full is mended by people."""


def status_of(error_class: type[Exception]) -> int:
    """The HTTP status of an error class; 500 for one that is none of ours."""
    return next((STATUS_OF[base] for base in error_class.__mro__ if base in STATUS_OF), 500)


def public(error: Exception) -> model.FramescopeError:
    """``error`` if it may be shown to a client, else an internal error that tells nothing of it."""
    if isinstance(error, model.FramescopeError) and not isinstance(error, model.ArtifactError):
        return error
    return api.InternalError("the service failed; its log tells more under this request's id")


def problem_response(
    error: Exception, request_id: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer that tells a client of ``error``, with ``Retry-After`` where trying again makes sense."""
    shown = public(error)
    status = status_of(type(shown))
    problem = Problem(
        type="about:blank",
        title=TITLES[status],
        status=status,
        code=shown.code,
        detail=printable(str(shown)),
        request_id=request_id,
        errors=[FieldProblem(pointer=printable(e.pointer), detail=printable(e.detail)) for e in _field_errors(shown)],
    )
    content = problem.model_dump(exclude_defaults=True) | {"type": problem.type}
    return Response(
        json.dumps(content).encode(),
        status_code=status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers={**retry_headers(shown), **(headers or {})},
    )


def problem_responses(error_classes: Iterable[type[model.FramescopeError]]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of a route that may raise ``error_classes``, with their codes as examples."""
    by_status: dict[int, list[type[model.FramescopeError]]] = {}
    for error_class in error_classes:
        by_status.setdefault(status_of(error_class), []).append(error_class)
    return {status: _openapi_response(status, classes) for status, classes in sorted(by_status.items())}


def retry_headers(error: Exception) -> dict[str, str]:
    """``Retry-After`` where sending the request again makes sense, else nothing."""
    if isinstance(error, api.Overloaded | api.QuotaExceeded):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, api.NotReady | api.ShuttingDown):
        return {"Retry-After": str(NOT_READY_RETRY_AFTER_S)}
    if isinstance(error, api.FeedbackUnavailable):
        return {"Retry-After": str(FEEDBACK_RETRY_AFTER_S)}
    return {}


def printable(text: str) -> str:
    """``text`` with lone surrogates, which no UTF-8 can hold, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _field_errors(error: Exception) -> tuple[api.FieldError, ...]:
    return error.errors if isinstance(error, api.InvalidRequest) else ()


def _openapi_response(status: int, classes: list[type[model.FramescopeError]]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": "; ".join(f"`{c.code}`: {first_sentence(c)}" for c in classes),
        "content": {
            PROBLEM_MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {c.code: {"value": _example(status, c)} for c in classes},
            }
        },
    }
    if status in {429, 503}:
        response["headers"] = {
            "Retry-After": {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}
        }
    return response


def first_sentence(error_class: type[Exception]) -> str:
    """What the docstring of an error class says it is, without the full stop."""
    return " ".join((error_class.__doc__ or "").split("\n\n", maxsplit=1)[0].split()).rstrip(".").replace("``", "`")


def _example(status: int, error_class: type[model.FramescopeError]) -> dict[str, object]:
    return {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "code": error_class.code,
        "detail": first_sentence(error_class),
    }
