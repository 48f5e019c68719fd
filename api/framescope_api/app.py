"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from framescope_api.admission import Gate, admit
from framescope_api.body import invalid_request
from framescope_api.bounds import BoundedBodies
from framescope_api.clock import SYSTEM_CLOCK, Clock
from framescope_api.contracts.coral import routes as coral
from framescope_api.contracts.languagetool import routes as languagetool
from framescope_api.contracts.openai import routes as openai
from framescope_api.contracts.perspective import routes as perspective
from framescope_api.contracts.perspective.keeping import SuggestionSink
from framescope_api.contracts.tei import routes as tei
from framescope_api.engine import EngineFactory, LanguageCheck, default_engine, default_language_check
from framescope_api.errors import MethodNotAllowed, UnknownPath
from framescope_api.extraction import Extractor
from framescope_api.feedback.store import FeedbackStore
from framescope_api.headers import EXPOSED_HEADERS, ReplyHeaders
from framescope_api.lifecycle import Lifecycle
from framescope_api.metrics import Metrics
from framescope_api.middleware import Observed
from framescope_api.openapi import build_openapi
from framescope_api.page import routes as page
from framescope_api.problems import problem_response
from framescope_api.routes import extract, feedback, health, model, score
from framescope_api.settings import Settings
from framescope_model.errors import FramescopeError
from framescope_model.version import __version__

DESCRIPTION = (
    "Scores news passages for framing: who vouches for a claim, and which persuasion techniques carry it. "
    "It judges how a claim is carried, never whether it is true or whose side it takes."
)

ROUTES = (score, extract, feedback, model, health, coral, languagetool, openai, perspective, tei, page)
"""The modules whose routers are served: our own contract, those of others, and the pages for people."""


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
    clock: Clock = SYSTEM_CLOCK,
) -> FastAPI:
    """The service as an ASGI application, whose lifespan loads the engine.

    Args:
        settings: all of them.
        engine_factory: makes the engine from the settings, in a thread.
        check_language: tells the language of a text or refuses it.
        clock: for quotas and for the expiry of keys.

    Raises:
        SettingsError: the keys file is unusable.
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
        # Here and not at the routers, so that none can be forgotten.
        dependencies=[Depends(admit)],
    )
    app.state.settings, app.state.metrics, app.state.lifecycle = settings, metrics, lifecycle
    app.state.gate = Gate(settings, clock)
    app.state.extractor = Extractor(settings.max_extractions, settings.extraction_timeout_s)
    app.state.feedback = FeedbackStore(settings, metrics)
    app.state.feedback_sink = SuggestionSink(app.state.feedback, settings.max_document_length)
    for routes in ROUTES:
        app.include_router(routes.router)
    app.add_exception_handler(FramescopeError, _answer_error)
    app.add_exception_handler(HTTPException, _answer_http_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    _add_middleware(app, settings, metrics, lifecycle)
    return app


def _add_middleware(app: FastAPI, settings: Settings, metrics: Metrics, lifecycle: Lifecycle) -> None:
    """Each is put around those before it."""
    app.add_middleware(
        BoundedBodies,
        max_bytes=settings.max_body_bytes,
        timeout_s=settings.body_timeout_s,
        max_bytes_of={"/v1/extract": settings.max_file_bytes},
    )
    app.add_middleware(Observed, metrics=metrics)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            # Clients send dozens of headers of their own. There are no cookies, so that none of them gives rights but
            # a key, and that is for the origins listed here to hold.
            allow_headers=["*"],
            # An origin that is listed is meant to reach the service, in a network of its own too.
            allow_private_network=True,
            expose_headers=EXPOSED_HEADERS,
        )
    app.add_middleware(ReplyHeaders, model=lifecycle.model)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    lifecycle: Lifecycle = app.state.lifecycle
    feedback: FeedbackStore = app.state.feedback
    extractor: Extractor = app.state.extractor
    await feedback.start()
    # Loading goes on behind the start, so that /livez answers and /readyz can say "not yet" meanwhile.
    loading = asyncio.create_task(lifecycle.load())
    try:
        yield
    finally:
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
        await lifecycle.close()
        await feedback.close()
        extractor.close()


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
