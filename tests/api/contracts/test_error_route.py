import httpx
import pytest
import structlog
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.responses import PlainTextResponse

from framescope_api import errors as api
from framescope_api.contracts.error_route import contract_status, described_errors, error_route
from framescope_model import errors as model


class Told(BaseModel):
    text: str


async def ask(path: str) -> httpx.Response:
    router = APIRouter(route_class=error_route(lambda error: PlainTextResponse(f"{error.code}: {error}", 418)))

    @router.get("/own")
    async def own() -> None:
        raise model.EmptyText("there is no text")

    @router.get("/foreign")
    async def foreign() -> None:
        raise KeyError("the secret text")

    @router.get("/number")
    async def number(of: int) -> int:
        return of

    app = FastAPI()
    app.include_router(router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get(path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/own", "empty_text: there is no text"),
        ("/foreign", "internal_error: the service failed; its log tells more under this request's id"),
        ("/number?of=many", "invalid_request: #/query/of: Input should be a valid integer"),
    ],
)
async def test_every_error_is_told_in_the_form_of_the_contract(path: str, text: str) -> None:
    response = await ask(path)
    assert response.status_code == 418
    assert response.text.startswith(text)


async def test_what_is_right_is_passed_on() -> None:
    assert (await ask("/number?of=3")).json() == 3


async def test_an_error_that_is_none_of_ours_is_logged_without_its_message() -> None:
    with structlog.testing.capture_logs() as logs:
        await ask("/foreign")
    assert [(log["event"], log["error"]) for log in logs] == [("request_failed", "KeyError")]
    assert "secret" not in str(logs)


def test_a_contract_may_have_statuses_of_its_own() -> None:
    overrides: dict[type[model.FramescopeError], int] = {api.InvalidRequest: 400}
    assert contract_status(api.InvalidRequest("no"), overrides) == 400
    assert contract_status(api.LoneSurrogate("no"), overrides) == 400
    assert contract_status(model.EmptyText("no"), overrides) == 422


def test_errors_are_described_under_the_statuses_of_the_contract() -> None:
    described = described_errors([model.EmptyText, api.InvalidRequest, api.Overloaded], {model.EmptyText: 400}, Told)
    assert {status: told["model"] for status, told in described.items()} == {400: Told, 422: Told, 429: Told}
    assert described[400]["description"] == "A document holds no text to score"
