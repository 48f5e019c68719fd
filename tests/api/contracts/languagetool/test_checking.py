"""The contract over HTTP, without a server behind it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest
from conftest import Opened
from keyword_engine import INFO, KeywordEngine, Reading

from framescope_model.results import ScoredDocument, ScoreOptions

TEXT = "😀 It was the worst ever. Bakunin said the regime fell."
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class StrictEngine(KeywordEngine):
    """Tells spans at or over their threshold only, as the model does."""

    def decode(self, prediction: Reading, options: ScoreOptions) -> ScoredDocument:
        scored = super().decode(prediction, options)
        thresholds = {**self.info.thresholds, **(options.thresholds or {})}
        return replace(scored, spans=tuple(s for s in scored.spans if s.score >= thresholds[s.feature]))


def cut(text: str, match: dict[str, Any]) -> str:
    """The words of a match as a client in JavaScript or Java cuts them."""
    units = text.encode("utf-16-le")
    return units[2 * match["offset"] : 2 * (match["offset"] + match["length"])].decode("utf-16-le")


def rules(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [match["rule"]["id"] for match in response.json()["matches"]]


async def test_the_members_come_as_the_contract_has_them(client: httpx.AsyncClient) -> None:
    response = await client.post("/v2/check", data={"text": TEXT, "language": "en-GB"})
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert list(answer) == ["software", "warnings", "language", "matches", "sentenceRanges"]
    assert answer["software"] == {
        "name": "framescope",
        "version": "0.1.0",
        "buildDate": "",
        "apiVersion": 1,
        "premium": False,
        "status": "keyword 1.2.3 (0123456789ab)",
    }
    assert list(answer["software"]) == ["name", "version", "buildDate", "apiVersion", "premium", "status"]
    assert answer["warnings"] == {"incompleteResults": False}
    assert answer["language"] == {
        "name": "English (GB)",
        "code": "en-GB",
        "detectedLanguage": {"name": "English (GB)", "code": "en-GB", "confidence": 1.0, "source": "declared"},
    }
    assert answer["sentenceRanges"] == [[0, 25], [25, 55]]
    assert answer["matches"][0] == {
        "message": "No source is named for this superlative.",
        "shortMessage": "Unattributed superlative",
        "replacements": [],
        "offset": 14,
        "length": 10,
        "context": {"text": TEXT, "offset": 14, "length": 10},
        "sentence": "😀 It was the worst ever.",
        "type": {"typeName": "Hint"},
        "rule": {
            "id": "UNATTRIBUTED_SUPERLATIVE",
            "description": answer["matches"][0]["rule"]["description"],
            "issueType": "style",
            "urls": [{"value": "http://test/features/unattributed_superlative"}],
            "category": {"id": "SOURCING", "name": "Sourcing"},
        },
        "ignoreForIncompleteSentence": True,
        "contextForSureMatch": -1,
    }


async def test_each_match_points_at_its_words_and_says_whose_they_are(client: httpx.AsyncClient) -> None:
    matches = (await client.post("/v2/check", data={"text": TEXT, "language": "en"})).json()["matches"]
    assert [cut(TEXT, match) for match in matches] == ["worst ever", "regime"]
    assert matches[1]["message"].endswith("The writer reports this from “Bakunin”.")


@pytest.mark.parametrize("language", ["en", "en-US", "en_us", "auto"])
async def test_the_same_is_found_by_query_and_by_form(client: httpx.AsyncClient, language: str) -> None:
    parameters = {"text": TEXT, "language": language}
    by_form = await client.post("/v2/check", data=parameters)
    assert len(rules(by_form)) == 2
    for response in (
        await client.get("/v2/check", params=parameters),
        await client.post("/v2/check", params=parameters),
        await client.post("/v2/check", params={"language": language}, data={"text": TEXT}),
        await client.post("/v2/check", content=str(httpx.QueryParams(parameters)).encode()),
    ):
        assert response.json() == by_form.json()


async def test_a_text_with_markup_is_read_without_it_and_offsets_count_it(client: httpx.AsyncClient) -> None:
    pieces = [
        {"markup": "<p>😀</p>", "interpretAs": "\n\n"},
        {"text": "It was the "},
        {"markup": "<b>"},
        {"text": "worst"},
        {"markup": "</b>"},
        {"text": " ever.\r\n"},
    ]
    sent = "".join(piece.get("text", piece.get("markup", "")) for piece in pieces)
    data = {"data": json.dumps({"annotation": pieces}), "language": "auto"}
    answer = (await client.post("/v2/check", data=data)).json()
    assert [cut(sent, match) for match in answer["matches"]] == ["worst</b> ever"]
    assert answer["matches"][0]["sentence"] == "It was the worst ever."
    context = answer["matches"][0]["context"]
    assert cut(context["text"], context) == "worst</b> ever"
    ((start, end),) = answer["sentenceRanges"]
    assert cut(sent, {"offset": start, "length": end - start}) == "It was the <b>worst</b> ever."


@pytest.mark.parametrize("lead", ["", "Headline 😀\r\n\r\n", "x" * 100 + "\t😀\n\u2028", "😀" * 60 + " "])
async def test_the_context_is_one_line_in_which_the_words_are_found(client: httpx.AsyncClient, lead: str) -> None:
    text = f"{lead}It was the worst ever 😀, wasn't it?\r\n" + "And so on. " * 10
    (match,) = (await client.post("/v2/check", data={"text": text, "language": "en"})).json()["matches"]
    assert cut(text, match) == "worst ever"
    context = match["context"]
    assert cut(context["text"], context) == "worst ever"
    assert not set(context["text"]) & set("\r\n\t\u2028")
    assert context["text"].endswith("...")
    assert context["text"].startswith("...") is (len(lead) > 40)


@pytest.mark.parametrize("text", ["", " \r\n\t"])
@pytest.mark.parametrize("language", ["auto", "en-ZA"])
async def test_an_empty_text_has_no_matches(client: httpx.AsyncClient, text: str, language: str) -> None:
    response = await client.post("/v2/check", data={"text": text, "language": language})
    assert (rules(response), response.json()["sentenceRanges"]) == ([], [])


async def test_a_text_of_markup_alone_has_no_matches(client: httpx.AsyncClient) -> None:
    data = {"data": '{"annotation": [{"markup": "<worst ever>"}]}', "language": "en"}
    assert rules(await client.post("/v2/check", data=data)) == []


@pytest.mark.parametrize(
    ("switches", "found"),
    [
        ({"disabledRules": "UNATTRIBUTED_SUPERLATIVE,EN_A_VS_AN"}, ["LOADED_LANGUAGE"]),
        ({"disabledCategories": "PERSUASION_TECHNIQUES,TYPOS"}, ["UNATTRIBUTED_SUPERLATIVE"]),
        ({"enabledRules": "LOADED_LANGUAGE", "enabledOnly": "true"}, ["LOADED_LANGUAGE"]),
        ({"enabledCategories": "SOURCING", "enabledOnly": "yes"}, ["UNATTRIBUTED_SUPERLATIVE"]),
        ({"enabledRules": "DOUBT", "enabledOnly": "false"}, ["UNATTRIBUTED_SUPERLATIVE", "LOADED_LANGUAGE"]),
        ({"mode": "textLevelOnly"}, ["UNATTRIBUTED_SUPERLATIVE", "LOADED_LANGUAGE"]),
        ({"mode": "allButTextLevelOnly"}, []),
        (
            {"motherTongue": "de", "preferredVariants": "en-GB", "username": "x", "apiKey": "y", "useragent": "z"},
            ["UNATTRIBUTED_SUPERLATIVE", "LOADED_LANGUAGE"],
        ),
    ],
)
async def test_rules_are_switched_as_the_client_says(
    client: httpx.AsyncClient, switches: dict[str, str], found: list[str]
) -> None:
    assert rules(await client.post("/v2/check", data={"text": TEXT, "language": "en", **switches})) == found


@pytest.mark.parametrize(
    ("level", "threshold", "found"),
    [
        ({}, 0.5, ["UNATTRIBUTED_SUPERLATIVE"]),
        ({}, 0.95, []),
        ({"level": "default"}, 0.95, []),
        ({"level": "picky"}, 0.95, ["UNATTRIBUTED_SUPERLATIVE"]),
    ],
)
async def test_the_picky_level_adds_what_the_threshold_leaves_out(
    opened: Opened, level: dict[str, str], threshold: float, found: list[str]
) -> None:
    info = replace(INFO, thresholds={**INFO.thresholds, "unattributed_superlative": threshold})
    async with opened(StrictEngine(info)) as client:
        response = await client.post("/v2/check", data={"text": "It was the worst ever.", "language": "en", **level})
        assert rules(response) == found
        for match in response.json()["matches"]:
            uncertain = threshold > 0.93
            assert match["message"].endswith("The score is below the usual threshold.") is uncertain
            assert match["rule"].get("tags", []) == (["picky"] if uncertain else [])


async def test_the_picky_level_has_a_floor(opened: Opened) -> None:
    thresholds: list[dict[str, float]] = []

    class Watching(KeywordEngine):
        def decode(self, prediction: Reading, options: ScoreOptions) -> ScoredDocument:
            thresholds.append(dict(options.thresholds or {}))
            return super().decode(prediction, options)

    info = replace(INFO, thresholds={**INFO.thresholds, "slogans": 0.03})
    async with opened(Watching(info)) as client:
        await client.post("/v2/check", data={"text": TEXT, "language": "en", "level": "picky"})
    (used,) = thresholds
    assert used["slogans"] == 0.03
    assert {value for feature, value in used.items() if feature != "slogans"} == {0.1}


@pytest.mark.parametrize(
    "data", [{"language": "de-DE", "text": "Guten Tag."}, {"language": "auto", "text": "Добрый день"}]
)
async def test_another_language_is_an_error_and_never_an_empty_list(
    client: httpx.AsyncClient, data: dict[str, str]
) -> None:
    response = await client.post("/v2/check", data=data)
    assert (response.status_code, response.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert response.text.startswith("Error: ")


async def test_what_the_client_declares_wins_over_what_the_text_looks_like(client: httpx.AsyncClient) -> None:
    assert rules(await client.post("/v2/check", data={"language": "en", "text": "Добрый worst ever"}))


async def test_a_detected_language_has_the_certainty_of_its_detection(client: httpx.AsyncClient) -> None:
    data = {"language": "auto", "text": TEXT, "preferredVariants": "de-DE,en-NZ"}
    language = (await client.post("/v2/check", data=data)).json()["language"]
    detected = {"name": "English (New Zealand)", "code": "en-NZ", "confidence": 0.99}
    assert language == {"name": "English (New Zealand)", "code": "en-NZ", "detectedLanguage": detected}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"language=en", FORM),
        (b"text=a", FORM),
        (b"", FORM),
        (b"", {}),
        (b"text=a&data=%7B%7D&language=en", FORM),
        (b"text=a&text=b&language=en", FORM),
        (b"text=%FF&language=en", FORM),
        (b"text=\xff&language=en", FORM),
        (b"text=a&language=en&level=strict", FORM),
        (b"text=a&language=%F0%9F%98%80", FORM),
        (b"text=a&language=en&enabledOnly=true", FORM),
        (b"data=" + b"[" * 100_000 + b"&language=en", FORM),
        (b"data=" + b'{"annotation":' * 50_000 + b"&language=en", FORM),
        (b'data={"annotation":[{"interpretAs":"a"}]}&language=en', FORM),
        (b'data={"text":"\\ud83d"}&language=en', FORM),
        (b'{"text": "a", "language": "en"}', {"Content-Type": "application/json"}),
        (b"--x\r\n\r\n--x--", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"&".join(b"p%d=" % n for n in range(200)), FORM),
    ],
)
async def test_an_unsound_request_is_told_so_in_plain_text(
    client: httpx.AsyncClient, body: bytes, headers: dict[str, str]
) -> None:
    response = await client.post("/v2/check", content=body, headers=headers)
    assert response.status_code == 400
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.startswith("Error: ")


async def test_an_unsound_query_is_told_so_in_plain_text(client: httpx.AsyncClient) -> None:
    for query in ("", "text=a", "text=%FF&language=en", "text=a&text=b&language=en"):
        response = await client.get(f"/v2/check?{query}")
        assert (response.status_code, response.text[:7]) == (400, "Error: ")


async def test_a_text_up_to_the_limit_is_checked_and_a_longer_one_is_413(opened: Opened) -> None:
    async with opened() as client:
        text = "It was the worst ever. 😀".ljust(200_000, "é")
        assert len(rules(await client.post("/v2/check", data={"text": text, "language": "en"}))) == 1
        response = await client.post("/v2/check", data={"text": text + "é", "language": "en"})
        assert (response.status_code, response.text[:7]) == (413, "Error: ")
        assert "200000" in response.text


async def test_markup_does_not_count_against_the_limit(opened: Opened) -> None:
    async with opened(max_document_length=10) as client:
        data = {"data": '{"annotation": [{"text": "worst ever"}, {"markup": "<b>"}]}', "language": "en"}
        assert len(rules(await client.post("/v2/check", data=data))) == 1


async def test_a_body_over_its_limit_is_413(opened: Opened) -> None:
    async with opened(max_body_bytes=1024) as client:
        response = await client.post("/v2/check", data={"text": "a" * 2000, "language": "en"})
        assert (response.status_code, response.text[:7]) == (413, "Error: ")


async def test_a_failing_engine_is_a_500_that_tells_nothing_of_the_text(opened: Opened) -> None:
    def fail(texts: Sequence[str]) -> None:
        raise ValueError(texts[0])

    async with opened(KeywordEngine(before=fail)) as client:
        response = await client.post("/v2/check", data={"text": "my secret", "language": "en"})
    assert (response.status_code, response.text[:7]) == (500, "Error: ")
    assert "secret" not in response.text


async def test_other_paths_are_told_so_in_plain_text(client: httpx.AsyncClient) -> None:
    for method, path in (("GET", "words"), ("POST", "words/add"), ("GET", "check/"), ("PUT", "check"), ("GET", "")):
        response = await client.request(method, f"/v2/{path}")
        assert (response.status_code, response.text[:7]) == (404, "Error: ")


@pytest.mark.parametrize(
    "origin",
    ["https://desk.example", "chrome-extension://oldceeleldhonbafppcapldpdifcinji", "app://obsidian.md"],
)
async def test_listed_origins_may_post_a_form_and_read_answers_and_errors(opened: Opened, origin: str) -> None:
    async with opened(cors_origins=(origin,)) as client:
        asked = {
            "origin": origin,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        }
        assert (await client.options("/v2/check", headers=asked)).headers["access-control-allow-origin"] == origin
        for data in ({"text": TEXT, "language": "en"}, {}):
            response = await client.post("/v2/check", data=data, headers={"origin": origin})
            assert response.headers["access-control-allow-origin"] == origin
        languages = await client.get("/v2/languages", headers={"origin": origin})
        assert languages.headers["access-control-allow-origin"] == origin
        other = await client.get("/v2/languages", headers={"origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers
