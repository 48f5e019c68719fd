"""Recorded answers of the scoring route, and its errors."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
import structlog
from conftest import Opened
from keyword_engine import Gate, KeywordEngine

from framescope_api.schemas import Problem, ScoreAnswer
from framescope_model.errors import InputError
from framescope_model.features import FEATURE_IDS

MODEL = {"name": "keyword", "version": "1.2.3", "revision": "0123456789ab"}
BOTH = ["unattributed_superlative", "loaded_language"]
TEXT = "It was the worst ever. Miller said the regime fell.\nShare this article"


async def score(client: httpx.AsyncClient, **body: Any) -> Any:
    response = await client.post("/v1/score", json=body)
    assert response.status_code == 200, response.text
    ScoreAnswer.model_validate_json(response.content)
    return response.json()


async def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    Problem.model_validate(response.json())
    assert response.json()["request_id"] == response.headers["x-request-id"]
    found: dict[str, Any] = response.json()
    return found


async def test_the_example_of_the_contract_has_its_recorded_answer(client: httpx.AsyncClient) -> None:
    answer = await score(
        client,
        documents=[{"id": "a", "text": TEXT, "language": "en"}],
        features=BOTH,
        spans=True,
        offsets="codepoint",
        thresholds={"loaded_language": 0.7},
        ignore=["our own slogan"],
        exclude_quoted=False,
    )
    assert answer == {
        "model": MODEL,
        "offsets": "codepoint",
        "documents": [
            {
                "id": "a",
                "language": {"code": "en", "score": 1.0},
                "scores": {
                    "unattributed_superlative": {"score": 0.93, "flagged": True, "share": 0.5},
                    "loaded_language": {"score": 0.8, "flagged": True, "share": 0.5},
                },
                "passages": [
                    {
                        "start": 0,
                        "end": 22,
                        "scores": {"unattributed_superlative": 0.93, "loaded_language": 0.05},
                        "flags": ["unattributed_superlative"],
                    },
                    {
                        "start": 22,
                        "end": 51,
                        "scores": {"unattributed_superlative": 0.05, "loaded_language": 0.8},
                        "flags": ["loaded_language"],
                    },
                ],
                "spans": [
                    {
                        "feature": "unattributed_superlative",
                        "start": 11,
                        "end": 21,
                        "score": 0.93,
                        "mode": None,
                        "evidence": {"voice": "narrator", "source": None, "cue": None},
                    },
                    {
                        "feature": "loaded_language",
                        "start": 39,
                        "end": 45,
                        "score": 0.8,
                        "mode": None,
                        "evidence": {"voice": "reported", "source": [[23, 29]], "cue": [[30, 34]]},
                    },
                ],
                "attributions": [{"source": [[23, 29]], "cue": [[30, 34]], "content": [[35, 50]], "voice": "reported"}],
                "skipped": [{"start": 52, "end": 70, "reason": "boilerplate"}],
            }
        ],
    }


async def test_the_members_stand_in_the_order_of_the_contract(client: httpx.AsyncClient) -> None:
    answer = await score(client, text=TEXT)
    assert list(answer) == ["model", "offsets", "documents"]
    members = ["id", "language", "scores", "passages", "spans", "attributions", "skipped"]
    assert list(answer["documents"][0]) == members


async def test_the_mode_is_told_for_the_state_official_narrative(client: httpx.AsyncClient) -> None:
    answer = await score(client, text="It happened, state media wrote.")
    assert [span["mode"] for span in answer["documents"][0]["spans"]] == ["relayed"]


async def test_all_features_are_told_by_default(client: httpx.AsyncClient) -> None:
    answer = await score(client, text="Plain.")
    assert list(answer["documents"][0]["scores"]) == list(FEATURE_IDS)


async def test_without_spans_neither_spans_nor_attributions_are_told(client: httpx.AsyncClient) -> None:
    (document,) = (await score(client, text=TEXT, spans=False))["documents"]
    assert sorted(document) == ["id", "language", "passages", "scores", "skipped"]


async def test_a_threshold_moves_flags_and_not_scores(client: httpx.AsyncClient) -> None:
    answer = await score(client, text=TEXT, features=BOTH, thresholds={"loaded_language": 0.9})
    assert answer["documents"][0]["scores"]["loaded_language"] == {"score": 0.8, "flagged": False, "share": 0.0}


async def test_an_ignored_phrase_is_not_reported(client: httpx.AsyncClient) -> None:
    answer = await score(client, text=TEXT, features=BOTH, ignore=["the worst ever"])
    assert [span["feature"] for span in answer["documents"][0]["spans"]] == ["loaded_language"]


async def test_quoted_speech_can_be_kept_out(client: httpx.AsyncClient) -> None:
    text = "“The worst ever,” he wrote."
    with_quotes = (await score(client, text=text))["documents"][0]
    assert with_quotes["spans"][0]["evidence"]["voice"] == "quoted"
    assert (await score(client, text=text, exclude_quoted=True))["documents"][0]["spans"] == []


@pytest.mark.parametrize(
    ("offsets", "encoding", "size"), [("codepoint", "utf-32-le", 4), ("utf16", "utf-16-le", 2), ("utf8", "utf-8", 1)]
)
async def test_all_offsets_are_in_the_unit_asked_for(
    client: httpx.AsyncClient, offsets: str, encoding: str, size: int
) -> None:
    text = "😀 Ünlü €5. Miller said the 🇪🇺 regime fell.\nShare this article 😀"
    encoded = text.encode(encoding)

    def cut(start: int, end: int) -> str:
        return encoded[start * size : end * size].decode(encoding)

    answer = await score(client, text=text, offsets=offsets)
    (document,) = answer["documents"]
    (span,), (attribution,), (skipped,) = document["spans"], document["attributions"], document["skipped"]
    assert answer["offsets"] == offsets
    assert [cut(p["start"], p["end"]) for p in document["passages"]][:2] == [
        "😀 Ünlü €5.",
        " Miller said the 🇪🇺 regime fell.",
    ]
    assert cut(span["start"], span["end"]) == "regime"
    assert [cut(*piece) for piece in span["evidence"]["source"]] == ["Miller"]
    assert [cut(*piece) for piece in span["evidence"]["cue"]] == ["said"]
    assert [cut(*attribution[role][0]) for role in ("source", "cue", "content")] == [
        "Miller",
        "said",
        "the 🇪🇺 regime fell",
    ]
    assert cut(skipped["start"], skipped["end"]) == "Share this article"


async def test_ids_are_positions_unless_given(client: httpx.AsyncClient) -> None:
    answer = await score(client, documents=[{"text": "A."}, {"text": "B.", "id": "mine"}, {"text": "C."}])
    assert [document["id"] for document in answer["documents"]] == ["0", "mine", "2"]


@pytest.mark.parametrize(
    "documents", [[{"id": "a", "text": "A."}, {"id": "a", "text": "B."}], [{"id": "1", "text": "A."}, {"text": "B."}]]
)
async def test_an_id_given_twice_is_refused(client: httpx.AsyncClient, documents: list[dict[str, str]]) -> None:
    await problem(await client.post("/v1/score", json={"documents": documents}), 422, "duplicate_id")


async def test_a_document_at_fault_stands_in_its_place_and_the_others_are_scored(client: httpx.AsyncClient) -> None:
    answer = await score(
        client,
        documents=[
            {"text": "A."},
            {"text": "  \n\t "},
            {"text": "Это плохо."},
            {"text": ""},
            {"text": "x" * 200_001},
            {"text": "B."},
        ],
        features=BOTH,
    )
    codes = [document.get("error", {}).get("code") for document in answer["documents"]]
    assert codes == [None, "empty_text", "unsupported_language", "empty_text", "text_too_long", None]
    assert sorted(answer["documents"][1]) == ["error", "id"]
    assert "Russian" in answer["documents"][2]["error"]["detail"]


async def test_a_batch_in_which_nothing_can_be_scored_is_still_answered(client: httpx.AsyncClient) -> None:
    answer = await score(client, documents=[{"text": ""}, {"text": " "}])
    assert [document["error"]["code"] for document in answer["documents"]] == ["empty_text", "empty_text"]


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "empty_text"),
        (" \n ", 422, "empty_text"),
        ("Это плохо.", 422, "unsupported_language"),
        ("x" * 200_001, 413, "text_too_long"),
    ],
)
@pytest.mark.parametrize("form", ["text", "documents"])
async def test_a_single_document_at_fault_is_the_answer(
    client: httpx.AsyncClient, text: str, status: int, code: str, form: str
) -> None:
    body = {"text": text} if form == "text" else {"documents": [{"text": text}]}
    await problem(await client.post("/v1/score", json=body), status, code)


async def test_a_declared_language_wins(client: httpx.AsyncClient) -> None:
    answer = await score(client, text="Это плохо.", language="en")
    assert answer["documents"][0]["language"] == {"code": "en", "score": 1.0}
    refused = await client.post("/v1/score", json={"text": "Plain.", "language": "de"})
    assert "de" in (await problem(refused, 422, "unsupported_language"))["detail"]


async def test_an_unknown_feature_is_named_with_those_there_are(client: httpx.AsyncClient) -> None:
    for body in ({"text": "A.", "features": ["toxicity"]}, {"text": "A.", "thresholds": {"toxicity": 0.5}}):
        found = await problem(await client.post("/v1/score", json=body), 422, "unknown_feature")
        assert "'toxicity'" in found["detail"]
        assert all(feature in found["detail"] for feature in FEATURE_IDS)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, "0.5", True, None])
async def test_a_threshold_outside_its_range_is_refused_with_its_place(
    client: httpx.AsyncClient, threshold: object
) -> None:
    body = {"text": "A.", "thresholds": {"loaded_language": threshold}}
    found = await problem(await client.post("/v1/score", json=body), 422, "invalid_request")
    assert found["errors"][0]["pointer"] == "#/thresholds/loaded_language"


@pytest.mark.parametrize(
    "body",
    [{}, {"text": "A.", "documents": [{"text": "A."}]}, {"text": "A.", "extra": 1}, {"documents": []}, [], None, 1],
)
async def test_a_body_against_the_contract_is_refused(client: httpx.AsyncClient, body: object) -> None:
    await problem(
        await client.post("/v1/score", content=json.dumps(body), headers={"content-type": "application/json"}),
        422,
        "invalid_request",
    )


async def test_too_many_documents_are_refused(opened: Opened) -> None:
    async with opened(max_documents=2) as client:
        await score(client, documents=[{"text": "A."}, {"text": "B."}])
        response = await client.post("/v1/score", json={"documents": [{"text": "A."}] * 3})
        assert "at most 2" in (await problem(response, 422, "too_many_documents"))["detail"]
        # They are counted before any of them is looked at.
        response = await client.post("/v1/score", json={"documents": [1, 2, 3]})
        await problem(response, 422, "too_many_documents")


async def test_the_document_limit_counts_code_points(opened: Opened) -> None:
    async with opened(max_document_length=10) as client:
        await score(client, text="😀" * 10)
        await problem(await client.post("/v1/score", json={"text": "😀" * 11}), 413, "text_too_long")


async def test_no_body_is_told_from_broken_json(client: httpx.AsyncClient) -> None:
    await problem(await client.post("/v1/score"), 422, "empty_body")
    json_type = {"content-type": "application/json"}
    await problem(await client.post("/v1/score", headers=json_type), 422, "empty_body")
    found = await problem(
        await client.post("/v1/score", content=b'{"text": "a",}', headers=json_type), 400, "malformed_json"
    )
    assert "line 1 column" in found["detail"]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "json",
        "",
        "application/json; charset=latin-1",
    ],
)
async def test_another_content_type_is_refused(client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.post("/v1/score", content=b'{"text": "A."}', headers={"content-type": content_type})
    await problem(response, 415, "unsupported_media_type")


async def test_a_body_without_a_content_type_is_refused(client: httpx.AsyncClient) -> None:
    await problem(await client.post("/v1/score", content=b'{"text": "A."}'), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=UTF-8",
        'application/json; charset="utf-8"',
        "application/vnd.api+json",
    ],
)
async def test_spellings_of_json_are_accepted(client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.post("/v1/score", content=b'{"text": "A."}', headers={"content-type": content_type})
    assert response.status_code == 200


async def test_a_body_over_the_limit_is_refused_however_it_is_sent(opened: Opened) -> None:
    async def parts() -> Any:
        for _ in range(100):
            yield b" " * 100

    async with opened(max_body_bytes=5000) as client:
        json_type = {"content-type": "application/json"}
        await problem(await client.post("/v1/score", content=b" " * 5001, headers=json_type), 413, "body_too_large")
        await problem(await client.post("/v1/score", content=parts(), headers=json_type), 413, "body_too_large")
        assert (
            await client.post("/v1/score", content=b'{"text": "A."}'.ljust(5000), headers=json_type)
        ).status_code == 200


async def test_a_lone_surrogate_is_refused_with_its_place(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/v1/score", content=rb'{"text": "\ud800"}', headers={"content-type": "application/json"}
    )
    found = await problem(response, 422, "lone_surrogate")
    assert found["errors"][0]["pointer"] == "#/text"


async def test_a_lone_surrogate_in_a_name_does_not_fail(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/score", content=rb'{"\udc00": 1}', headers={"content-type": "application/json"})
    await problem(response, 422, "lone_surrogate")


async def test_nul_characters_are_text_like_any_other(client: httpx.AsyncClient) -> None:
    answer = await score(client, text="\x00 the worst ever \x00.", offsets="utf8")
    assert [(span["start"], span["end"]) for span in answer["documents"][0]["spans"]] == [(6, 16)]


async def test_an_engine_that_fails_gives_a_500_without_internals(opened: Opened) -> None:
    def fail(texts: object) -> None:
        raise RuntimeError(f"cannot encode {texts}")

    async with opened(KeywordEngine(before=fail)) as client:
        with structlog.testing.capture_logs() as logs:
            response = await client.post("/v1/score", json={"text": "My secret."})
        await problem(response, 500, "internal_error")
    assert "secret" not in response.text
    (failed,) = [line for line in logs if line["event"] == "request_failed"]
    assert failed["error"] == "RuntimeError"
    assert "secret" not in str(logs)


async def test_in_a_batch_an_engine_that_fails_on_one_document_scores_the_others(opened: Opened) -> None:
    def fail(texts: Sequence[str]) -> None:
        if any("poison" in text for text in texts):
            raise RuntimeError("my secret")

    async with opened(KeywordEngine(before=fail)) as client:
        answer = await score(client, documents=[{"text": "A."}, {"text": "poison"}])
    assert answer["documents"][1]["error"]["code"] == "internal_error"
    assert "secret" not in str(answer)
    assert "scores" in answer["documents"][0]


async def test_an_input_error_of_the_engine_keeps_its_code(opened: Opened) -> None:
    def refuse(texts: object) -> None:
        raise InputError("nothing but boilerplate")

    async with opened(KeywordEngine(before=refuse)) as client:
        await problem(await client.post("/v1/score", json={"text": "A."}), 422, "invalid_input")


async def test_overload_is_429_with_retry_after_and_liveness_answers_meanwhile(opened: Opened) -> None:
    gate = Gate()
    async with opened(KeywordEngine(before=gate), max_queued_documents=2, max_documents=2) as client:
        body = {"documents": [{"text": "A."}, {"text": "B."}]}
        held = asyncio.create_task(client.post("/v1/score", json=body))
        await asyncio.to_thread(gate.entered.wait, 60)
        assert (await asyncio.wait_for(client.get("/livez"), 60)).status_code == 200
        refused = await client.post("/v1/score", json=body)
        await problem(refused, 429, "overloaded")
        assert int(refused.headers["retry-after"]) >= 1
        gate.open()
        assert (await held).status_code == 200
        assert (await client.post("/v1/score", json=body)).status_code == 200


async def test_concurrent_requests_share_passes_and_keep_their_own_answers(opened: Opened) -> None:
    engine = KeywordEngine()
    async with opened(engine, max_wait_ms=50) as client:
        texts = [f"Number {i} is {'the worst ever' if i % 2 else 'fine'}." for i in range(20)]
        answers = await asyncio.gather(*(score(client, text=text, features=BOTH) for text in texts))
    flags = [answer["documents"][0]["scores"]["unattributed_superlative"]["flagged"] for answer in answers]
    assert flags == [bool(i % 2) for i in range(20)]
    assert len(engine.passes) < 20


async def test_a_document_scores_the_same_alone_and_in_a_batch(client: httpx.AsyncClient) -> None:
    alone = (await score(client, documents=[{"id": "x", "text": TEXT}]))["documents"][0]
    batch = await score(client, documents=[{"text": f"Other {i}."} for i in range(50)] + [{"id": "x", "text": TEXT}])
    assert batch["documents"][-1] == alone
