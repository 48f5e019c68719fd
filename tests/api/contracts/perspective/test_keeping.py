from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from framescope_api.contracts.perspective.keeping import SuggestionSink, to_feedback
from framescope_api.contracts.perspective.suggestions import SuggestedScore, SuggestedSpan, Suggestion
from framescope_api.errors import FeedbackUnavailable, InvalidRequest
from framescope_api.feedback.checks import check_feedback
from framescope_api.feedback.database import Database
from framescope_api.feedback.entries import Context, CorrectedSpan, Origin
from framescope_api.feedback.repository import FeedbackRepository
from framescope_api.feedback.store import FeedbackStore
from framescope_api.metrics import Metrics
from framescope_api.settings import Settings
from framescope_model.spans import Span

MAX_LENGTH = 1000
TEXT = "The worst ever 🌧."


def score(summary: float | None = None, spans: tuple[SuggestedSpan, ...] = ()) -> SuggestedScore:
    return SuggestedScore(summary, spans)


def comment(scores: Mapping[str, SuggestedScore], context: tuple[str, ...] = (), **more: Any) -> Suggestion:
    return Suggestion(TEXT, context, scores, **more)


MODERATED = comment({}, decisions=frozenset({"APPROVED"}))


def test_a_score_of_the_whole_text_is_kept_as_it_was_sent() -> None:
    feedback = to_feedback(comment({"doubt": score(0.2), "slogans": score(1.0)}, caller="desk"), MAX_LENGTH)
    assert (feedback.origin, feedback.text, feedback.key_name) == (Origin.PERSPECTIVE, TEXT, "desk")
    assert feedback.labels == {"doubt": 0.2, "slogans": 1.0}
    assert feedback.context is None


def test_without_one_the_highest_part_counts_and_the_parts_that_say_yes_are_spans() -> None:
    parts = (
        SuggestedSpan(Span(0, 3), 0.1),
        SuggestedSpan(Span(4, 9), 0.7),
        SuggestedSpan(Span(8, 14), 0.9),
        SuggestedSpan(Span(2, 2), 1.0),
    )
    feedback = to_feedback(comment({"doubt": score(None, parts[:3])}), MAX_LENGTH)
    assert feedback.labels == {"doubt": 0.9}
    assert feedback.spans == (CorrectedSpan("doubt", Span(4, 14)),)
    assert to_feedback(comment({"doubt": score(0.8, parts)}), MAX_LENGTH).spans == feedback.spans


def test_a_whole_text_that_says_no_has_no_spans() -> None:
    assert to_feedback(comment({"doubt": score(0.1, (SuggestedSpan(Span(0, 3), 0.9),))}), MAX_LENGTH).spans == ()


def test_what_precedes_a_comment_and_the_comment_are_paragraphs_of_a_document() -> None:
    feedback = to_feedback(comment({"doubt": score(1.0)}, context=("An article.", " ", "A reply.")), MAX_LENGTH)
    document = f"An article.\n\nA reply.\n\n{TEXT}"
    assert feedback.context == Context(document, Span(len(document) - len(TEXT), len(document)))


def test_a_context_that_is_too_long_is_left_out() -> None:
    assert to_feedback(comment({"doubt": score(1.0)}, context=("a" * MAX_LENGTH,)), MAX_LENGTH).context is None


def test_what_a_moderator_did_is_told_apart_whatever_scores_come_with_it() -> None:
    feedback = to_feedback(MODERATED, MAX_LENGTH)
    assert (feedback.origin, feedback.labels, feedback.note) == (Origin.MODERATION_ACTION, {}, "APPROVED")
    scored = comment({"doubt": score(1.0)}, community_id="Coral:https://desk.example")
    assert to_feedback(scored, MAX_LENGTH).origin is Origin.MODERATION_ACTION


@settings(deadline=None)
@given(
    st.one_of(st.none(), st.floats(0, 1)),
    st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.floats(0, 1)), min_size=1),
    st.lists(st.text(alphabet="ab \n"), max_size=3),
)
def test_whatever_scores_are_suggested_can_be_kept(
    summary: float | None, ends: list[tuple[int, int, float]], context: list[str]
) -> None:
    parts = tuple(SuggestedSpan(Span(min(first, second), max(first, second)), value) for first, second, value in ends)
    check_feedback(
        to_feedback(comment({"doubt": score(summary, parts)}, context=tuple(context)), MAX_LENGTH), MAX_LENGTH
    )


async def test_suggestions_are_kept_in_the_store_under_their_origin(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/feedback.db"
    store = FeedbackStore(Settings(feedback_database=SecretStr(url)), Metrics())
    sink = SuggestionSink(store, MAX_LENGTH)
    await store.start()
    await sink.take(comment({"doubt": score(1.0)}))
    await sink.take(MODERATED)
    await store.close()
    database = Database(url)
    origins = {kept.feedback.origin for kept in FeedbackRepository(database).find()}
    database.close()
    assert origins == {Origin.PERSPECTIVE, Origin.MODERATION_ACTION}


async def test_a_service_that_keeps_nothing_lets_them_go() -> None:
    await SuggestionSink(FeedbackStore(Settings(), Metrics()), MAX_LENGTH).take(MODERATED)


async def test_what_cannot_be_kept_is_told(tmp_path: object) -> None:
    store = FeedbackStore(Settings(feedback_database=SecretStr(f"sqlite:///{tmp_path}")), Metrics())
    sink = SuggestionSink(store, MAX_LENGTH)
    await store.start()
    with pytest.raises(FeedbackUnavailable):
        await sink.take(MODERATED)
    with pytest.raises(InvalidRequest):
        await sink.take(Suggestion("a\0", (), {"doubt": score(1.0)}))
    await store.close()
