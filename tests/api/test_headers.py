from pathlib import Path

import httpx
import pytest
from conftest import Opened
from keyword_engine import KeywordEngine

from framescope_api.app import create_app
from framescope_api.headers import EXPOSED_HEADERS, SECURITY_HEADERS, model_label
from framescope_api.keys import Key, hash_key, key_line
from framescope_api.settings import Settings
from framescope_model.model_info import ModelInfo

LABEL = "keyword/1.2.3+0123456789ab"

REQUESTS = [
    ("POST", "/v1/score", b'{"text": "Nothing."}'),
    ("POST", "/v1/score", b"{"),
    ("GET", "/v1/features", b""),
    ("GET", "/v1/model", b""),
    ("GET", "/livez", b""),
    ("GET", "/readyz", b""),
    ("GET", "/metrics", b""),
    ("GET", "/openapi.json", b""),
    ("GET", "/no/such/path", b""),
    ("DELETE", "/v1/score", b""),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
async def test_every_reply_names_the_model_and_bounds_what_a_browser_may_do(
    client: httpx.AsyncClient, method: str, path: str, body: bytes
) -> None:
    response = await client.request(method, path, content=body, headers={"content-type": "application/json"})
    assert response.headers["framescope-model"] == LABEL
    for name, value in SECURITY_HEADERS.items():
        assert response.headers.get_list(name) == [value]


async def test_the_model_is_named_when_the_engine_fails(opened: Opened) -> None:
    def fail(texts: object) -> None:
        raise RuntimeError("the secret text")

    async with opened(engine=KeywordEngine(before=fail)) as client:
        response = await client.post("/v1/score", json={"text": "Nothing."})
    assert (response.status_code, response.headers["framescope-model"]) == (500, LABEL)


async def test_the_model_is_named_when_the_key_is_refused(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(key_line(Key("desk", hash_key("k"))))
    async with opened(keys_file=path) as client:
        response = await client.get("/v1/model")
    assert (response.status_code, response.headers["framescope-model"]) == (401, LABEL)


async def test_no_model_is_named_before_it_is_loaded() -> None:
    # Without its lifespan the application loads nothing.
    app = create_app(Settings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        response = await client.get("/v1/model")
    assert response.status_code == 503
    assert "framescope-model" not in response.headers
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_name_that_no_header_can_hold_is_encoded() -> None:
    info = ModelInfo("modèle / 1\r\nX: y", "1.0", "ab", {}, {}, {})
    assert model_label(info) == "mod%C3%A8le%20%2F%201%0D%0AX%3A%20y/1.0+ab"


def test_the_policy_lets_no_script_and_no_frame_in_from_elsewhere() -> None:
    policy = dict(part.strip().split(" ", 1) for part in SECURITY_HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert not any("unsafe" in value or "*" in value or "http" in value for value in policy.values())


ORIGIN = "https://cms.example"


@pytest.mark.parametrize("origins", [(ORIGIN,), ("*",)])
async def test_a_browser_may_send_keys_and_the_headers_of_known_clients(opened: Opened, origins: tuple[str]) -> None:
    wanted = "authorization, content-type, x-api-key, x-request-id, x-stainless-lang, x-goog-api-client"
    asked = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": wanted,
        "access-control-request-private-network": "true",
    }
    async with opened(cors_origins=origins) as client:
        response = await client.options("/v1/score", headers=asked)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] in (ORIGIN, "*")
    assert response.headers["access-control-allow-headers"] == wanted
    assert response.headers["access-control-allow-private-network"] == "true"
    # Without cookies a page can only use what it holds itself.
    assert "access-control-allow-credentials" not in response.headers
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["framescope-model"] == LABEL


async def test_a_preflight_needs_no_key_and_the_request_after_it_does(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(key_line(Key("desk", hash_key("k"), 5)))
    async with opened(cors_origins=(ORIGIN,), keys_file=path) as client:
        asked = {"origin": ORIGIN, "access-control-request-method": "POST"}
        assert (await client.options("/v1/score", headers=asked)).status_code == 200
        refused = await client.post("/v1/score", headers={"origin": ORIGIN})
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, ORIGIN)
        served = await client.get("/v1/model", headers={"origin": ORIGIN, "x-api-key": "k"})
    exposed = served.headers["access-control-expose-headers"].split(", ")
    assert set(EXPOSED_HEADERS) == set(exposed)
    for name in ("Framescope-Model", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "X-Request-ID"):
        assert name in exposed
        assert name in served.headers


async def test_an_origin_that_is_not_listed_is_refused(opened: Opened) -> None:
    async with opened(cors_origins=(ORIGIN,)) as client:
        asked = {"origin": "https://other.example", "access-control-request-method": "POST"}
        assert (await client.options("/v1/score", headers=asked)).status_code == 400
