import asyncio
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Opened
from feedback_samples import DOCUMENT, PASSAGE
from pydantic import SecretStr

from framescope_api.feedback.repository import FeedbackRepository
from framescope_api.keys import Key, hash_key, key_line, new_key

BODY = {"text": "The worst ever.", "labels": {"unattributed_superlative": True}}
TOKEN = "Framescope-Deletion-Token"


@pytest.fixture
def stored(opened: Opened, sqlite_url: str) -> Any:
    """Opens a client of a service that keeps feedback."""
    return lambda **settings: opened(feedback_database=SecretStr(sqlite_url), **settings)


async def test_feedback_is_kept_and_answered_with_what_deletes_it(stored: Any) -> None:
    async with stored() as client:
        response = await client.post("/v1/feedback", json=BODY)
        assert response.status_code == 201
        kept = response.json()
        assert kept["stored"] is True
        assert response.headers["location"] == f"/v1/feedback/{kept['id']}"
        assert response.headers["cache-control"] == "no-store"
        deleted = await client.delete(response.headers["location"], headers={TOKEN: kept["deletion_token"]})
        assert (deleted.status_code, deleted.content) == (204, b"")
        again = await client.delete(response.headers["location"], headers={TOKEN: kept["deletion_token"]})
        assert (again.status_code, again.json()["code"]) == (404, "unknown_feedback")


async def test_a_wrong_token_is_answered_as_an_unknown_id_is(stored: Any) -> None:
    async with stored() as client:
        path = (await client.post("/v1/feedback", json=BODY)).headers["location"]
        answers = [
            await client.delete(path, headers={TOKEN: "wrong"}),
            await client.delete(path),
            await client.delete("/v1/feedback/00000000-0000-0000-0000-000000000000", headers={TOKEN: "wrong"}),
            await client.delete("/v1/feedback/no-id", headers={TOKEN: "wrong"}),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.json()["detail"] for answer in answers}) == 1


async def test_by_default_feedback_is_answered_and_dropped(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/feedback", json=BODY)
    assert (response.status_code, response.json()) == (200, {"stored": False, "reason": "storage_off"})


async def test_a_request_can_ask_that_nothing_be_kept(stored: Any) -> None:
    async with stored() as client:
        response = await client.post("/v1/feedback", json=BODY | {"do_not_store": True})
        assert (response.status_code, response.json()) == (200, {"stored": False, "reason": "do_not_store"})


async def test_the_operator_can_turn_all_storing_of_texts_off(stored: Any) -> None:
    async with stored(store_text=False) as client:
        response = await client.post("/v1/feedback", json=BODY)
        assert (response.status_code, response.json()) == (200, {"stored": False, "reason": "storage_off"})


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"text": " "}, 422, "empty_text"),
        ({"text": "a" * 101}, 413, "text_too_long"),
        ({"context": {"text": "a" * 101, "start": 0, "end": 1}}, 413, "text_too_long"),
        ({"labels": {"toxicity": True}}, 422, "unknown_feature"),
        ({"labels": {}}, 422, "invalid_request"),
        ({"context": {"text": "Not there.", "start": 0, "end": 3}}, 422, "invalid_request"),
        ({"spans": [{"feature": "doubt", "start": 0, "end": 3}]}, 422, "invalid_request"),
        ({"note": "a" * 2001}, 422, "invalid_request"),
        ({"note": "\0"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_kept_is_refused(stored: Any, change: dict[str, object], status: int, code: str) -> None:
    async with stored(max_document_length=100) as client:
        response = await client.post("/v1/feedback", json=BODY | change)
        assert (response.status_code, response.json()["code"]) == (status, code)


async def test_offsets_are_read_in_the_unit_of_the_request(stored: Any) -> None:
    end = len(PASSAGE.encode())
    body = {
        "text": PASSAGE,
        "context": {"text": DOCUMENT, "start": 17, "end": 17 + end},
        "labels": {"state_official_narrative": True},
        "spans": [{"feature": "state_official_narrative", "start": 0, "end": end - 1}],
    }
    async with stored() as client:
        assert (await client.post("/v1/feedback", json=body | {"offsets": "utf8"})).status_code == 201
        assert (await client.post("/v1/feedback", json=body | {"offsets": "codepoint"})).status_code == 422


async def test_feedback_is_taken_while_the_model_is_not_there(opened: Opened) -> None:
    def sick(_: object, declared: str | None) -> None:
        raise RuntimeError

    async with opened(check_language=sick, ready=False) as client:
        assert (await client.post("/v1/feedback", json=BODY)).status_code == 200


async def test_the_key_that_feedback_came_with_deletes_it(stored: Any, tmp_path: Path) -> None:
    keys = {"desk": new_key(), "sport": new_key()}
    file = tmp_path / "keys.toml"
    file.write_text("".join(key_line(Key(name, hash_key(key))) + "\n" for name, key in keys.items()))
    desk, sport = ({"X-API-Key": key} for key in keys.values())
    async with stored(keys_file=file) as client:
        path = (await client.post("/v1/feedback", json=BODY, headers=desk)).headers["location"]
        assert (await client.delete(path)).status_code == 401
        assert (await client.delete(path, headers=sport)).status_code == 404
        assert (await client.delete(path, headers=desk)).status_code == 204


async def test_a_database_that_hangs_holds_up_no_scoring(stored: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    entered, gate = threading.Event(), threading.Event()
    add = FeedbackRepository.add

    def hang(*arguments: Any) -> Any:
        entered.set()
        gate.wait(60)
        return add(*arguments)

    monkeypatch.setattr(FeedbackRepository, "add", hang)
    async with stored() as client:
        waiting = [asyncio.create_task(client.post("/v1/feedback", json=BODY)) for _ in range(40)]
        await asyncio.to_thread(entered.wait, 60)
        assert (await client.post("/v1/score", json={"text": "The worst ever."})).status_code == 200
        assert not any(task.done() for task in waiting)
        gate.set()
        assert {(await task).status_code for task in waiting} <= {201, 503}


async def test_what_became_of_feedback_is_counted_by_origin(stored: Any) -> None:
    async with stored() as client:
        for do_not_store in (False, True, True):
            await client.post("/v1/feedback", json=BODY | {"do_not_store": do_not_store})
        metrics = (await client.get("/metrics")).text
    assert 'framescope_feedback_total{origin="native",outcome="kept"} 1.0' in metrics
    assert 'framescope_feedback_total{origin="native",outcome="dropped"} 2.0' in metrics


async def test_a_listed_web_origin_may_delete(stored: Any) -> None:
    asked = {
        "origin": "https://a.example",
        "access-control-request-method": "DELETE",
        "access-control-request-headers": TOKEN,
    }
    async with stored(cors_origins=("https://a.example",)) as client:
        assert (await client.options("/v1/feedback/x", headers=asked)).status_code == 200
