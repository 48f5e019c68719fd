import asyncio
import json
from typing import Any

import httpx
import pytest
from conftest import Opened
from keyword_engine import INFO, Gate, KeywordEngine

from framescope_api.errors import ApiKeyInvalid, ServiceError
from framescope_api.lifecycle import Lifecycle
from framescope_model.features import FEATURE_IDS

ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"
SUPERLATIVE: dict[str, Any] = {"UNATTRIBUTED_SUPERLATIVE": {}}
PLAIN = {"text": "Fine. The worst ever."}
SOUND = {"comment": PLAIN, "requestedAttributes": SUPERLATIVE}


async def analyze(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    response = await client.post(ANALYZE, json=SOUND | body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def refused(client: httpx.AsyncClient, path: str = ANALYZE, **body: Any) -> dict[str, Any]:
    return error_of(await client.post(path, json=(SOUND if path == ANALYZE else {}) | body))


def error_of(response: httpx.Response, status: int = 400, name: str = "INVALID_ARGUMENT") -> dict[str, Any]:
    assert response.status_code == status, response.text
    error: dict[str, Any] = response.json()["error"]
    assert error.keys() == {"code", "message", "status", "details"}
    assert (error["code"], error["status"]) == (status, name)
    assert all("@type" in detail for detail in error["details"])
    return error


def spans(answer: dict[str, Any], name: str = "UNATTRIBUTED_SUPERLATIVE") -> list[tuple[int, int, float]]:
    return [(s["begin"], s["end"], s["score"]["value"]) for s in answer["attributeScores"][name]["spanScores"]]


class TestScores:
    async def test_there_is_an_attribute_for_each_feature(self, client: httpx.AsyncClient) -> None:
        names = [feature.upper() for feature in FEATURE_IDS]
        answer = await analyze(client, requestedAttributes={name: {} for name in names})
        assert list(answer["attributeScores"]) == names

    async def test_without_span_annotations_one_span_is_the_whole_comment(self, client: httpx.AsyncClient) -> None:
        answer = await analyze(client, comment={"text": " 😀 The worst ever. Fine.\n"})
        assert spans(answer) == [(0, 26, 0.93)]

    async def test_with_them_each_passage_is_a_span(self, client: httpx.AsyncClient) -> None:
        answer = await analyze(client, comment={"text": "😀 worst ever.\nFine."}, spanAnnotations=True)
        assert spans(answer) == [(0, 14, 0.93), (15, 20, 0.05)]

    async def test_what_is_under_its_threshold_is_left_out(self, client: httpx.AsyncClient) -> None:
        asked = {"UNATTRIBUTED_SUPERLATIVE": {"scoreThreshold": 0.93}, "DOUBT": {"scoreThreshold": 0.06}}
        answer = await analyze(client, requestedAttributes=asked, spanAnnotations=True)
        assert list(answer["attributeScores"]) == ["UNATTRIBUTED_SUPERLATIVE"]
        assert [score for *_, score in spans(answer)] == [0.93]
        none = await analyze(client, requestedAttributes={"DOUBT": {"scoreThreshold": 0.06}}, clientToken="t")
        assert none == {"languages": ["en"], "detectedLanguages": ["en"], "clientToken": "t"}

    async def test_a_threshold_below_all_scores_keeps_all(self, client: httpx.AsyncClient) -> None:
        answer = await analyze(client, requestedAttributes={"DOUBT": {"scoreThreshold": -1}})
        assert spans(answer, "DOUBT") == [(0, 21, 0.05)]

    async def test_a_comment_of_boilerplate_scores_nothing(self, client: httpx.AsyncClient) -> None:
        assert spans(await analyze(client, comment={"text": "Share this article"})) == [(0, 18, 0.0)]

    @pytest.mark.parametrize("version", [INFO.version, "1.2"])
    async def test_the_models_version_can_be_pinned(self, client: httpx.AsyncClient, version: str) -> None:
        name = f"UNATTRIBUTED_SUPERLATIVE@{version}"
        assert list((await analyze(client, requestedAttributes={name: {}}))["attributeScores"]) == [name]

    @pytest.mark.parametrize("version", ["1", "1.2.4", "", "1.2@1.2", "latest"])
    async def test_another_version_is_refused_with_those_there_are(
        self, client: httpx.AsyncClient, version: str
    ) -> None:
        error = await refused(client, requestedAttributes={f"DOUBT@{version}": {}})
        assert error["message"].startswith(f"Unknown requested attribute: DOUBT@{version};")
        assert error["message"].endswith("DOUBT@1.2.3 and DOUBT@1.2")

    @pytest.mark.parametrize("name", ["TOXICITY", "doubt", "Doubt", "", " DOUBT"])
    async def test_what_is_no_attribute_is_refused_by_name(self, client: httpx.AsyncClient, name: str) -> None:
        error = await refused(client, requestedAttributes={name: {}}, dropUnsupportedAttributes=True)
        assert error["message"] == f"Unknown requested attribute: {name}"
        assert error["details"][0]["errorType"] == "INVALID_REQUEST"

    @pytest.mark.parametrize("parameters", [{}, None, {"scoreType": "PROBABILITY", "scoreThreshold": 0}])
    async def test_parameters_may_be_left_out(self, client: httpx.AsyncClient, parameters: object) -> None:
        assert "attributeScores" in await analyze(client, requestedAttributes={"DOUBT": parameters})

    async def test_only_probabilities_are_told(self, client: httpx.AsyncClient) -> None:
        error = await refused(client, requestedAttributes={"DOUBT": {"scoreType": "PERCENTILE"}})
        assert error["message"] == "Requested score type PERCENTILE is not supported by attribute DOUBT"

    async def test_members_may_be_in_snake_case_as_in_protocol_buffers(self, client: httpx.AsyncClient) -> None:
        body = {
            "comment": PLAIN,
            "requested_attributes": {"DOUBT": {"score_threshold": 0.01}},
            "span_annotations": True,
            "client_token": "t",
            "do_not_store": True,
        }
        answer = (await client.post(ANALYZE, json=body)).json()
        assert (len(spans(answer, "DOUBT")), answer["clientToken"]) == (2, "t")

    async def test_unknown_and_repeated_parameters_change_nothing(self, client: httpx.AsyncClient) -> None:
        query = "?key=a&key=b&alt=json&fields=languages&prettyPrint=false&quotaUser=u&%24.xgafv=2&alt=proto&x"
        response = await client.post(ANALYZE + query, json=SOUND)
        assert response.json() == await analyze(client)


class TestMarkup:
    async def test_offsets_point_into_the_html_as_sent(self, client: httpx.AsyncClient) -> None:
        html = "<p>😀 It&#39;s the <b>worst&nbsp;&eacute;ver</b> &amp; the <i>worst</i> ever.</p><div>Fine &lt;3</div>"
        answer = await analyze(client, comment={"text": html, "type": "HTML"}, spanAnnotations=True)
        encoded = html.encode("utf-16-le")
        cut = [encoded[2 * begin : 2 * end].decode("utf-16-le") for begin, end, _ in spans(answer)]
        first = "😀 It&#39;s the <b>worst&nbsp;&eacute;ver</b> &amp; the <i>worst</i> ever."
        assert cut == [first, "Fine &lt;3"]
        assert [score for *_, score in spans(answer)] == [0.93, 0.05]
        whole = await analyze(client, comment={"text": html, "type": "HTML"})
        assert spans(whole) == [(0, len(encoded) // 2, 0.93)]

    async def test_tags_and_scripts_are_no_text(self, client: httpx.AsyncClient) -> None:
        hidden = "<script>worst ever</script><p title='worst ever'>worst</p><p>ever</p><!-- worst ever -->"
        assert spans(await analyze(client, comment={"text": hidden, "type": "HTML"}))[0][2] == 0.05
        assert spans(await analyze(client, comment={"text": hidden}))[0][2] == 0.93

    async def test_html_without_text_is_empty(self, client: httpx.AsyncClient) -> None:
        error = await refused(client, comment={"text": "<p>&nbsp;</p><style>p {}</style>", "type": "HTML"})
        assert error["details"][0]["errorType"] == "COMMENT_EMPTY"


ENTRIES = {
    "entries": [{"text": "<p>The worst ever.", "type": "HTML"}, {"text": " "}, {}, {"text": "Said state media."}]
}
ARTICLE = {"articleAndParentComment": {"article": {"text": "The worst ever."}, "parentComment": {"text": "Regime."}}}


class TestContext:
    @pytest.mark.parametrize(
        ("context", "before"),
        [
            (ENTRIES, "The worst ever.\n\nSaid state media.\n\n"),
            (ARTICLE, "The worst ever.\n\nRegime.\n\n"),
            ({"articleAndParentComment": {"parentComment": {"text": "Regime."}}}, "Regime.\n\n"),
            ({"entries": []}, ""),
            ({}, ""),
        ],
    )
    async def test_it_is_read_before_the_comment_and_not_told(
        self, opened: Opened, context: dict[str, Any], before: str
    ) -> None:
        engine = KeywordEngine()
        async with opened(engine) as client:
            answer = await analyze(client, comment={"text": "😀 Fine."}, context=context, spanAnnotations=True)
        assert engine.passes == [[before + "😀 Fine."]]
        assert spans(answer) == [(0, 8, 0.05)]

    async def test_both_ways_at_once_are_refused(self, client: httpx.AsyncClient) -> None:
        error = await refused(client, context=ENTRIES | ARTICLE)
        assert error["message"].startswith("Context can have either entries or article_and_parent_comment")

    async def test_it_is_never_cut(self, opened: Opened) -> None:
        async with opened(max_document_length=100) as client:
            fits = {"entries": [{"text": "a" * (100 - len(PLAIN["text"]) - 2)}]}
            await analyze(client, context=fits)
            error = await refused(client, context={"entries": [{"text": fits["entries"][0]["text"] + "a"}]})
        assert error["message"] == "Comment and context have 101 code points together; at most 100 are read."

    async def test_its_language_does_not_count(self, client: httpx.AsyncClient) -> None:
        await analyze(client, context={"entries": [{"text": "Плохо."}]})
        error = await refused(client, comment={"text": "Плохо."}, context={"entries": [PLAIN]})
        assert error["details"][0]["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"


class TestLanguages:
    async def test_what_is_declared_wins_and_is_told(self, client: httpx.AsyncClient) -> None:
        answer = await analyze(client, comment={"text": "Плохо."}, languages=["en-GB"])
        assert (answer["languages"], answer["detectedLanguages"]) == (["en-GB"], ["ru"])

    @pytest.mark.parametrize("languages", [["es"], ["en", "es"]])
    async def test_each_declared_language_has_to_be_supported(
        self, client: httpx.AsyncClient, languages: list[str]
    ) -> None:
        error = await refused(client, languages=languages)
        told = error["details"][0]["languageNotSupportedByAttributeError"]
        assert error["message"].endswith(f"does not support request languages: {', '.join(languages)}")
        assert (told["requestedLanguages"], told["detectedLanguages"]) == (languages, ["en"])
        dropped = await analyze(client, languages=languages, dropUnsupportedAttributes=True)
        assert dropped == {"languages": languages, "detectedLanguages": ["en"]}

    async def test_without_a_letter_there_is_nothing_to_detect(self, client: httpx.AsyncClient) -> None:
        error = await refused(client, comment={"text": "👍 12!"})
        assert (error["message"], error["details"][0]["errorType"]) == (
            "Unable to detect language",
            "LANGUAGE_DETECTION_FAILED",
        )
        declared = await analyze(client, comment={"text": "👍 12!"}, languages=["en"])
        assert (declared["languages"], "detectedLanguages" in declared) == (["en"], False)


class TestRefusals:
    @pytest.mark.parametrize(
        ("body", "error_type"),
        [
            ({"requestedAttributes": SUPERLATIVE}, "COMMENT_EMPTY"),
            ({"comment": {}, "requestedAttributes": SUPERLATIVE}, "COMMENT_EMPTY"),
            ({"comment": {"text": None}, "requestedAttributes": SUPERLATIVE}, "COMMENT_EMPTY"),
            ({"comment": {"text": " \n"}, "requestedAttributes": SUPERLATIVE}, "COMMENT_EMPTY"),
            ({"comment": {"text": "a" * 20_481}, "requestedAttributes": SUPERLATIVE}, "COMMENT_TOO_LONG"),
            (
                {"comment": {"text": "<b>" * 6_827, "type": "HTML"}, "requestedAttributes": SUPERLATIVE},
                "COMMENT_TOO_LONG",
            ),
            ({"comment": PLAIN}, "NO_REQUESTED_ATTRIBUTES"),
            ({"comment": PLAIN, "requestedAttributes": {}}, "NO_REQUESTED_ATTRIBUTES"),
        ],
    )
    async def test_each_common_fault_has_its_type(
        self, client: httpx.AsyncClient, body: dict[str, Any], error_type: str
    ) -> None:
        error = error_of(await client.post(ANALYZE, json=body))
        assert [detail["errorType"] for detail in error["details"]] == [error_type]

    async def test_an_unknown_member_is_named_as_google_names_it(self, client: httpx.AsyncClient) -> None:
        error = await refused(client, comment={"text": "Fine.", "lang": "en"}, spanAnotations=True)
        first = "Invalid JSON payload received. Unknown name \"lang\" at 'comment': Cannot find field."
        second = 'Invalid JSON payload received. Unknown name "spanAnotations": Cannot find field.'
        assert error["message"] == first
        assert error["details"][0]["errorType"] == "INVALID_REQUEST"
        assert error["details"][1]["fieldViolations"] == [
            {"field": "comment", "description": first},
            {"field": "", "description": second},
        ]

    @pytest.mark.parametrize(
        ("body", "path"),
        [
            ({"comment": "text"}, "comment"),
            ({"comment": {"text": 3}}, "comment.text"),
            ({"comment": PLAIN | {"type": "MARKDOWN"}}, "comment.type"),
            ({"requestedAttributes": []}, "requestedAttributes"),
            ({"requestedAttributes": {"DOUBT": 1}}, "requestedAttributes.DOUBT"),
            ({"requestedAttributes": {"DOUBT": {"scoreThreshold": "x"}}}, "requestedAttributes.DOUBT.scoreThreshold"),
            ({"requestedAttributes": {str(i): {} for i in range(101)}}, "requestedAttributes"),
            ({"languages": "en"}, "languages"),
            ({"languages": ["en"] * 21}, "languages"),
            ({"context": {"entries": [{"text": "a"}, 1]}}, "context.entries.1"),
            ({"spanAnnotations": "yes"}, "spanAnnotations"),
        ],
    )
    async def test_a_wrong_value_is_placed_and_not_repeated(
        self, client: httpx.AsyncClient, body: dict[str, Any], path: str
    ) -> None:
        error = await refused(client, **body)
        assert error["message"].startswith(f"Invalid value at '{path}': ")
        assert error["details"][1]["fieldViolations"][0]["field"] == path

    async def test_a_name_of_any_length_is_repeated_in_short(self, client: httpx.AsyncClient) -> None:
        long = "X" * 10_000
        for body in ({"requestedAttributes": {long: {}}}, {long: 1}, {"requestedAttributes": {long: 1}}):
            error = await refused(client, **body)
            assert "X" * 100 + "…" in error["message"]
            assert len(json.dumps(error)) < 2000

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"[]",
            b"3",
            b"{",
            b'{"comment": {"text": "\xff"}}',
            b'{"comment": {"text": "\\ud800"}}',
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b'{"clientToken": ' + b"9" * 10_000 + b"}",
            b'{"requestedAttributes": {"DOUBT": {"scoreThreshold": 1e999}}}',
            b'{"requestedAttributes": {"DOUBT": {"scoreThreshold": NaN}}}',
            b"{" + b",".join(b'"a%d": 1' % i for i in range(100_000)) + b"}",
        ],
    )
    async def test_what_cannot_be_read_is_an_invalid_argument(self, client: httpx.AsyncClient, content: bytes) -> None:
        for path in (ANALYZE, SUGGEST):
            response = await client.post(path, content=content, headers={"content-type": "application/json"})
            assert error_of(response)["details"][0]["errorType"] == "INVALID_REQUEST"

    @pytest.mark.parametrize(
        "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "x", None]
    )
    async def test_what_is_not_declared_to_be_json_is_an_invalid_argument(
        self, client: httpx.AsyncClient, media_type: str | None
    ) -> None:
        headers = {} if media_type is None else {"content-type": media_type}
        error_of(await client.post(ANALYZE, content=json.dumps(SOUND), headers=headers))

    async def test_a_body_over_the_limit_is_an_invalid_argument(self, opened: Opened) -> None:
        async with opened(max_body_bytes=1024) as client:
            assert "1024 bytes" in (await refused(client, comment={"text": "a" * 1024}))["message"]


class TestTrouble:
    async def test_overload_is_a_rate_limit_with_the_time_to_wait(self, opened: Opened) -> None:
        gate = Gate()
        async with opened(KeywordEngine(before=gate), max_queued_documents=1, max_documents=1) as client:
            held = asyncio.create_task(client.post(ANALYZE, json=SOUND))
            await asyncio.to_thread(gate.entered.wait, 60)
            response = await client.post(ANALYZE, json=SOUND)
            gate.open()
            assert (await held).status_code == 200
        error = error_of(response, 429, "RESOURCE_EXHAUSTED")
        assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
        assert int(response.headers["retry-after"]) >= 1

    async def test_a_service_that_is_not_ready_is_unavailable(self, opened: Opened) -> None:
        def fail(*_: object) -> None:
            raise ServiceError("no")

        async with opened(check_language=fail, ready=False) as client:
            response = await client.post(ANALYZE, json=SOUND)
        error_of(response, 503, "UNAVAILABLE")
        assert response.headers["retry-after"] == "1"

    async def test_an_unexpected_failure_tells_nothing_of_itself(self, opened: Opened) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("the secret text")

        async with opened(KeywordEngine(before=fail)) as client:
            response = await client.post(ANALYZE, json=SOUND)
        assert error_of(response, 500, "INTERNAL")["details"] == []
        assert "secret" not in response.text

    async def test_an_invalid_key_is_told_in_googles_terms(
        self, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_: Lifecycle) -> None:
            raise ApiKeyInvalid("the key has expired")

        monkeypatch.setattr(Lifecycle, "service", refuse)
        error = await refused(client)
        assert error["details"][0]["reason"] == "API_KEY_INVALID"
        assert error["message"] == "API key not valid: the key has expired"


class TestDiscovery:
    URL = "/$discovery/rest"

    async def test_the_root_is_where_the_client_reached_the_service(self, client: httpx.AsyncClient) -> None:
        document = (await client.get(self.URL, params={"version": "v1alpha1"})).json()
        assert (document["rootUrl"], document["batchPath"]) == ("http://test/", "batch")
        elsewhere = (await client.get(self.URL, headers={"host": "scores.desk.example:8080"})).json()
        assert elsewhere["rootUrl"] == "http://scores.desk.example:8080/"

    async def test_every_reference_is_defined(self, client: httpx.AsyncClient) -> None:
        document = (await client.get(self.URL)).json()
        names = {part.split('"')[0] for part in json.dumps(document).split('"$ref": "')[1:]}
        assert names == set(document["schemas"])

    async def test_another_version_is_not_found(self, client: httpx.AsyncClient) -> None:
        error_of(await client.get(self.URL, params={"version": "v2"}), 404, "NOT_FOUND")

    async def test_a_host_that_is_none_never_reaches_the_document(self, client: httpx.AsyncClient) -> None:
        for host in ("[", "a b", "a/b", "[::1", '"'):
            response = await client.get(self.URL, headers={"host": host})
            assert response.status_code in (200, 400)
            if response.status_code == 400:
                error_of(response)
