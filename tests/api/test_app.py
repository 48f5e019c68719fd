import httpx
import pytest
from conftest import Opened

from framescope_api.engine import default_language_check


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
