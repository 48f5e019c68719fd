import asyncio
import threading
from typing import Any

import httpx
import pytest
import structlog
from conftest import until_ready
from keyword_engine import KeywordEngine, keyword_language

from framescope_api.app import create_app
from framescope_api.settings import Settings
from framescope_model.errors import ArtifactMissing, FramescopeError


def client_of(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_the_service_is_alive_before_and_ready_after_the_model_is_loaded() -> None:
    gate = threading.Event()

    def load(_: Settings) -> KeywordEngine:
        gate.wait(60)
        return KeywordEngine()

    app = create_app(Settings(), load, keyword_language)
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/livez")).json() == {"status": "alive"}
        for path in ("/readyz", "/v1/features", "/v1/model"):
            response = await client.get(path)
            assert (response.status_code, response.json()["code"]) == (503, "not_ready")
            assert response.headers["retry-after"] == "1"
        assert (await client.post("/v1/score", json={"text": "A."})).status_code == 503
        gate.set()
        await until_ready(client)
        assert (await client.get("/readyz")).json() == {"status": "ready"}
        assert (await client.post("/v1/score", json={"text": "A."})).status_code == 200


@pytest.mark.parametrize("error", [ArtifactMissing("nothing lies at /srv/model"), OSError("no /srv/model")])
async def test_a_model_that_cannot_be_loaded_is_logged_and_leaves_the_service_not_ready(error: Exception) -> None:
    def load(_: Settings) -> KeywordEngine:
        raise error

    app = create_app(Settings(), load, keyword_language)
    with structlog.testing.capture_logs() as logs:
        async with app.router.lifespan_context(app), client_of(app) as client:
            async with asyncio.timeout(60):
                while app.state.lifecycle.failure is None:
                    await asyncio.sleep(0.01)
            response = await client.get("/readyz")
            assert (await client.get("/livez")).status_code == 200
    assert (response.status_code, response.json()["code"]) == (503, "not_ready")
    assert "/srv" not in response.text
    (line,) = [line for line in logs if line["event"] == "model_not_loaded"]
    assert ("detail" in line) == isinstance(error, FramescopeError)


async def test_the_service_is_not_ready_once_it_is_told_to_stop_but_answers_what_arrives() -> None:
    app = create_app(Settings(), lambda _: KeywordEngine(), keyword_language)
    async with app.router.lifespan_context(app), client_of(app) as client:
        await until_ready(client)
        app.state.lifecycle.begin_stopping()
        response = await client.get("/readyz")
        assert (response.status_code, response.json()["code"]) == (503, "shutting_down")
        assert (await client.post("/v1/score", json={"text": "A."})).status_code == 200


async def test_the_application_can_stop_while_it_is_loading() -> None:
    gate = threading.Event()

    def load(_: Settings) -> KeywordEngine:
        gate.wait(60)
        return KeywordEngine()

    app = create_app(Settings(), load, keyword_language)
    async with asyncio.timeout(60):
        async with app.router.lifespan_context(app):
            pass
    gate.set()


async def test_the_application_can_be_started_again() -> None:
    app = create_app(Settings(), lambda _: KeywordEngine(), keyword_language)
    for _ in range(2):
        async with app.router.lifespan_context(app), client_of(app) as client:
            await until_ready(client)
            assert (await client.post("/v1/score", json={"text": "A."})).status_code == 200


async def test_the_engine_is_loaded_and_called_outside_the_main_thread() -> None:
    engine, loaded_in = KeywordEngine(), []

    def load(_: Settings) -> KeywordEngine:
        loaded_in.append(threading.current_thread())
        return engine

    app = create_app(Settings(), load, keyword_language)
    async with app.router.lifespan_context(app), client_of(app) as client:
        await until_ready(client)
        await client.post("/v1/score", json={"documents": [{"text": "A."}, {"text": "b" * 30_000}]})
    assert loaded_in[0] is not threading.main_thread()
    assert engine.threads == {"framescope-short", "framescope-long"}
