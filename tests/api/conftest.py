import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

# The tests are no package, so their helpers are found through the path.
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from keyword_engine import KeywordEngine, keyword_language

from framescope_api.app import create_app
from framescope_api.clock import SYSTEM_CLOCK, Clock
from framescope_api.settings import Settings

Opened = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell may reach a test."""
    for name in [name for name in os.environ if name.upper().startswith("FRAMESCOPE_")]:
        monkeypatch.delenv(name)


@asynccontextmanager
async def _opened(
    engine: KeywordEngine | None = None,
    check_language: Any = keyword_language,
    ready: bool = True,
    clock: Clock = SYSTEM_CLOCK,
    **settings: Any,
) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(**settings), lambda _: engine or KeywordEngine(), check_language, clock)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        if ready:
            await until_ready(client)
        yield client


async def until_ready(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(60):
        while (await client.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.01)


@pytest.fixture
def opened() -> Opened:
    """Opens a client of an application of its own, with the given engine, language check and settings."""
    return _opened


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with _opened() as client:
        yield client
