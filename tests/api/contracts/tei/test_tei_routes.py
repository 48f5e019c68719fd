"""The classifier's part of text-embeddings-inference, as httpx and Hugging Face's own client call it."""

import asyncio
import math
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from conftest import Opened
from huggingface_hub import InferenceClient
from huggingface_hub.errors import BadRequestError, HfHubHTTPError
from hypothesis import given
from hypothesis import strategies as st
from keyword_engine import Gate, KeywordEngine
from live_server import live

from framescope_api.contracts.tei.routes import log_odds
from framescope_api.contracts.tei.schemas import ErrorAnswer
from framescope_model.features import FEATURE_IDS

LOADED = "The regime fell in May."
PLAIN = "The council met on Tuesday."


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with live() as address:
        yield address


async def predict(client: httpx.AsyncClient, inputs: object, **rest: Any) -> Any:
    response = await client.post("/predict", json={"inputs": inputs, **rest})
    assert response.status_code == 200, response.text
    return response.json()


async def refused(client: httpx.AsyncClient, **request: Any) -> tuple[int, str]:
    response = await client.post("/predict", **request)
    return response.status_code, ErrorAnswer.model_validate_json(response.content).error_type


@pytest.mark.parametrize("inputs", [LOADED, [LOADED]])
async def test_one_text_has_a_flat_list_of_all_features_with_the_highest_first(
    client: httpx.AsyncClient, inputs: object
) -> None:
    answer = await predict(client, inputs)
    assert answer[0] == {"label": "loaded_language", "score": 0.8}
    assert {item["label"] for item in answer} == set(FEATURE_IDS)
    assert [item["score"] for item in answer] == sorted((item["score"] for item in answer), reverse=True)


async def test_a_batch_has_a_list_for_each_text_in_order(client: httpx.AsyncClient) -> None:
    answer = await predict(client, [[PLAIN], [LOADED], [PLAIN]])
    assert [lists[0]["score"] for lists in answer] == [0.05, 0.8, 0.05]


async def test_a_batch_of_one_is_answered_as_a_batch(client: httpx.AsyncClient) -> None:
    ((first, *_),) = await predict(client, [[LOADED]])
    assert first["label"] == "loaded_language"


async def test_the_scores_do_not_share_one_whole(client: httpx.AsyncClient) -> None:
    answer = await predict(client, "The regime is the worst ever.")
    assert sum(item["score"] for item in answer) > 1


@pytest.mark.parametrize(
    "inputs",
    [["a text", "another"], [["a text", "another"]], ["a", "b", "c"], [], [[]], [["a"], "b"], [["a"], 1], 1, None, {}],
)
async def test_pairs_and_other_shapes_are_refused(client: httpx.AsyncClient, inputs: object) -> None:
    assert await refused(client, json={"inputs": inputs}) == (422, "Validation")


async def test_a_pair_is_told_what_to_send_in_its_place(client: httpx.AsyncClient) -> None:
    response = await client.post("/predict", json={"inputs": ["a text", "another"]})
    assert "pair" in response.json()["error"]
    assert '[["text"], ["text"]]' in response.json()["error"]


async def test_raw_scores_are_the_log_odds_of_the_scores(client: httpx.AsyncClient) -> None:
    scores, raw = [await predict(client, LOADED, raw_scores=flag) for flag in (False, True)]
    assert [item["label"] for item in raw] == [item["label"] for item in scores]
    assert [1 / (1 + math.exp(-item["score"])) for item in raw] == pytest.approx([item["score"] for item in scores])


@given(st.floats(0, 1))
def test_log_odds_are_finite_and_the_sigmoid_leads_back(score: float) -> None:
    assert math.isfinite(log_odds(score))
    assert 1 / (1 + math.exp(-log_odds(score))) == pytest.approx(score, abs=2e-6)


async def test_truncate_is_accepted_and_the_end_of_a_long_text_is_still_read(client: httpx.AsyncClient) -> None:
    answer = await predict(client, PLAIN * 2000 + LOADED, truncate=True)
    assert answer[0] == {"label": "loaded_language", "score": 0.8}


@pytest.mark.parametrize(
    ("content", "media_type", "expected"),
    [
        (b'{"inputs": "a"}', "text/plain", (415, "Validation")),
        (b'{"inputs": "a', "application/json", (400, "Validation")),
        (b'{"inputs": "\xff"}', "application/json", (400, "Validation")),
        (b'{"inputs": "\\ud800"}', "application/json", (400, "Validation")),
        (b'{"inputs": ' + b"[" * 100_000, "application/json", (400, "Validation")),
        (b'{"inputs": ' + b"9" * 10_000 + b"}", "application/json", (400, "Validation")),
        (b'{"inputs": "a", "raw_scores": 1e999}', "application/json", (422, "Validation")),
        (b"", "application/json", (400, "Empty")),
        (b"{}", "application/json", (422, "Validation")),
        (b'{"inputs": "  "}', "application/json", (400, "Empty")),
        ('{"inputs": "Совет собрался во вторник."}'.encode(), "application/json", (422, "Validation")),
    ],
)
async def test_what_cannot_be_scored_is_told_in_the_form_of_the_original(
    client: httpx.AsyncClient, content: bytes, media_type: str, expected: tuple[int, str]
) -> None:
    assert await refused(client, content=content, headers={"Content-Type": media_type}) == expected


async def test_limits_are_told_with_413(opened: Opened) -> None:
    async with opened(max_documents=2, max_document_length=40, max_body_bytes=1024) as client:
        assert await refused(client, json={"inputs": [["a"]] * 3}) == (413, "Validation")
        assert await refused(client, json={"inputs": "a" * 41}) == (413, "Validation")
        assert await refused(client, json={"inputs": "a" * 2000}) == (413, "Validation")


async def test_a_text_of_a_batch_that_cannot_be_scored_is_named(client: httpx.AsyncClient) -> None:
    response = await client.post("/predict", json={"inputs": [[PLAIN], [" "]]})
    assert response.json()["error"].startswith("inputs[1]: ")


async def test_overload_is_429_and_says_when_to_try_again(opened: Opened) -> None:
    gate = Gate()
    async with opened(KeywordEngine(before=gate), max_documents=1, max_queued_documents=1) as client:
        waiting = asyncio.create_task(predict(client, PLAIN))
        assert await asyncio.to_thread(gate.entered.wait, 60)
        response = await client.post("/predict", json={"inputs": PLAIN})
        gate.open()
        await waiting
    assert (response.status_code, response.json()["error_type"]) == (429, "Overloaded")
    assert int(response.headers["retry-after"]) >= 1


async def test_a_failure_of_the_engine_is_424_without_its_message(opened: Opened) -> None:
    def fail(texts: object) -> None:
        raise RuntimeError("the secret text")

    async with opened(KeywordEngine(before=fail)) as client:
        response = await client.post("/predict", json={"inputs": PLAIN})
    assert (response.status_code, response.json()["error_type"]) == (424, "Backend")
    assert "secret" not in response.text


async def test_while_the_model_is_loaded_the_server_is_not_healthy(opened: Opened) -> None:
    gate = Gate()

    def loading(text: str, declared: str | None) -> Any:
        gate([text])

    async with opened(check_language=loading, ready=False) as client:
        responses = [await client.get("/health"), await client.post("/predict", json={"inputs": PLAIN})]
        gate.open()
    assert [(r.status_code, r.json()["error_type"]) for r in responses] == [(503, "Unhealthy")] * 2


async def test_info_tells_the_model_its_labels_and_its_limits(client: httpx.AsyncClient) -> None:
    told = (await client.get("/info")).json()
    assert (told["model_id"], told["model_sha"]) == ("keyword-1.2.3", "0123456789ab")
    assert told["model_type"]["classifier"]["id2label"]["0"] == FEATURE_IDS[0]
    assert told["model_type"]["classifier"]["label2id"] == {label: i for i, label in enumerate(FEATURE_IDS)}
    assert (told["max_client_batch_size"], told["auto_truncate"]) == (100, False)


class TestHuggingFacesClient:
    def test_text_classification_has_all_features(self, address: str) -> None:
        answer = InferenceClient(model=f"{address}/predict").text_classification(LOADED)
        assert (answer[0].label, answer[0].score) == ("loaded_language", 0.8)
        assert {element.label for element in answer} == set(FEATURE_IDS)

    def test_top_k_is_kept_to(self, address: str) -> None:
        answer = InferenceClient(model=f"{address}/predict").text_classification(LOADED, top_k=2)
        assert [element.label for element in answer] == ["loaded_language", FEATURE_IDS[0]]

    def test_without_a_function_the_scores_are_raw(self, address: str) -> None:
        client = InferenceClient(model=f"{address}/predict")
        (best,) = client.text_classification(LOADED, top_k=1, function_to_apply="none")
        assert best.score == pytest.approx(math.log(4), abs=1e-6)

    def test_softmax_is_refused_since_features_do_not_exclude_each_other(self, address: str) -> None:
        with pytest.raises(HfHubHTTPError, match="function_to_apply"):
            InferenceClient(model=f"{address}/predict").text_classification(LOADED, function_to_apply="softmax")

    def test_an_error_has_the_reason(self, address: str) -> None:
        with pytest.raises(BadRequestError, match="empty"):
            InferenceClient(model=f"{address}/predict").text_classification(" ")

    def test_health_and_info_are_found_below_the_address(self, address: str) -> None:
        client = InferenceClient(model=address, provider="hf-inference")
        assert client.health_check()
        assert client.get_endpoint_info()["model_id"] == "keyword-1.2.3"
