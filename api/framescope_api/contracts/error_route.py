"""Routes that tell every error in the form of their own contract."""

from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from framescope_api.body import invalid_request
from framescope_api.logs import describe_error, logger
from framescope_api.problems import first_sentence, public, status_of
from framescope_model.errors import FramescopeError

Render = Callable[[FramescopeError], Response]


def error_route(render: Render) -> type[APIRoute]:
    """The class of routes whose errors ``render`` answers; one that is none of ours is logged and not told."""

    class Rendering(APIRoute):
        """A route whose errors are in the form of its contract."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """The framework's handler, with the errors caught."""
            handler = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    return await handler(request)
                except RequestValidationError as error:
                    return render(invalid_request(error.errors()))
                except Exception as error:
                    if not isinstance(error, FramescopeError):
                        logger().error("request_failed", **describe_error(error))
                    return render(public(error))

            return handle

    return Rendering


def contract_status(error: FramescopeError, overrides: Mapping[type[FramescopeError], int]) -> int:
    """The HTTP status of ``error`` in a contract: that of its nearest base in ``overrides``, else our own."""
    return class_status(type(error), overrides)


def class_status(error_class: type[FramescopeError], overrides: Mapping[type[FramescopeError], int]) -> int:
    """The HTTP status of an error class in a contract that answers ``overrides`` differently than we do."""
    return next((overrides[base] for base in error_class.__mro__ if base in overrides), status_of(error_class))


def described_errors(
    error_classes: Iterable[type[FramescopeError]],
    overrides: Mapping[type[FramescopeError], int],
    schema: type[BaseModel],
) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of a route that may raise ``error_classes`` and answers with ``schema``."""
    by_status: dict[int, list[str]] = {}
    for error_class in error_classes:
        by_status.setdefault(class_status(error_class, overrides), []).append(first_sentence(error_class))
    return {
        status: {"model": schema, "description": "; ".join(dict.fromkeys(sentences))}
        for status, sentences in sorted(by_status.items())
    }
