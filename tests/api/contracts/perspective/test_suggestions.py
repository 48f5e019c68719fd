from typing import Any

import httpx
import pytest
from conftest import Opened
from fastapi import FastAPI

from framescope_api.contracts.perspective.suggestions import (
    SuggestedScore,
    SuggestedSpan,
    Suggestion,
)
from framescope_api.errors import Overloaded
from framescope_model.errors import FramescopeError
from framescope_model.spans import Span

SUGGEST = "/v1alpha1/comments:suggestscore"
TEXT = "😀 The worst ever."
SUMMARY = {"UNATTRIBUTED_SUPERLATIVE": {"summaryScore": {"value": 0.25}}}


class Keeper:
    """A sink that keeps what it is given, or fails as told."""

    def __init__(self, failure: FramescopeError | None = None) -> None:
        self.kept: list[Suggestion] = []
        self._failure = failure

    async def take(self, suggestion: Suggestion) -> None:
        if self._failure:
            raise self._failure
        self.kept.append(suggestion)


def app_of(client: httpx.AsyncClient) -> FastAPI:
    app = client._transport.app  # type: ignore[attr-defined]
    assert isinstance(app, FastAPI)
    return app


async def suggest(client: httpx.AsyncClient, keeper: Keeper | None = None, **body: Any) -> httpx.Response:
    if keeper:
        app_of(client).state.feedback_sink = keeper
    return await client.post(SUGGEST, json={"comment": {"text": TEXT}, "attributeScores": SUMMARY} | body)


async def taken(client: httpx.AsyncClient, **body: Any) -> Suggestion:
    keeper = Keeper()
    response = await suggest(client, keeper, **body)
    assert response.status_code == 200, response.text
    (suggestion,) = keeper.kept
    return suggestion


async def refused(client: httpx.AsyncClient, **body: Any) -> str:
    keeper = Keeper()
    response = await suggest(client, keeper, **body)
    assert (response.status_code, keeper.kept) == (400, [])
    error = response.json()["error"]
    assert error["details"][0]["errorType"] in ("INVALID_REQUEST", "COMMENT_EMPTY", "COMMENT_TOO_LONG")
    message: str = error["message"]
    return message


async def test_a_suggestion_is_taken_where_nothing_is_kept(client: httpx.AsyncClient) -> None:
    response = await suggest(client, clientToken="t", languages=["en"])
    assert response.json() == {"clientToken": "t", "requestedLanguages": ["en"], "detectedLanguages": ["en"]}


async def test_a_suggestion_holds_all_that_was_sent(client: httpx.AsyncClient) -> None:
    scores = {
        "UNATTRIBUTED_SUPERLATIVE@1.2": {
            "summaryScore": {"value": 1, "type": "PROBABILITY"},
            "spanScores": [{"begin": 7, "end": 17, "score": {"value": 0.5}}],
        },
        "DOUBT": {"spanScores": [{"begin": 0, "end": 2, "score": {"value": 0}}]},
    }
    suggestion = await taken(
        client,
        context={"entries": [{"text": "Before."}]},
        attributeScores=scores,
        languages=["en"],
        communityId="desk",
        clientToken="t",
        sessionId="s",
    )
    assert suggestion == Suggestion(
        text=TEXT,
        context=("Before.",),
        scores={
            "unattributed_superlative": SuggestedScore(1.0, (SuggestedSpan(Span(6, 16), 0.5),)),
            "doubt": SuggestedScore(None, (SuggestedSpan(Span(0, 1), 0.0),)),
        },
        decisions=frozenset(),
        requested_languages=("en",),
        detected_languages=("en",),
        community_id="desk",
        client_token="t",
        session_id="s",
        caller=None,
    )
    assert not suggestion.is_moderation


async def test_spans_in_html_become_spans_of_its_text(client: httpx.AsyncClient) -> None:
    html = "<p>The <b>worst&nbsp;ever</b>.</p>"
    begin = html.index("worst")
    spans = [{"begin": begin, "end": html.index("</b>"), "score": {"value": 1}}]
    suggestion = await taken(
        client, comment={"text": html, "type": "HTML"}, attributeScores={"DOUBT": {"spanScores": spans}}
    )
    assert suggestion.text == "The worst\u00a0ever."
    assert suggestion.scores["doubt"].spans[0].span.cut(suggestion.text) == "worst\u00a0ever"


@pytest.mark.parametrize("decision", ["APPROVED", "DELETED"])
async def test_what_coral_sends_is_known_for_a_moderators_decision(client: httpx.AsyncClient, decision: str) -> None:
    suggestion = await taken(
        client,
        context={"entries": [{"text": '{"url": "https://desk.example/story", "Coral_comment_id": "c-1"}'}]},
        attributeScores={decision: {"summaryScore": {"value": 1}}},
        languages=["en"],
        communityId="Coral:https://desk.example",
        clientToken="comment:c-1",
    )
    assert suggestion.is_moderation
    assert (suggestion.decisions, suggestion.scores) == (frozenset({decision}), {})
    assert (suggestion.community_id, suggestion.client_token) == ("Coral:https://desk.example", "comment:c-1")


async def test_either_sign_of_a_moderators_decision_is_enough(client: httpx.AsyncClient) -> None:
    assert (await taken(client, communityId="Coral:https://desk.example")).is_moderation
    assert (await taken(client, attributeScores={"DELETED": {}, **SUMMARY})).is_moderation


async def test_a_language_that_cannot_be_scored_is_told_and_not_refused(client: httpx.AsyncClient) -> None:
    suggestion = await taken(client, comment={"text": "Плохо."}, languages=["es"])
    assert (suggestion.requested_languages, suggestion.detected_languages) == (("es",), ("ru",))
    assert (await taken(client, comment={"text": "👍"})).detected_languages == ()


SCORE = {"value": 1}


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        ({}, "Missing attribute_scores"),
        (None, "Missing attribute_scores"),
        ({"TOXICITY": {"summaryScore": SCORE}}, "Unknown requested attribute: TOXICITY"),
        ({"DOUBT@7": {"summaryScore": SCORE}}, "Unknown requested attribute: DOUBT@7; the versions"),
        ({"DOUBT": {}}, "Attribute DOUBT has neither"),
        ({"DOUBT": None}, "Attribute DOUBT has neither"),
        ({"DOUBT": {"spanScores": []}}, "Attribute DOUBT has neither"),
        (
            {"DOUBT": {"summaryScore": SCORE}, "DOUBT@1.2": {"summaryScore": SCORE}},
            "Attribute DOUBT@1.2 is given twice",
        ),
        ({"DOUBT": {"summaryScore": SCORE | {"type": "RAW"}}}, "Suggested score type RAW is not supported"),
        ({"DOUBT": {"summaryScore": {"value": 1.5}}}, "Invalid value at 'attributeScores.DOUBT.summaryScore.value'"),
        ({"DOUBT": {"spanScores": [{"end": 2, "score": SCORE}]}}, "Invalid value at 'attributeScores.DOUBT.spanScores"),
        (
            {"DOUBT": {"spanScores": [{"begin": 2, "score": SCORE}]}},
            "Invalid value at 'attributeScores.DOUBT.spanScores",
        ),
        ({"DOUBT": {"spanScores": [{"begin": 1, "end": 3, "score": SCORE}]}}, "Attribute DOUBT has a span from 1 to 3"),
        ({"DOUBT": {"spanScores": [{"begin": 5, "end": 4, "score": SCORE}]}}, "Attribute DOUBT has a span from 5 to 4"),
        (
            {"DOUBT": {"spanScores": [{"begin": 0, "end": 19, "score": SCORE}]}},
            "Attribute DOUBT has a span from 0 to 19",
        ),
        ({"DOUBT": {"spanScores": [{"begin": 4, "end": 4, "score": SCORE}]}}, "Attribute DOUBT has a span from 4 to 4"),
    ],
)
async def test_scores_that_say_nothing_or_stand_nowhere_are_refused(
    client: httpx.AsyncClient, scores: object, message: str
) -> None:
    assert (await refused(client, attributeScores=scores)).startswith(message)


async def test_the_comment_is_held_to_the_same_rules(client: httpx.AsyncClient) -> None:
    assert await refused(client, comment={"text": ""}) == "Comment must be non-empty."
    assert (await refused(client, comment={"text": "a" * 20_481})).startswith("Comment text too long.")


async def test_a_failure_to_keep_it_is_told(opened: Opened) -> None:
    async with opened() as client:
        response = await suggest(client, Keeper(Overloaded("too much is waiting", 7)))
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert response.json()["error"]["message"] == "too much is waiting"


def test_no_text_stands_in_the_representation() -> None:
    assert "secret" not in repr(Suggestion("secret", ("secret",), {}))
