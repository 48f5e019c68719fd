"""With a LanguageTool server behind ours: a real one on a port, that plays fast, slow, dead and mad."""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
import structlog
from conftest import Opened
from keyword_engine import KeywordEngine
from languagetool_servers import (
    PATIENCE_S,
    UpstreamServer,
    answering,
    check_body,
    free_port,
    spelling_match,
)

from framescope_api.contracts.languagetool.upstream import MAX_ANSWER_BYTES, upstream_root
from framescope_api.errors import SettingsError
from framescope_api.settings import load_settings

TEXT = "The minstry said 😀 it was the worst ever, allright."
OWN = ["UNATTRIBUTED_SUPERLATIVE"]


@pytest.fixture
def upstream() -> Iterator[UpstreamServer]:
    with UpstreamServer.running() as server:
        yield server


def served(opened: Opened, upstream: UpstreamServer, **settings: Any) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    behind = {"languagetool_upstream": upstream.url, "languagetool_upstream_timeout_s": PATIENCE_S}
    return opened(**{**behind, **settings})


async def check(client: httpx.AsyncClient, text: str = TEXT, language: str = "en-US", **more: str) -> httpx.Response:
    return await client.post("/v2/check", data={"text": text, "language": language, **more})


def rules(answer: dict[str, Any]) -> list[str]:
    return [match["rule"]["id"] for match in answer["matches"]]


async def test_matches_of_both_come_sorted_and_whole(opened: Opened, upstream: UpstreamServer) -> None:
    first, last = spelling_match(4, 7), spelling_match(43, 8, ignored=None)
    upstream.check = answering(last, first)
    async with served(opened, upstream) as client:
        answer = (await check(client)).json()
    assert rules(answer) == ["MORFOLOGIK_RULE_EN_US", *OWN, "MORFOLOGIK_RULE_EN_US"]
    assert answer["matches"][0] == first
    assert answer["matches"][2] == last
    assert answer["warnings"] == {"incompleteResults": False}
    assert answer["software"]["name"] == "framescope"


async def test_the_same_request_is_forwarded(opened: Opened, upstream: UpstreamServer) -> None:
    async with served(opened, upstream) as client:
        form = {"data": '{"annotation": [{"text": "é 😀"}]}', "disabledRules": "A,B", "motherTongue": "de", "empty": ""}
        await client.post("/v2/check", params={"level": "picky"}, data={"language": "en-GB", "callback": "run", **form})
    assert upstream.asked == [("/v2/check", {"language": "en-GB", "level": "picky", **form})]


@pytest.mark.parametrize("ending", ["", "/", "/v2", "/v2/"])
async def test_the_upstream_is_named_as_operators_write_it(
    opened: Opened, upstream: UpstreamServer, ending: str
) -> None:
    async with served(opened, upstream, languagetool_upstream=upstream.url + ending) as client:
        await check(client)
    assert upstream.asked[0][0] == "/v2/check"
    assert upstream_root("https://desk.example/lt" + ending) == "https://desk.example/lt/v2/"


async def test_both_are_asked_at_the_same_time(opened: Opened, upstream: UpstreamServer) -> None:
    arrived = asyncio.Event()
    loop = asyncio.get_running_loop()

    def arrive(form: dict[str, str]) -> tuple[int, bytes]:
        loop.call_soon_threadsafe(arrived.set)
        return answering()(form)

    def until_the_upstream_is_asked(texts: Sequence[str]) -> None:
        # The pass ends only when the request has reached the upstream, which an order of the two would prevent.
        asyncio.run_coroutine_threadsafe(asyncio.wait_for(arrived.wait(), PATIENCE_S), loop).result()

    upstream.check = arrive
    async with served(opened, upstream, engine=KeywordEngine(before=until_the_upstream_is_asked)) as client:
        assert rules((await check(client)).json()) == OWN


async def test_a_slow_upstream_does_not_hold_up_our_answer(opened: Opened, upstream: UpstreamServer) -> None:
    upstream.check, upstream.delay_s = answering(spelling_match(4, 7)), PATIENCE_S
    async with served(opened, upstream, languagetool_upstream_timeout_s=0.2) as client:
        begun = time.monotonic()
        answer = (await check(client)).json()
        assert time.monotonic() - begun < PATIENCE_S / 2
    assert rules(answer) == OWN
    assert answer["warnings"]["incompleteResults"] is True
    assert "in time" in answer["warnings"]["incompleteResultsReason"]


async def test_a_dead_upstream_costs_its_matches_only(opened: Opened) -> None:
    async with opened(languagetool_upstream=f"http://127.0.0.1:{free_port()}") as client:
        answer = (await check(client)).json()
        assert rules(answer) == OWN
        assert answer["warnings"]["incompleteResults"] is True
        assert len((await client.get("/v2/languages")).json()) == 7


NONSENSE: dict[str, tuple[int, bytes]] = {
    "no JSON": (200, b"<html>It works!</html>"),
    "nothing": (200, b""),
    "no UTF-8": (200, b'{"matches": ["\xff"]}'),
    "half a pair": (200, json.dumps(check_body(spelling_match(0, 1, message="\ud83d"))).encode()),
    "another object": (200, b'{"answer": 42}'),
    "a list": (200, b"[]"),
    "no matches": (200, json.dumps(check_body(matches=None)).encode()),
    "a match that is none": (200, json.dumps(check_body({"offset": 1})).encode()),
    "an offset that is no number": (200, json.dumps(check_body(spelling_match(True, 1))).encode()),
    "a negative offset": (200, json.dumps(check_body(spelling_match(-1, 1))).encode()),
    "an offset behind the text": (200, json.dumps(check_body(spelling_match(51, 2))).encode()),
    "a rule without a category": (200, json.dumps(check_body(spelling_match(0, 1, rule={"id": "A"}))).encode()),
    "deep nesting": (200, json.dumps(check_body()).encode()[:-1] + b', "x": ' + b"[" * 900 + b"]" * 900 + b"}"),
    "deeper nesting": (200, b"[" * 100_000),
    "too much": (200, b" " * (MAX_ANSWER_BYTES + 1)),
    "a redirection": (302, b""),
    "a failure": (500, b"Error: Internal Error"),
    "a refusal": (400, b"Error: \xff\x00 no"),
    "too many requests": (429, b"Error: slow down"),
}


@pytest.mark.parametrize("kind", NONSENSE)
async def test_an_upstream_that_talks_nonsense_costs_its_matches_only(
    opened: Opened, upstream: UpstreamServer, kind: str
) -> None:
    upstream.check = lambda form: NONSENSE[kind]
    async with served(opened, upstream) as client:
        response = await check(client)
    assert response.status_code == 200
    assert rules(response.json()) == OWN
    assert response.json()["warnings"]["incompleteResults"] is True
    assert response.json()["warnings"]["incompleteResultsReason"]


async def test_an_upstream_that_was_not_done_says_so_through_us(opened: Opened, upstream: UpstreamServer) -> None:
    warnings = {"incompleteResults": True, "incompleteResultsReason": "Too many errors."}
    upstream.check = answering(spelling_match(4, 7), warnings=warnings)
    async with served(opened, upstream) as client:
        answer = (await check(client)).json()
    assert rules(answer) == ["MORFOLOGIK_RULE_EN_US", *OWN]
    assert answer["warnings"] == warnings


GERMAN = check_body(spelling_match(0, 5), code="de-DE", extendedSentenceRanges=[])


@pytest.mark.parametrize(
    ("text", "language"),
    [("Gutne Tag worst ever", "de-DE"), ("Добрый день worst ever", "auto"), ("Gutne Tag worst ever", "auto")],
    ids=["declared", "detected by us", "detected by the upstream only"],
)
async def test_another_language_is_answered_by_the_upstream_alone(
    opened: Opened, upstream: UpstreamServer, text: str, language: str
) -> None:
    upstream.check = lambda form: (200, json.dumps(GERMAN).encode())
    async with served(opened, upstream) as client:
        response = await check(client, text, language)
    assert (response.status_code, response.json()) == (200, GERMAN)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((400, b"Error: no such language"), 400),
        ((413, b"Error: no such length"), 413),
        ((403, b"Error: too many requests"), 503),
        ((500, b"Error"), 503),
        ((200, b"{}"), 503),
    ],
)
@pytest.mark.parametrize(("text", "language"), [("Guten Tag", "de"), ("Добрый день", "auto")])
async def test_without_its_answer_another_language_is_an_error(
    opened: Opened, upstream: UpstreamServer, answer: tuple[int, bytes], status: int, text: str, language: str
) -> None:
    upstream.check = lambda form: answer
    async with served(opened, upstream) as client:
        response = await check(client, text, language)
    assert (response.status_code, response.text[:7]) == (status, "Error: ")
    assert ("no such l" in response.text) is (status < 500)


async def test_our_own_errors_stay_errors(opened: Opened, upstream: UpstreamServer) -> None:
    async with served(opened, upstream, max_document_length=10) as client:
        assert (await check(client, "a" * 11)).status_code == 413
        assert (await check(client, level="strict")).status_code == 400


async def test_an_empty_text_is_nobodys_business(opened: Opened, upstream: UpstreamServer) -> None:
    async with served(opened, upstream) as client:
        assert (await check(client, "")).json()["matches"] == []
    assert upstream.asked == []


async def test_the_languages_of_the_upstream_can_be_asked_for(opened: Opened, upstream: UpstreamServer) -> None:
    async with served(opened, upstream) as client:
        languages = (await client.get("/v2/languages")).json()
    assert {"name": "German (Germany)", "code": "de", "longCode": "de-DE"} in languages
    codes = [each["longCode"] for each in languages]
    assert len(codes) == len(set(codes)) == 8


async def test_proxies_of_the_environment_see_no_text(
    opened: Opened, upstream: UpstreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    upstream.check = answering(spelling_match(4, 7))
    async with served(opened, upstream) as client:
        assert len((await check(client)).json()["matches"]) == 2


async def test_a_failure_is_logged_without_the_text(opened: Opened, upstream: UpstreamServer) -> None:
    upstream.check = lambda form: (200, b"my secret")
    async with served(opened, upstream) as client:
        with structlog.testing.capture_logs() as logs:
            await check(client, "my secret")
    assert [line["event"] for line in logs] == ["upstream_failed", "request"]
    assert "secret" not in str(logs)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANGUAGETOOL_UPSTREAM", "desk.example"),
        ("LANGUAGETOOL_UPSTREAM", "ftp://desk.example"),
        ("LANGUAGETOOL_UPSTREAM", "http://desk.example/?key=1"),
        ("LANGUAGETOOL_UPSTREAM", "http://desk.example:99999"),
        ("LANGUAGETOOL_UPSTREAM", "http://[desk.example"),
        ("LANGUAGETOOL_UPSTREAM", "http://"),
        ("LANGUAGETOOL_UPSTREAM", "http://desk example"),
        ("LANGUAGETOOL_UPSTREAM_TIMEOUT_S", "0"),
    ],
)
def test_an_unusable_upstream_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"FRAMESCOPE_{name}", value)
    with pytest.raises(SettingsError, match=name):
        load_settings()
