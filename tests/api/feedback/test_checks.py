from dataclasses import replace

import pytest
from feedback_samples import FULL, PASSAGE, feedback

from framescope_api.errors import InvalidRequest
from framescope_api.feedback.checks import check_feedback
from framescope_api.feedback.entries import (
    MAX_NOTE_LENGTH,
    MAX_SPANS,
    Context,
    CorrectedSpan,
    Feedback,
    JudgedModel,
    Origin,
)
from framescope_model.errors import EmptyText, TextTooLong, UnknownFeature
from framescope_model.features import Mode
from framescope_model.spans import Span

MAX_LENGTH = 200


def marked(*ends: tuple[int, int], feature: str = "unattributed_superlative", mode: Mode | None = None) -> Feedback:
    return feedback(spans=tuple(CorrectedSpan(feature, Span(*pair), mode) for pair in ends))


def test_a_full_feedback_and_a_small_one_pass() -> None:
    check_feedback(FULL, MAX_LENGTH)
    check_feedback(feedback(), MAX_LENGTH)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (feedback(" \n"), EmptyText),
        (feedback("a" * 201), TextTooLong),
        (replace(FULL, context=Context(PASSAGE + "a" * 201, Span(0, len(PASSAGE)))), TextTooLong),
        (feedback(labels={"toxicity": True}), UnknownFeature),
    ],
)
def test_what_scoring_would_refuse_is_refused_alike(wrong: Feedback, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_feedback(wrong, MAX_LENGTH)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        (feedback(labels={}), "#/labels"),
        (feedback(labels={"doubt": 1.5}), "#/labels/doubt"),
        (feedback(labels={"doubt": float("nan")}), "#/labels/doubt"),
        (replace(FULL, context=Context(FULL.text, Span(0, 5))), "#/context"),
        (marked((3, 3)), "#/spans/0"),
        (marked((10, 16)), "#/spans/0"),
        (marked((0, 5), (4, 8)), "#/spans/1"),
        (marked((0, 5), feature="doubt"), "#/spans/0"),
        (replace(marked((0, 5)), labels={"unattributed_superlative": 0.49}), "#/spans/0"),
        (marked((0, 5), mode=Mode.ADOPTED), "#/spans/0"),
        (marked(*[(0, 1)] * (MAX_SPANS + 1)), "#/spans"),
        (feedback(note="a" * (MAX_NOTE_LENGTH + 1)), "#/note"),
        (feedback("a\0b"), "#/text"),
        (feedback(note="a\0b"), "#/note"),
        (feedback(model=JudgedModel("m", "1", "\0")), "#/model/revision"),
    ],
)
def test_a_fault_is_pointed_at(wrong: Feedback, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_feedback(wrong, MAX_LENGTH)
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_only_a_moderators_action_may_say_nothing_of_any_feature() -> None:
    check_feedback(feedback(origin=Origin.MODERATION_ACTION, labels={}), MAX_LENGTH)
    with pytest.raises(InvalidRequest):
        check_feedback(feedback(origin=Origin.PERSPECTIVE, labels={}), MAX_LENGTH)


def test_touching_spans_and_overlapping_ones_of_two_features_pass() -> None:
    check_feedback(marked((0, 4), (4, 8)), MAX_LENGTH)
    spans = (CorrectedSpan("doubt", Span(0, 4)), CorrectedSpan("slogans", Span(2, 6)))
    check_feedback(feedback(labels={"doubt": True, "slogans": 0.5}, spans=spans), MAX_LENGTH)


def test_no_message_repeats_the_text() -> None:
    with pytest.raises(InvalidRequest) as caught:
        check_feedback(feedback("secret\0", note="secret\0"), MAX_LENGTH)
    assert "secret" not in str(caught.value)
    assert "secret" not in str(caught.value.errors)
