import uuid
from datetime import UTC, datetime

from feedback_samples import FULL

from framescope_api.feedback.entries import KeptFeedback, Receipt, Review, ReviewState, is_positive

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_no_text_note_or_token_shows_in_a_repr() -> None:
    shown = repr(KeptFeedback(uuid.uuid4(), NOW, FULL, Review(ReviewState.ACCEPTED, "desk", "a remark", NOW)))
    for secret in (FULL.text, FULL.note, "Farmers", "a remark"):
        assert secret not in shown
    assert "token" not in repr(Receipt(uuid.uuid4(), "the token", NOW))


def test_a_feedback_is_new_until_it_is_reviewed() -> None:
    assert KeptFeedback(uuid.uuid4(), NOW, FULL, None).state is ReviewState.NEW


def test_a_label_says_yes_from_one_half_on() -> None:
    assert [is_positive(label) for label in (True, 1.0, 0.5, 0.49, 0.0, False)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
