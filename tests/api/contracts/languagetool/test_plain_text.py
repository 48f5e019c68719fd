import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from framescope_api.contracts.error_route import error_route
from framescope_api.contracts.languagetool.plain_text import contract_status, error_response
from framescope_api.errors import NotReady, Overloaded
from framescope_model.errors import ArtifactMissing, EmptyText


@pytest.mark.parametrize(
    ("native", "status"),
    [(400, 400), (401, 403), (403, 403), (413, 413), (415, 400), (422, 400), (429, 503), (503, 503)],
)
def test_a_status_of_ours_becomes_one_of_the_contract(native: int, status: int) -> None:
    assert contract_status(native) == status


def test_an_error_is_a_line_of_text_that_says_when_to_try_again() -> None:
    response = error_response(Overloaded("full", 7))
    assert (response.status_code, response.body, response.headers["retry-after"]) == (503, b"Error: full", "7")
    assert error_response(NotReady("loading")).headers["retry-after"] == "1"
    assert "retry-after" not in error_response(EmptyText("empty")).headers


def test_what_is_not_for_clients_is_not_told() -> None:
    assert b"/srv" not in error_response(ArtifactMissing("nothing lies at /srv/model")).body
    assert b"secret" not in error_response(KeyError("secret")).body


async def _asked(number: str) -> Response:
    app = FastAPI()
    app.router.route_class = error_route(error_response)

    @app.get("/")
    async def invert(number: int) -> float:
        return 1 / number

    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        return await client.get("/", params={"number": number})


async def test_what_nobody_foresaw_is_a_500_in_the_same_form() -> None:
    response = await _asked("0")
    assert (response.status_code, response.text[:7]) == (500, "Error: ")
    assert "division" not in response.text


async def test_what_the_framework_refuses_is_a_400_in_the_same_form() -> None:
    response = await _asked("one")
    assert (response.status_code, response.text[:7]) == (400, "Error: ")


async def test_a_sound_answer_passes() -> None:
    assert (await _asked("2")).json() == 0.5
