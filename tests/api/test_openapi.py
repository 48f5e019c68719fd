import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from keyword_engine import KeywordEngine, keyword_language
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from framescope_api import errors as api
from framescope_api.app import create_app
from framescope_api.contracts.languagetool import routes as languagetool
from framescope_api.lifecycle import Phase
from framescope_api.openapi import render_openapi
from framescope_api.problems import STATUS_OF
from framescope_api.routes import health, model, score
from framescope_api.settings import Settings

COMMITTED = Path(__file__).parents[2] / "api" / "openapi.json"


def test_the_committed_description_is_current() -> None:
    assert COMMITTED.read_text() == render_openapi(), "run: python -m framescope_api.openapi > api/openapi.json"


async def test_the_description_is_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).json() == json.loads(COMMITTED.read_text())


def test_every_reference_is_defined() -> None:
    description = json.loads(COMMITTED.read_text())
    text = json.dumps(description)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(description["components"]["schemas"])


def test_every_error_in_the_table_that_a_client_can_meet_is_described() -> None:
    described = set(score.ERRORS)
    unseen = {error for error in STATUS_OF if issubclass(error, Exception)} - described
    # The router's own errors belong to no route, nobody is there to read ClientLeft, and UpstreamFailed has the form of
    # its contract.
    assert {error.__name__ for error in unseen} == {
        "ArtifactError",
        "UnknownPath",
        "MethodNotAllowed",
        "ClientLeft",
        "UpstreamFailed",
    }
    assert api.ClientLeft not in described


def test_every_route_of_the_contract_is_described() -> None:
    described = json.loads(COMMITTED.read_text())["paths"]
    assert {(path, method) for path, item in described.items() for method in item} == {
        ("/v1/score", "post"),
        ("/v1/features", "get"),
        ("/v1/model", "get"),
        ("/livez", "get"),
        ("/readyz", "get"),
        ("/metrics", "get"),
        ("/v2/check", "post"),
        ("/v2/check", "get"),
        ("/v2/languages", "get"),
        ("/v2/maxtextlength", "get"),
        ("/v2/healthcheck", "get"),
        ("/v2/info", "get"),
        ("/v2/configinfo", "get"),
    }
    assert len(score.router.routes + model.router.routes + health.router.routes) == 6
    # One more refuses what the contract has and we do not serve.
    assert len(languagetool.router.routes) == 8


GENERATED = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture
def described() -> BaseSchema:
    app = create_app(Settings.model_construct(), lambda _: KeywordEngine(), keyword_language)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    deadline = time.monotonic() + 60
    while app.state.lifecycle.phase is not Phase.READY:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return schema


LANGUAGETOOL = [f"/v2/{name}" for name in ("languages", "maxtextlength", "healthcheck", "info", "configinfo")]
GET_ROUTES = ["/v1/features", "/v1/model", "/livez", "/readyz", "/v2/check", *LANGUAGETOOL]
ROUTES = [("/v1/score", "POST"), ("/v2/check", "POST"), *((path, "GET") for path in GET_ROUTES)]


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_sound_requests_are_answered_as_described(described: BaseSchema, path: str, method: str) -> None:
    @given(case=described[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @GENERATED
    def check(case: Any) -> None:
        # Sound requests may still be refused for what no schema can say: a language, or an id given twice.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()


@pytest.mark.parametrize("path", ["/v1/score", "/v2/check"])
def test_unsound_requests_are_refused_as_described(described: BaseSchema, path: str) -> None:
    @given(case=described[path]["POST"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @GENERATED
    def check(case: Any) -> None:
        case.call_and_validate()

    check()
