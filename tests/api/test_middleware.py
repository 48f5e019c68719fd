from typing import Any

import httpx
import pytest
import structlog

from framescope_api.metrics import Metrics
from framescope_api.middleware import Observed


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


async def test_the_log_tells_the_request_and_never_the_text(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        await client.post("/v1/score", json={"text": "My secret.", "features": ["secret"]})
        await client.post("/v1/score", json={"text": "My secret."})
        await client.get("/secret")
    assert [(line["route"], line["status"]) for line in logs] == [
        ("/v1/score", 422),
        ("/v1/score", 200),
        ("unmatched", 404),
    ]
    assert "secret" not in str(logs)


async def test_probes_are_logged_for_those_who_ask_for_detail_only(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logs:
        await client.get("/livez")
        await client.get("/v1/model")
    assert [(line["route"], line["log_level"]) for line in logs] == [("/livez", "debug"), ("/v1/model", "info")]


async def test_an_answer_that_breaks_off_ends_the_connection_without_telling_why() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError("the secret text")

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pass

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(RuntimeError, match="broke off") as caught:
        await Observed(broken, Metrics())(scope, receive, send)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
