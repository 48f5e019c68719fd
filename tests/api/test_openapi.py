import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from keyword_engine import KeywordEngine, keyword_language
from pydantic import SecretStr
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from framescope_api import errors as api
from framescope_api.admission import OPEN_PATHS
from framescope_api.app import ROUTES as ROUTE_MODULES
from framescope_api.app import create_app
from framescope_api.contracts.coral import routes as coral
from framescope_api.contracts.openai import routes as openai
from framescope_api.contracts.tei import routes as tei
from framescope_api.lifecycle import Phase
from framescope_api.openapi import render_openapi
from framescope_api.problems import STATUS_OF
from framescope_api.routes import extract, feedback, score
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
    native = {*score.ERRORS, *extract.ERRORS, *feedback.ERRORS, *feedback.DELETE_ERRORS}
    described = native | {*coral.ERRORS, *openai.ERRORS, *tei.ERRORS}
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
        ("/v1/extract", "post"),
        ("/v1/feedback", "post"),
        ("/v1/feedback/{feedback_id}", "delete"),
        ("/v1/features", "get"),
        ("/v1/model", "get"),
        ("/livez", "get"),
        ("/readyz", "get"),
        ("/metrics", "get"),
        ("/coral/moderate", "post"),
        ("/v1/moderations", "post"),
        ("/predict", "post"),
        ("/info", "get"),
        ("/health", "get"),
        ("/v2/check", "post"),
        ("/v2/check", "get"),
        ("/v2/languages", "get"),
        ("/v2/maxtextlength", "get"),
        ("/v2/healthcheck", "get"),
        ("/v2/info", "get"),
        ("/v2/configinfo", "get"),
        ("/v1alpha1/comments:analyze", "post"),
        ("/v1alpha1/comments:suggestscore", "post"),
        ("/$discovery/rest", "get"),
        ("/batch", "post"),
    }
    # One more refuses what LanguageTool's contract has and we do not serve, and four are pages for people.
    assert sum(len(module.router.routes) for module in ROUTE_MODULES) == 30


def test_keys_are_described_where_they_are_asked_for() -> None:
    description = json.loads(COMMITTED.read_text())
    schemes = set(description["components"]["securitySchemes"])
    assert schemes == {"bearer", "api_key_header", "api_key_query"}
    for path, item in description["paths"].items():
        for operation in item.values():
            ways = operation.get("security", [])
            assert {name for way in ways for name in way} == (set() if path in OPEN_PATHS else schemes)
            # A service without a keys file asks for none.
            assert ({} in ways) is (path not in OPEN_PATHS)


GENERATED = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(params=["nothing kept", "feedback kept"])
def described(request: pytest.FixtureRequest, tmp_path: Path) -> BaseSchema:
    kept = {"feedback_database": SecretStr(f"sqlite:///{tmp_path}/feedback.db")}
    values = kept if request.param == "feedback kept" else {}
    app = create_app(Settings.model_construct(**values), lambda _: KeywordEngine(), keyword_language)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    deadline = time.monotonic() + 60
    while app.state.lifecycle.phase is not Phase.READY:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return schema


PERSPECTIVE = [f"/v1alpha1/comments:{method}" for method in ("analyze", "suggestscore")]
READ = [
    "/v1/score",
    "/v1/extract",
    "/v1/feedback",
    "/v1/moderations",
    "/predict",
    "/coral/moderate",
    "/v2/check",
    *PERSPECTIVE,
]
LANGUAGETOOL = [f"/v2/{name}" for name in ("check", "languages", "maxtextlength", "healthcheck", "info", "configinfo")]
TOLD = [
    "/v1/features",
    "/v1/model",
    "/livez",
    "/readyz",
    "/info",
    "/metrics",
    "/health",
    "/$discovery/rest",
    *LANGUAGETOOL,
]
ROUTES = [
    ("/v1/feedback/{feedback_id}", "DELETE"),
    # What makes its content sound is beyond a schema, so that unsound requests are for the tests of the contract.
    ("/batch", "POST"),
    *((path, "POST") for path in READ),
    *((path, "GET") for path in TOLD),
]


@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_sound_requests_are_answered_as_described(described: BaseSchema, path: str, method: str) -> None:
    @given(case=described[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @GENERATED
    def check(case: Any) -> None:
        # Sound requests may still be refused for what no schema can say: a language, or an id given twice.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    check()


@pytest.mark.parametrize("path", READ)
def test_unsound_requests_are_refused_as_described(described: BaseSchema, path: str) -> None:
    @given(case=described[path]["POST"].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @GENERATED
    def check(case: Any) -> None:
        case.call_and_validate()

    check()
