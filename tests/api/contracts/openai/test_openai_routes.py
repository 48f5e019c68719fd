"""The moderation endpoint, called by OpenAI's own client."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from conftest import Opened
from keyword_engine import Gate, KeywordEngine
from live_server import live

from framescope_api.contracts.openai.schemas import ErrorAnswer, ModerationAnswer
from framescope_model.features import FEATURE_IDS

LOADED = "The regime fell in May."
PLAIN = "The council met on Tuesday."
MODEL = "keyword-1.2.3+0123456789ab"


@pytest.fixture(scope="module")
def client() -> Iterator[openai.OpenAI]:
    with live() as address, openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def refused(client: openai.OpenAI, **request: Any) -> openai.APIStatusError:
    with pytest.raises(openai.APIStatusError) as caught:
        client.moderations.create(**request)
    ErrorAnswer.model_validate({"error": caught.value.body})
    return caught.value


async def post(client: httpx.AsyncClient, **request: Any) -> httpx.Response:
    response = await client.post("/v1/moderations", **request)
    (ModerationAnswer if response.status_code == 200 else ErrorAnswer).model_validate_json(response.content)
    return response


class TestTheClient:
    def test_one_text_has_one_result_with_our_features_as_categories(self, client: openai.OpenAI) -> None:
        answer = client.moderations.create(input=LOADED)
        (result,) = answer.results
        assert answer.id.startswith("modr-")
        assert result.flagged
        assert result.categories.to_dict() == {feature: feature == "loaded_language" for feature in FEATURE_IDS}
        assert result.category_scores.to_dict()["loaded_language"] == 0.8
        assert result.category_applied_input_types.to_dict() == {feature: ["text"] for feature in FEATURE_IDS}

    def test_a_category_can_be_read_as_an_attribute(self, client: openai.OpenAI) -> None:
        (result,) = client.moderations.create(input=LOADED).results
        assert result.categories.loaded_language is True  # type: ignore[attr-defined]
        assert result.category_scores.loaded_language == 0.8  # type: ignore[attr-defined]

    def test_the_categories_of_openai_are_none_and_neither_true_nor_false(self, client: openai.OpenAI) -> None:
        (result,) = client.moderations.create(input=LOADED).results
        assert result.categories.harassment is None
        assert result.category_scores.violence is None
        assert "harassment" not in result.categories.to_dict()

    def test_a_list_has_a_result_for_each_text_in_order(self, client: openai.OpenAI) -> None:
        answer = client.moderations.create(input=[PLAIN, LOADED, PLAIN])
        assert [result.flagged for result in answer.results] == [False, True, False]

    def test_parts_make_up_one_text(self, client: openai.OpenAI) -> None:
        parts: Any = [{"type": "text", "text": PLAIN}, {"type": "text", "text": LOADED}]
        (result,) = client.moderations.create(input=parts).results
        assert result.flagged

    @pytest.mark.parametrize(
        "asked",
        ["omni-moderation-latest", "omni-moderation-2024-09-26", "text-moderation-stable", "text-moderation-latest"],
    )
    def test_a_model_of_openais_is_let_pass_and_the_answer_names_ours(self, client: openai.OpenAI, asked: str) -> None:
        assert client.moderations.create(input=PLAIN, model=asked).model == MODEL

    @pytest.mark.parametrize("asked", ["keyword", "keyword-1.2.3", MODEL])
    def test_our_model_can_be_pinned(self, client: openai.OpenAI, asked: str) -> None:
        assert client.moderations.create(input=PLAIN, model=asked).model == MODEL

    @pytest.mark.parametrize("asked", ["keyword-1.2.2", "keyword-1.2.3+ffffffffffff", "gpt-4o", "omni-moderation/x"])
    def test_any_other_model_is_not_found(self, client: openai.OpenAI, asked: str) -> None:
        error = refused(client, input=PLAIN, model=asked)
        assert isinstance(error, openai.NotFoundError)
        assert (error.code, error.param) == ("model_not_found", "model")
        assert MODEL in error.message

    def test_an_image_is_refused_by_its_place(self, client: openai.OpenAI) -> None:
        image = {"type": "image_url", "image_url": {"url": "https://pictures.example/cat.png"}}
        error = refused(client, input=[{"type": "text", "text": PLAIN}, image])
        assert isinstance(error, openai.BadRequestError)
        assert (error.type, error.param) == ("invalid_request_error", "input[1]")
        assert "image" in error.message

    def test_a_text_that_is_not_english_is_refused(self, client: openai.OpenAI) -> None:
        error = refused(client, input="Совет собрался во вторник.")
        assert isinstance(error, openai.BadRequestError)
        assert (error.code, error.param) == ("unsupported_language", "input")

    def test_a_text_of_a_list_that_cannot_be_scored_is_named(self, client: openai.OpenAI) -> None:
        error = refused(client, input=[PLAIN, "  "])
        assert (error.code, error.param) == ("empty_text", "input[1]")

    def test_a_member_that_nobody_reads_is_refused(self, client: openai.OpenAI) -> None:
        assert refused(client, input=PLAIN, extra_body={"thresholds": {}}).param == "thresholds"


@pytest.mark.parametrize(
    ("given", "param"),
    [
        (None, "input"),
        (7, "input"),
        ({}, "input"),
        ([], "input"),
        ([PLAIN, 1], "input[1]"),
        ([[1, 2]], "input[0]"),
        ([{"type": "text", "text": PLAIN}, PLAIN], "input[1]"),
        ([{"type": "text"}], "input[0].text"),
        ([{"type": "audio", "text": PLAIN}], "input[0].type"),
    ],
)
async def test_an_input_of_another_shape_is_refused_by_its_place(opened: Opened, given: object, param: str) -> None:
    async with opened() as http:
        response = await post(http, json={"input": given})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b'{"input": "a"}', "text/plain", 415, "unsupported_media_type"),
        (b'{"input": "a', "application/json", 400, "malformed_json"),
        (b'{"input": "\xff"}', "application/json", 400, "malformed_json"),
        (b'{"input": "\\ud800"}', "application/json", 400, "lone_surrogate"),
        (b'{"input": ' + b"[" * 100_000, "application/json", 400, "malformed_json"),
        (b'{"input": ' + b"9" * 10_000 + b"}", "application/json", 400, "malformed_json"),
        (b'{"input": 1e999}', "application/json", 400, "invalid_request"),
        (b"", "application/json", 400, "empty_body"),
        (b"[]", "application/json", 400, "invalid_request"),
        (b'{"input": "' + b"a" * 5000 + b'"}', "application/json", 413, "body_too_large"),
    ],
)
async def test_a_body_that_cannot_be_read_is_told_in_the_form_of_openai(
    opened: Opened, content: bytes, media_type: str, status: int, code: str
) -> None:
    limit = 4096 if code == "body_too_large" else 1_000_000
    async with opened(max_body_bytes=limit) as http:
        response = await post(http, content=content, headers={"Content-Type": media_type})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)


async def test_a_body_of_many_unknown_members_is_refused_for_their_number(opened: Opened) -> None:
    async with opened() as http:
        response = await post(http, json={"input": PLAIN} | {f"member{number}": 0 for number in range(1000)})
    assert response.status_code == 400
    assert "1001 members" in response.json()["error"]["message"]


async def test_more_texts_than_the_limit_are_refused(opened: Opened) -> None:
    async with opened(max_documents=2) as http:
        response = await post(http, json={"input": [PLAIN] * 3})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "too_many_documents")


async def test_overload_is_a_rate_limit_that_says_when_to_try_again(opened: Opened) -> None:
    gate = Gate()
    async with opened(KeywordEngine(before=gate), max_documents=1, max_queued_documents=1) as http:
        waiting = asyncio.create_task(post(http, json={"input": PLAIN}))
        assert await asyncio.to_thread(gate.entered.wait, 60)
        response = await post(http, json={"input": PLAIN})
        gate.open()
        assert (await waiting).status_code == 200
    assert (response.status_code, response.json()["error"]["type"]) == (429, "rate_limit_error")
    assert int(response.headers["retry-after"]) >= 1


async def test_a_model_that_is_not_loaded_is_a_server_error_to_try_again(opened: Opened) -> None:
    gate = Gate()

    def loading(text: str, declared: str | None) -> Any:
        gate([text])
        return None

    async with opened(check_language=loading, ready=False) as http:
        response = await post(http, json={"input": PLAIN})
        gate.open()
    assert (response.status_code, response.json()["error"]["type"]) == (503, "server_error")
    assert response.headers["retry-after"] == "1"


async def test_a_failure_of_the_engine_is_told_without_its_message(opened: Opened) -> None:
    def fail(texts: object) -> None:
        raise RuntimeError("the secret text")

    async with opened(KeywordEngine(before=fail)) as http:
        response = await post(http, json={"input": PLAIN})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert json.loads(response.content)["error"]["code"] == "internal_error"
