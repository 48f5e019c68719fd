"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from framescope_api.body import invalid_request
from framescope_api.contracts.perspective import routes as perspective
from framescope_api.contracts.perspective.suggestions import KeepNothing
from framescope_api.engine import EngineFactory, LanguageCheck, default_engine, default_language_check
from framescope_api.errors import MethodNotAllowed, UnknownPath
from framescope_api.lifecycle import Lifecycle
from framescope_api.metrics import Metrics
from framescope_api.middleware import REQUEST_ID_HEADER, Observed
from framescope_api.openapi import build_openapi
from framescope_api.problems import problem_response
from framescope_api.routes import health, model, score
from framescope_api.settings import Settings
from framescope_model.errors import FramescopeError
from framescope_model.version import __version__

DESCRIPTION = (
    "Scores news passages for framing: who vouches for a claim, and which persuasion techniques carry it. "
    "It judges how a claim is carried, never whether it is true or whose side it takes."
)


class FramescopeApp(FastAPI):
    """FastAPI with our own OpenAPI description."""

    def openapi(self) -> dict[str, Any]:
        """The description of all routes, built once."""
        if not self.openapi_schema:
            self.openapi_schema = build_openapi(self)
        return self.openapi_schema


def create_app(
    settings: Settings,
    engine_factory: EngineFactory = default_engine,
    check_language: LanguageCheck = default_language_check,
) -> FastAPI:
    """The service as an ASGI application, whose lifespan loads the engine.

    Args:
        settings: all of them.
        engine_factory: makes the engine from the settings, in a thread.
        check_language: tells the language of a text or refuses it.
    """
    metrics = Metrics()
    lifecycle = Lifecycle(settings, engine_factory, check_language, metrics)
    app = FramescopeApp(
        title="framescope",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan,
        redirect_slashes=False,
        # Their pages load scripts from elsewhere, which a service for offline use should not.
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings, app.state.metrics, app.state.lifecycle = settings, metrics, lifecycle
    app.state.feedback_sink = KeepNothing()
    for routes in (score, model, health, perspective):
        app.include_router(routes.router)
    app.add_exception_handler(FramescopeError, _answer_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_middleware(Observed, metrics=metrics)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", REQUEST_ID_HEADER],
            expose_headers=[REQUEST_ID_HEADER, "Retry-After"],
        )
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    lifecycle: Lifecycle = app.state.lifecycle
    # Loading goes on behind the start, so that /livez answers and /readyz can say "not yet" meanwhile.
    loading = asyncio.create_task(lifecycle.load())
    try:
        yield
    finally:
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        await lifecycle.close()


async def _answer_error(request: Request, error: Exception) -> Response:
    return problem_response(error, request.state.request_id)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    """Errors of the router, in our form; its headers (``Allow``) stay."""
    if not isinstance(error, HTTPException):
        raise error
    shown: FramescopeError
    if error.status_code == 404:
        shown = UnknownPath("nothing is served at this path; /openapi.json lists what is")
    elif error.status_code == 405:
        shown = MethodNotAllowed(f"{request.method} is not served at this path")
    else:
        raise error
    return problem_response(shown, request.state.request_id, error.headers)


async def _answer_validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    return problem_response(invalid_request(error.errors()), request.state.request_id)
