"""Google's own clients, which find the API through its discovery document, against the service on a port."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httplib2
import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from perspective_server import PATIENCE_S, service

TEXT = "😀 It is the worst ever crisis. Critics disagree."
JAPANESE = "政府は昨日、新しい経済対策を発表した。首相は国民に説明すると述べた。"
SUPERLATIVE: dict[str, Any] = {"UNATTRIBUTED_SUPERLATIVE": {}}

SCRIPT = Path(__file__).parents[3] / "npm" / "analyze.cjs"
NODE = shutil.which("node")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with service() as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Any]:
    with build(
        "commentanalyzer",
        "v1alpha1",
        developerKey="any",
        discoveryServiceUrl=f"{url}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
        http=httplib2.Http(timeout=PATIENCE_S),
    ) as client:
        yield client


def refused(client: Any, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    with pytest.raises(HttpError) as caught:
        client.comments().analyze(body=body).execute()
    assert caught.value.status_code == 400
    error = json.loads(caught.value.content)["error"]
    assert (error["code"], error["status"], caught.value.reason) == (400, "INVALID_ARGUMENT", error["message"])
    return error["message"], error["details"][0]


class TestPython:
    """PyPI ``google-api-python-client``."""

    def test_analyze_tells_summary_and_passages_in_utf16(self, client: Any) -> None:
        body = {
            "comment": {"text": TEXT, "type": "PLAIN_TEXT"},
            "requestedAttributes": {**SUPERLATIVE, "VAGUE_ATTRIBUTION@1.2": {"scoreThreshold": 0.2}},
            "spanAnnotations": True,
            "doNotStore": True,
            "clientToken": "töken",
        }
        answer = client.comments().analyze(body=body).execute()
        assert answer.keys() == {"attributeScores", "languages", "detectedLanguages", "clientToken"}
        assert (answer["languages"], answer["detectedLanguages"], answer["clientToken"]) == (["en"], ["en"], "töken")
        superlative = answer["attributeScores"]["UNATTRIBUTED_SUPERLATIVE"]
        assert superlative["summaryScore"] == {"value": 0.93, "type": "PROBABILITY"}
        assert [span["score"]["value"] for span in superlative["spanScores"]] == [0.93, 0.05]
        (vague,) = answer["attributeScores"]["VAGUE_ATTRIBUTION@1.2"]["spanScores"]
        assert utf16_slice(TEXT, vague["begin"], vague["end"]).strip() == "Critics disagree."

    def test_suggestscore_is_taken(self, client: Any) -> None:
        body = {
            "comment": {"text": TEXT},
            "attributeScores": {"LOADED_LANGUAGE": {"summaryScore": {"value": 0.0}}},
            "languages": ["en"],
            "clientToken": "c-1",
        }
        answer = client.comments().suggestscore(body=body).execute()
        assert answer == {"clientToken": "c-1", "requestedLanguages": ["en"], "detectedLanguages": ["en"]}

    def test_a_batch_of_twenty_answers_each_as_alone(self, client: Any) -> None:
        answers: dict[str, Any] = {}
        failures: dict[str, Any] = {}

        def note(request_id: str, answer: Any, error: HttpError | None) -> None:
            (failures if error else answers)[request_id] = error or answer

        batch = client.new_batch_http_request(callback=note)
        texts = {
            f"id {i}": f"Number {i} is “the worst ever” – 😀." if i % 2 else f"Number {i} is fine." for i in range(19)
        }
        for request_id, text in texts.items():
            body = {"comment": {"text": text}, "requestedAttributes": SUPERLATIVE, "clientToken": text}
            batch.add(client.comments().analyze(body=body), request_id=request_id)
        batch.add(client.comments().analyze(body={"comment": {"text": ""}}), request_id="empty")
        batch.execute()
        assert {i: answer["clientToken"] for i, answer in answers.items()} == texts
        for i, text in texts.items():
            alone = {"comment": {"text": text}, "requestedAttributes": SUPERLATIVE, "clientToken": text}
            assert answers[i] == client.comments().analyze(body=alone).execute()
        assert {i: (e.status_code, e.reason) for i, e in failures.items()} == {
            "empty": (400, "Comment must be non-empty.")
        }

    def test_an_empty_comment_is_refused(self, client: Any) -> None:
        message, detail = refused(client, {"comment": {"text": " "}, "requestedAttributes": SUPERLATIVE})
        assert (message, detail["errorType"]) == ("Comment must be non-empty.", "COMMENT_EMPTY")

    def test_a_comment_over_twenty_kibibytes_is_refused(self, client: Any) -> None:
        fits = {"comment": {"text": "a" * 20_480}, "requestedAttributes": SUPERLATIVE, "languages": ["en"]}
        assert "attributeScores" in client.comments().analyze(body=fits).execute()
        message, detail = refused(client, {"comment": {"text": "é" * 10_241}, "requestedAttributes": SUPERLATIVE})
        assert message.startswith("Comment text too long.")
        assert detail["errorType"] == "COMMENT_TOO_LONG"

    def test_a_japanese_comment_is_refused_with_its_language(self, client: Any) -> None:
        body = {"comment": {"text": JAPANESE}, "requestedAttributes": {"DOUBT": {}, **SUPERLATIVE}}
        message, detail = refused(client, body)
        assert message == "Attribute DOUBT does not support request languages: ja"
        assert detail == {
            "@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error",
            "errorType": "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
            "languageNotSupportedByAttributeError": {
                "detectedLanguages": ["ja"],
                "requestedLanguages": [],
                "attribute": "DOUBT",
            },
        }
        dropped = client.comments().analyze(body={**body, "dropUnsupportedAttributes": True}).execute()
        assert dropped == {"languages": ["ja"], "detectedLanguages": ["ja"]}
        declared = client.comments().analyze(body={**body, "languages": ["en"]}).execute()
        assert (declared["languages"], declared["detectedLanguages"]) == (["en"], ["ja"])

    def test_an_unknown_attribute_is_refused(self, client: Any) -> None:
        message, detail = refused(client, {"comment": {"text": TEXT}, "requestedAttributes": {"TOXICITY": {}}})
        assert (message, detail["errorType"]) == ("Unknown requested attribute: TOXICITY", "INVALID_REQUEST")


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.skipif(
    not (SCRIPT.parent / "node_modules" / "googleapis").exists(),
    reason="googleapis is not installed: npm ci --ignore-scripts --prefix tests/npm",
)
class TestNode:
    """npm ``googleapis``."""

    def test_analyze_tells_scores(self, url: str) -> None:
        body = {"comment": {"text": TEXT}, "requestedAttributes": SUPERLATIVE, "clientToken": "t"}
        answer = run_node(url, body)
        whole = {"begin": 0, "end": len(TEXT) + 1, "score": {"value": 0.93, "type": "PROBABILITY"}}
        scores = {"spanScores": [whole], "summaryScore": whole["score"]}
        assert answer["status"] == 200
        assert answer["data"]["attributeScores"] == {"UNATTRIBUTED_SUPERLATIVE": scores}

    def test_a_refusal_tells_its_type(self, url: str) -> None:
        answer = run_node(url, {"comment": {"text": ""}, "requestedAttributes": SUPERLATIVE})
        assert answer["status"] == 400
        assert answer["data"]["error"]["details"][0]["errorType"] == "COMMENT_EMPTY"


def run_node(url: str, body: dict[str, Any]) -> Any:
    command = [str(NODE), str(SCRIPT), f"{url}/$discovery/rest?version=v1alpha1", json.dumps(body)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def utf16_slice(text: str, begin: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le")
