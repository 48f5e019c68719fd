"""What the routes need, as annotated dependencies."""

import asyncio
from collections.abc import Awaitable
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from framescope_api.errors import ClientLeft
from framescope_api.extraction import Extractor
from framescope_api.feedback.store import FeedbackStore
from framescope_api.lifecycle import Lifecycle
from framescope_api.metrics import Metrics
from framescope_api.service import ScoringService
from framescope_api.settings import Settings

T = TypeVar("T")


def _lifecycle(request: Request) -> Lifecycle:
    found: Lifecycle = request.app.state.lifecycle
    return found


def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.settings
    return found


def _metrics(request: Request) -> Metrics:
    found: Metrics = request.app.state.metrics
    return found


def _feedback(request: Request) -> FeedbackStore:
    found: FeedbackStore = request.app.state.feedback
    return found


def _extractor(request: Request) -> Extractor:
    found: Extractor = request.app.state.extractor
    return found


def _key_name(request: Request) -> str | None:
    """The name of the caller's API key, as whatever checks keys noted it."""
    name = getattr(request.state, "key_name", None)
    return name if isinstance(name, str) else None


LifecycleDep = Annotated[Lifecycle, Depends(_lifecycle)]
SettingsDep = Annotated[Settings, Depends(_settings)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
FeedbackDep = Annotated[FeedbackStore, Depends(_feedback)]
ExtractorDep = Annotated[Extractor, Depends(_extractor)]
KeyNameDep = Annotated[str | None, Depends(_key_name)]


def _service(lifecycle: LifecycleDep) -> ScoringService:
    return lifecycle.service()


ServiceDep = Annotated[ScoringService, Depends(_service)]


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """The result of ``work``, which is cancelled when the client leaves; the body must have been read.

    Raises:
        ClientLeft: it left.
    """
    task = asyncio.ensure_future(work)
    left = asyncio.create_task(_until_left(request))
    try:
        await asyncio.wait({task, left}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientLeft("the client left before the answer was ready")
        return task.result()
    finally:
        task.cancel()
        left.cancel()
        await asyncio.gather(task, left, return_exceptions=True)


async def _until_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
