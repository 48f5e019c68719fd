import asyncio
import threading
from typing import Any

import httpx
import pytest
import structlog

from conftest import Opened, until_ready
from framescope_api.app import create_app
from framescope_api.settings import Settings
from framescope_model.errors import ArtifactMissing, FramescopeError
from keyword_engine import KeywordEngine, keyword_language


def client_of(app: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


async def test_the_service_is_alive_before_and_ready_after_the_model_is_loaded() -> None:
    gate = threading.Event()

    def load(_: Settings) -> KeywordEngine:
        gate.wait(10)
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
            async with asyncio.timeout(5):
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
    app = create_app(Settings(), lambda _: KeywordEngine() if gate.wait(10) else KeywordEngine(), keyword_language)
    async with asyncio.timeout(5):
        async with app.router.lifespan_context(app):
            pass
    gate.set()


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


async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient) -> None:
    for path in ("/nothing", "/v1/score/", "/docs", "/redoc"):
        response = await client.get(path)
        assert (response.status_code, response.json()["code"]) == (404, "unknown_path")
        assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/v1/score", "POST"), ("POST", "/v1/features", "GET"), ("DELETE", "/livez", "GET")],
)
async def test_a_method_that_is_not_served_is_a_problem_that_names_those_that_are(
    client: httpx.AsyncClient, method: str, path: str, allowed: str
) -> None:
    response = await client.request(method, path)
    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response.headers["allow"] == allowed


async def test_every_answer_has_a_request_id_of_its_own(client: httpx.AsyncClient) -> None:
    ids = {
        (await client.get(path)).headers["x-request-id"] for path in ("/livez", "/nothing", "/metrics", "/openapi.json")
    }
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_Z", True), ("x" * 65, False), ("a b", False), ('"}', False), ("", False)]
)
async def test_a_harmless_request_id_of_the_client_is_kept(client: httpx.AsyncClient, given: str, kept: bool) -> None:
    response = await client.get("/livez", headers={"x-request-id": given})
    assert (response.headers["x-request-id"] == given) is kept


async def test_other_origins_are_not_let_in_by_default(client: httpx.AsyncClient) -> None:
    response = await client.get("/livez", headers={"origin": "https://a.example"})
    assert "access-control-allow-origin" not in response.headers


async def test_listed_origins_are_let_in_for_answers_and_errors(opened: Opened) -> None:
    async with opened(cors_origins=("https://a.example",)) as client:
        asked = {
            "origin": "https://a.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        }
        assert (await client.options("/v1/score", headers=asked)).headers[
            "access-control-allow-origin"
        ] == "https://a.example"
        response = await client.post("/v1/score", headers={"origin": "https://a.example"})
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (422, "https://a.example")
        assert "X-Request-ID" in response.headers["access-control-expose-headers"]
        other = await client.get("/livez", headers={"origin": "https://b.example"})
        assert "access-control-allow-origin" not in other.headers


async def test_the_real_language_check_names_the_language(opened: Opened) -> None:
    from framescope_api.engine import default_language_check

    russian = "Правительство объявило о новых мерах поддержки экономики, сообщает агентство."
    async with opened(check_language=default_language_check) as client:
        refused = await client.post("/v1/score", json={"text": russian})
        assert (refused.status_code, refused.json()["code"]) == (422, "unsupported_language")
        assert "Russian" in refused.json()["detail"]
        accepted = await client.post("/v1/score", json={"text": "The minister said on Monday that taxes would fall."})
        assert accepted.json()["documents"][0]["language"]["code"] == "en"
        assert (await client.post("/v1/score", json={"text": "No way!"})).status_code == 200
        declared = await client.post("/v1/score", json={"text": "A.", "language": "not a tag"})
        assert (declared.status_code, declared.json()["code"]) == (422, "invalid_input")
