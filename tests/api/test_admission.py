import json
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from conftest import Opened, until_ready
from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts
from hand_clock import HandClock
from keyword_engine import KeywordEngine, keyword_language
from starlette.responses import PlainTextResponse, Response

from framescope_api.admission import OPEN_PATHS, Admission, Gate, admit, admit_request
from framescope_api.app import create_app
from framescope_api.errors import ApiKeyInvalid
from framescope_api.keys import Key, hash_key, key_line, new_key
from framescope_api.problems import status_of
from framescope_api.settings import Settings
from framescope_model.errors import FramescopeError

KEY = new_key()
TEXT = {"text": "Nothing happened."}


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    return stored(tmp_path, Key("desk", hash_key(KEY)))


def stored(folder: Path, *keys: Key) -> Path:
    path = folder / "keys.toml"
    path.write_text("".join(key_line(key) + "\n" for key in keys))
    return path


def bearer(key: str = KEY) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def unprotected_paths(app: FastAPI) -> set[str]:
    """The paths that serve without ``admit``; a route that is none of FastAPI's has no dependencies at all."""
    found = set()
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        if dependant is None or admit not in [dependency.call for dependency in dependant.dependencies]:
            found.add(str(context.path))
    return found


def test_each_route_is_protected_or_on_the_list_of_open_paths() -> None:
    app = create_app(Settings(), lambda _: KeywordEngine(), keyword_language)
    assert unprotected_paths(app) <= set(OPEN_PATHS)
    # The list is written out here once more, so that nobody lengthens it unseen.
    probes = {"/livez", "/readyz", "/v2/healthcheck", "/health"}
    descriptions = {"/openapi.json", "/$discovery/rest"}
    signed, in_parts = {"/coral/moderate"}, {"/batch"}
    pages = {"/", "/features", "/features/{feature_id}", "/assets/{name}"}
    assert set(OPEN_PATHS) == probes | descriptions | signed | in_parts | pages
    assert all(OPEN_PATHS.values())


def test_the_walk_over_the_routes_would_find_an_unprotected_one() -> None:
    app = create_app(Settings(), lambda _: KeywordEngine(), keyword_language)
    app.add_route("/bare", lambda request: PlainTextResponse("open"))
    app.mount("/mounted", PlainTextResponse("open"))
    assert {"/bare", "/mounted"} <= unprotected_paths(app)


def test_no_route_lets_the_framework_read_the_body() -> None:
    app = create_app(Settings(), lambda _: KeywordEngine(), keyword_language)
    fields = {context.path: getattr(context, "body_field", None) for context in iter_route_contexts(app.routes)}
    assert "/v1/score" in fields
    assert {path for path, found in fields.items() if found is not None} == set()


async def test_every_operation_asks_for_a_key_and_describes_its_refusal_unless_its_path_is_open(
    opened: Opened, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[str] = []

    def refuse(gate: Gate, presented: Sequence[str], address: str) -> Admission:
        refused.append(address)
        raise ApiKeyInvalid("no key will do")

    monkeypatch.setattr(Gate, "admit", refuse)
    async with opened(keys_file=keys_file) as client:
        for path, operations in (await client.get("/openapi.json")).json()["paths"].items():
            for method, operation in operations.items():
                refused.clear()
                response = await client.request(method.upper(), path)
                is_open = path in OPEN_PATHS
                assert (len(refused), "security" in operation) == (0 if is_open else 1, not is_open)
                # Each contract has a status of its own for it.
                assert is_open or (response.is_client_error and str(response.status_code) in operation["responses"])


async def test_a_router_added_later_is_protected_and_renders_the_refusal_in_its_own_form(keys_file: Path) -> None:
    class OwnForm(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            inner = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    return await inner(request)
                except FramescopeError as error:
                    return PlainTextResponse(f"{status_of(type(error))} {error.code}", 418)

            return handle

    router = APIRouter(prefix="/later", route_class=OwnForm)

    @router.get("/{name}")
    async def later(name: str) -> str:
        return name

    app = create_app(Settings(keys_file=keys_file), lambda _: KeywordEngine(), keyword_language)
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        refused = await client.get("/later/x")
        assert (refused.status_code, refused.text) == (418, "401 api_key_invalid")
        assert (await client.get("/later/x", headers=bearer())).json() == "x"


async def test_without_a_keys_file_no_key_is_asked_for_and_any_is_passed_over(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/score", json=TEXT)).status_code == 200
    assert (await client.post("/v1/score?key=whatever", json=TEXT, headers=bearer("nonsense"))).status_code == 200


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        (bearer(), ""),
        ({"authorization": f"bearer  {KEY} "}, ""),
        ({"x-api-key": KEY}, ""),
        ({}, f"?key={KEY}"),
        ({}, f"?alt=json&key={KEY}&prettyPrint=false"),
        # A proxy or a client's own default may fill one of the places.
        (bearer("other"), f"?key={KEY}"),
        ({"authorization": "Basic dTpw", "x-api-key": KEY}, ""),
    ],
)
async def test_a_key_is_taken_from_each_place_where_clients_put_it(
    opened: Opened, keys_file: Path, headers: dict[str, str], query: str
) -> None:
    async with opened(keys_file=keys_file) as client:
        assert (await client.post(f"/v1/score{query}", json=TEXT, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "query", "sent"),
    [
        ({}, "", False),
        ({}, "?key=", False),
        ({"authorization": f"Basic {KEY}"}, "", False),
        ({"authorization": "Bearer"}, "", False),
        (bearer(KEY + "x"), "", True),
        (bearer(KEY.upper()), "", True),
        ({"x-api-key": hash_key(KEY)}, "", True),
        ({}, f"?key={KEY}&key=other", True),
    ],
)
async def test_a_request_without_a_valid_key_is_refused_before_its_body_is_read(
    opened: Opened, keys_file: Path, headers: dict[str, str], query: str, sent: bool
) -> None:
    async with opened(keys_file=keys_file) as client:
        # Were the body looked at, the answer would be 400.
        headers = {"content-type": "application/json", **headers}
        response = await client.post(f"/v1/score{query}", content=b"{", headers=headers)
    assert (response.status_code, response.json()["code"]) == (401, "api_key_invalid")
    assert response.headers["content-type"] == "application/problem+json"
    challenge = 'Bearer realm="framescope"' + (', error="invalid_token"' if sent else "")
    assert response.headers["www-authenticate"] == challenge
    assert ("known" in response.json()["detail"]) is sent


async def test_the_key_stands_in_no_log_and_no_answer(opened: Opened, keys_file: Path) -> None:
    wrong = new_key()
    async with opened(keys_file=keys_file) as client:
        with structlog.testing.capture_logs() as logs:
            answers = [
                await client.request(
                    method, f"{path}?key={key}", headers={**bearer(key), "x-api-key": key}, content=b"{"
                )
                for key in (KEY, wrong)
                for method, path in [
                    ("POST", "/v1/score"),
                    ("GET", "/v1/model"),
                    ("GET", "/none"),
                    ("DELETE", "/livez"),
                ]
            ]
    assert {answer.status_code for answer in answers} == {200, 401, 404, 405, 415}
    assert len(logs) == len(answers)
    told = json.dumps(logs) + "".join(answer.text + str(answer.headers) for answer in answers)
    assert KEY not in told
    assert wrong not in told
    assert "key=" not in told.replace("?key=KEY", "")


async def test_the_log_names_the_caller_by_the_name_of_its_key(opened: Opened, keys_file: Path) -> None:
    async with opened(keys_file=keys_file) as client:
        with structlog.testing.capture_logs() as logs:
            await client.get("/v1/model", headers=bearer())
            await client.get("/v1/model")
    assert [line.get("key_name") for line in logs] == ["desk", None]


async def test_a_key_is_refused_from_the_moment_it_expires(opened: Opened, tmp_path: Path) -> None:
    hand = HandClock()
    path = stored(tmp_path, Key("desk", hash_key(KEY), expires=hand.now().replace(minute=1)))
    async with opened(keys_file=path, clock=hand.clock) as client:
        hand.advance(59)
        assert (await client.get("/v1/model", headers=bearer())).status_code == 200
        hand.advance(1)
        response = await client.get("/v1/model", headers=bearer())
        assert (response.status_code, "expired" in response.json()["detail"]) == (401, True)


async def test_a_revoked_key_is_refused_without_a_restart(opened: Opened, tmp_path: Path) -> None:
    hand = HandClock()
    path = stored(tmp_path, Key("desk", hash_key(KEY)))
    async with opened(keys_file=path, clock=hand.clock) as client:
        assert (await client.get("/v1/model", headers=bearer())).status_code == 200
        stored(tmp_path, Key("other", hash_key(new_key())))
        hand.advance(1)
        assert (await client.get("/v1/model", headers=bearer())).status_code == 401


def quota_of(response: httpx.Response) -> tuple[str | None, ...]:
    return tuple(response.headers.get(f"ratelimit-{name}") for name in ("limit", "remaining", "reset"))


async def test_a_keyed_caller_is_told_its_quota_and_refused_over_it_until_the_time_told(
    opened: Opened, tmp_path: Path
) -> None:
    hand, other = HandClock(), new_key()
    path = stored(tmp_path, Key("desk", hash_key(KEY), 2), Key("wire", hash_key(other), 2))
    async with opened(keys_file=path, clock=hand.clock) as client:
        first = await client.post("/v1/score", json=TEXT, headers=bearer())
        assert (first.status_code, quota_of(first)) == (200, ("2", "1", "61"))
        hand.advance(20)
        # An error counts as well, and has the headers too.
        second = await client.post("/v1/score", content=b"{", headers=bearer())
        assert (second.status_code, quota_of(second)) == (415, ("2", "0", "41"))
        third = await client.post("/v1/score", json=TEXT, headers=bearer())
        assert (third.status_code, third.json()["code"]) == (429, "quota_exceeded")
        assert (quota_of(third), third.headers["retry-after"]) == (("2", "0", "41"), "41")
        assert (await client.get("/v1/model", headers=bearer(other))).status_code == 200
        hand.advance(41)
        assert (await client.post("/v1/score", json=TEXT, headers=bearer())).status_code == 200


async def test_open_paths_count_towards_no_quota(opened: Opened, tmp_path: Path) -> None:
    path = stored(tmp_path, Key("desk", hash_key(KEY), 1))
    async with opened(keys_file=path, clock=HandClock().clock) as client:
        for _ in range(5):
            assert quota_of(await client.get("/livez", headers=bearer())) == (None, None, None)
        assert (await client.get("/v1/model", headers=bearer())).status_code == 200


async def test_a_key_without_a_quota_has_that_of_the_settings_or_none(opened: Opened, tmp_path: Path) -> None:
    own = new_key()
    path = stored(tmp_path, Key("desk", hash_key(KEY)), Key("wire", hash_key(own), 9))
    async with opened(keys_file=path, quota_per_minute=5) as client:
        assert quota_of(await client.get("/v1/model", headers=bearer()))[0] == "5"
        assert quota_of(await client.get("/v1/model", headers=bearer(own)))[0] == "9"
    async with opened(keys_file=path) as client:
        assert quota_of(await client.get("/v1/model", headers=bearer()))[0] is None


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
async def test_without_keys_the_quota_is_that_of_an_address_or_of_an_ipv6_network(
    one: str, other: str, shared: bool
) -> None:
    app = create_app(Settings(quota_per_minute=1), lambda _: KeywordEngine(), keyword_language, HandClock().clock)
    async with app.router.lifespan_context(app):
        statuses = []
        for address in (one, other):
            transport = httpx.ASGITransport(app, client=(address, 4))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                await until_ready(client)
                statuses.append((await client.get("/v1/model")).status_code)
    assert statuses == [200, 429 if shared else 200]


def test_a_request_that_no_route_receives_can_be_admitted_by_itself(keys_file: Path) -> None:
    app = create_app(Settings(keys_file=keys_file), lambda _: KeywordEngine(), keyword_language)

    def part(query: str) -> Request:
        return Request({"type": "http", "app": app, "headers": [], "query_string": query.encode()})

    admitted = part(f"key={KEY}")
    admit_request(admitted)
    assert admitted.state.key_name == "desk"
    with pytest.raises(ApiKeyInvalid):
        admit_request(part("key=other"))
