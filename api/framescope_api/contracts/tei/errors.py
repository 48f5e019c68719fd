"""Errors as clients of text-embeddings-inference know them."""

from starlette.responses import JSONResponse

from framescope_api import errors as api
from framescope_api.contracts.error_route import contract_status
from framescope_api.problems import printable, public, retry_headers
from framescope_model import errors as model

STATUS_OVERRIDES: dict[type[model.FramescopeError], int] = {
    model.EmptyText: 400,
    api.EmptyBody: 400,
    api.LoneSurrogate: 400,
    api.TooManyDocuments: 413,
    # The original's status for a forward pass that failed.
    api.InternalError: 424,
}

# Spelled as the original spells them on the wire.
ERROR_TYPES: dict[type[model.FramescopeError], str] = {
    model.EmptyText: "Empty",
    api.EmptyBody: "Empty",
    api.Overloaded: "Overloaded",
    api.NotReady: "Unhealthy",
    api.ShuttingDown: "Unhealthy",
    api.InternalError: "Backend",
}


def render(error: Exception, prefix: str = "") -> JSONResponse:
    """The answer that tells of ``error``; the message starts with ``prefix``."""
    shown = public(error)
    return JSONResponse(
        {"error": printable(prefix + str(shown)), "error_type": ERROR_TYPES.get(type(shown), "Validation")},
        status_code=contract_status(shown, STATUS_OVERRIDES),
        headers=retry_headers(shown),
    )
