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
    # The router's own errors belong to no route, and nobody is there to read ClientLeft.
    assert {error.__name__ for error in unseen} == {"ArtifactError", "UnknownPath", "MethodNotAllowed", "ClientLeft"}
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
        ("/v1alpha1/comments:analyze", "post"),
        ("/v1alpha1/comments:suggestscore", "post"),
        ("/$discovery/rest", "get"),
        ("/batch", "post"),
    }
    assert len(score.router.routes + model.router.routes + health.router.routes) == 6


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


READ = ["/v1/features", "/v1/model", "/livez", "/readyz", "/$discovery/rest"]
# The content of a batch is beyond what a schema can say; its tests are the contract's own.
POSTED = ["/v1/score", "/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore"]
ROUTES = [*((path, "POST") for path in POSTED), *((path, "GET") for path in READ)]


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_sound_requests_are_answered_as_described(described: BaseSchema, path: str, method: str) -> None:
    @given(case=described[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @GENERATED
    def check(case: Any) -> None:
        # Sound requests may still be refused for what no schema can say: a language, or an id given twice.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()


@pytest.mark.parametrize("path", POSTED)
def test_unsound_requests_are_refused_as_described(described: BaseSchema, path: str) -> None:
    @given(case=described[path]["POST"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @GENERATED
    def check(case: Any) -> None:
        case.call_and_validate()

    check()
