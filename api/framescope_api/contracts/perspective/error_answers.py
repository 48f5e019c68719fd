"""Errors in the form that Google's services answer with."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from framescope_api import errors as api
from framescope_api.contracts.perspective.errors import CommentEmpty, InvalidArgument, PerspectiveError
from framescope_api.contracts.perspective.schemas import GoogleErrorAnswer
from framescope_api.logs import describe_error, logger
from framescope_api.problems import printable, public, retry_headers, status_of
from framescope_model.errors import EmptyText, FramescopeError

JSON_MEDIA_TYPE = "application/json; charset=UTF-8"

TYPE_PREFIX = "type.googleapis.com/"
COMMENT_ERROR = TYPE_PREFIX + "google.commentanalyzer.v1alpha1.Error"
ERROR_INFO = TYPE_PREFIX + "google.rpc.ErrorInfo"
BAD_REQUEST = TYPE_PREFIX + "google.rpc.BadRequest"

GOOGLE_STATUS: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
"""The canonical codes (google.rpc.Code) of the HTTP statuses that this contract uses. It has one for all that is wrong
with a request, where the native one tells 401, 413, 415 and 422 apart."""


def error_response(error: Exception) -> Response:
    """The answer that tells a client of ``error``; one that is none of ours is logged and not told."""
    if not isinstance(error, FramescopeError):
        logger().error("request_failed", **describe_error(error))
    shown = public(error)
    status = _status(shown)
    body = {
        "code": status,
        "message": printable(_message(shown)),
        "status": GOOGLE_STATUS[status],
        "details": _details(shown, status),
    }
    return Response(
        json.dumps({"error": body}), status_code=status, media_type=JSON_MEDIA_TYPE, headers=retry_headers(shown)
    )


def error_descriptions(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of a route that may answer with these error statuses."""
    responses: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        responses[status] = {"model": GoogleErrorAnswer, "description": f"`{GOOGLE_STATUS[status]}`"}
        if status in {429, 503}:
            seconds = {"description": "Seconds after which to try again.", "schema": {"type": "integer"}}
            responses[status]["headers"] = {"Retry-After": seconds}
    return responses


def _status(error: FramescopeError) -> int:
    """That of the native contract, but 400 for whatever is wrong with the request itself."""
    status = status_of(type(error))
    return 400 if isinstance(error, PerspectiveError) or status not in GOOGLE_STATUS else status


def _message(error: FramescopeError) -> str:
    # Clients look for Google's words to tell a wrong key from a wrong request.
    return f"API key not valid: {error}" if isinstance(error, api.ApiKeyInvalid) else str(error)


def _details(error: FramescopeError, status: int) -> list[dict[str, Any]]:
    if isinstance(error, api.ApiKeyInvalid):
        return [_error_info("API_KEY_INVALID")]
    if status == 429:
        return [_error_info("RATE_LIMIT_EXCEEDED")]
    if status != 400:
        return []
    if isinstance(error, PerspectiveError):
        details: list[dict[str, Any]] = [
            {"@type": COMMENT_ERROR, "errorType": error.error_type, **error.payload()},
        ]
    else:
        error_type = CommentEmpty.error_type if isinstance(error, EmptyText) else PerspectiveError.error_type
        details = [{"@type": COMMENT_ERROR, "errorType": error_type}]
    if isinstance(error, InvalidArgument) and error.fields:
        violations = [{"field": printable(e.pointer), "description": printable(e.detail)} for e in error.fields]
        details.append({"@type": BAD_REQUEST, "fieldViolations": violations})
    return details


def _error_info(reason: str) -> dict[str, Any]:
    return {"@type": ERROR_INFO, "reason": reason, "domain": "framescope"}
