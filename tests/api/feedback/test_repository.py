import uuid

import pytest
from feedback_samples import FULL, feedback
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from standing_clock import StandingClock as Clock

from framescope_api.errors import ReviewRefused, UnknownFeedback
from framescope_api.feedback.database import Database
from framescope_api.feedback.entries import Origin, Review, ReviewState
from framescope_api.feedback.repository import FeedbackRepository


def accept(clock: Clock, reviewer: str | None = "desk") -> Review:
    return Review(ReviewState.ACCEPTED, reviewer, "right", clock())


def reject(clock: Clock) -> Review:
    return Review(ReviewState.REJECTED, "desk", "wrong", clock())


def test_what_is_kept_comes_back_whole(repository: FeedbackRepository, clock: Clock) -> None:
    feedback_id, _ = repository.add(FULL, clock())
    kept = repository.get(feedback_id)
    assert (kept.id, kept.created_at, kept.feedback, kept.review) == (feedback_id, clock(), FULL, None)
    assert kept.feedback.labels == {"unattributed_superlative": False, "state_official_narrative": True, "doubt": 0.25}
    assert kept.feedback.labels["unattributed_superlative"] is False


def test_what_was_left_out_comes_back_left_out(repository: FeedbackRepository, clock: Clock) -> None:
    feedback_id, _ = repository.add(feedback(), clock())
    assert repository.get(feedback_id).feedback == feedback()


def test_an_unknown_id_is_said_to_be(repository: FeedbackRepository) -> None:
    with pytest.raises(UnknownFeedback):
        repository.get(uuid.uuid4())


def test_the_token_itself_is_not_stored(repository: FeedbackRepository, migrated: Database, clock: Clock) -> None:
    _, token = repository.add(FULL, clock())
    with migrated.reading() as connection:
        row = connection.execute(text("SELECT * FROM framescope_feedback")).one()
    assert len(token) >= 43
    assert token not in repr(row)


def test_its_own_token_deletes_a_feedback_and_no_other_does(repository: FeedbackRepository, clock: Clock) -> None:
    (first, first_token), (second, second_token) = (repository.add(feedback(), clock()) for _ in range(2))
    assert not repository.delete_own(first, second_token, None)
    assert not repository.delete_own(first, "", None)
    assert not repository.delete_own(first, None, None)
    assert repository.delete_own(first, first_token, None)
    assert not repository.delete_own(first, first_token, None)
    assert [kept.id for kept in repository.find()] == [second]


def test_the_key_that_it_came_with_deletes_a_feedback_and_no_other_does(
    repository: FeedbackRepository, clock: Clock
) -> None:
    of_key, _ = repository.add(feedback(key_name="desk"), clock())
    of_nobody, _ = repository.add(feedback(), clock())
    assert not repository.delete_own(of_key, None, "sport")
    assert not repository.delete_own(of_nobody, None, "desk")
    assert repository.delete_own(of_key, None, "desk")


def test_all_of_a_key_are_deleted_at_once(repository: FeedbackRepository, clock: Clock) -> None:
    for key_name in ("desk", "desk", "sport", None):
        repository.add(feedback(key_name=key_name), clock())
    assert repository.delete_of_key("desk") == 2
    assert repository.delete_of_key("desk") == 0
    assert [kept.feedback.key_name for kept in repository.find()] in ([None, "sport"], ["sport", None])


def test_the_operator_deletes_by_id(repository: FeedbackRepository, clock: Clock) -> None:
    feedback_id, _ = repository.add(feedback(), clock())
    assert repository.delete(feedback_id)
    assert not repository.delete(feedback_id)
    assert list(repository.find()) == []


def test_what_is_older_than_the_retention_is_purged_whatever_became_of_it(
    repository: FeedbackRepository, clock: Clock
) -> None:
    old, _ = repository.add(feedback(), clock())
    repository.review(old, accept(clock))
    clock.advance(days=29)
    young, _ = repository.add(feedback(), clock())
    assert repository.purge(clock(), 30) == 0
    clock.advance(days=1)
    assert repository.purge(clock(), 30) == 1
    assert [kept.id for kept in repository.find()] == [young]


def test_feedback_is_found_by_state_and_origin_the_oldest_first(repository: FeedbackRepository, clock: Clock) -> None:
    ids = []
    for origin in (Origin.PERSPECTIVE, Origin.NATIVE, Origin.NATIVE):
        ids.append(repository.add(feedback(origin=origin), clock())[0])
        clock.advance(seconds=1)
    repository.review(ids[1], reject(clock))
    assert [kept.id for kept in repository.find()] == ids
    assert [kept.id for kept in repository.find(limit=2)] == ids[:2]
    assert [kept.id for kept in repository.find(ReviewState.NEW)] == [ids[0], ids[2]]
    assert [kept.id for kept in repository.find(ReviewState.NEW, Origin.NATIVE)] == [ids[2]]
    assert list(repository.find(ReviewState.ACCEPTED)) == []


def test_a_review_tells_who_when_and_why(repository: FeedbackRepository, clock: Clock) -> None:
    feedback_id, _ = repository.add(feedback(), clock())
    repository.review(feedback_id, accept(clock))
    assert repository.get(feedback_id).review == accept(clock)


def test_a_decision_is_replaced_only_on_purpose(repository: FeedbackRepository, clock: Clock) -> None:
    feedback_id, _ = repository.add(feedback(), clock())
    repository.review(feedback_id, accept(clock))
    with pytest.raises(ReviewRefused, match="accepted by desk"):
        repository.review(feedback_id, reject(clock))
    assert repository.get(feedback_id).state is ReviewState.ACCEPTED
    repository.review(feedback_id, reject(clock), change=True)
    assert repository.get(feedback_id).state is ReviewState.REJECTED


def test_an_unknown_feedback_cannot_be_reviewed(repository: FeedbackRepository, clock: Clock) -> None:
    with pytest.raises(UnknownFeedback):
        repository.review(uuid.uuid4(), accept(clock))


@pytest.mark.parametrize("change", [False, True])
def test_a_moderators_action_is_never_accepted(repository: FeedbackRepository, clock: Clock, change: bool) -> None:
    feedback_id, _ = repository.add(feedback(origin=Origin.MODERATION_ACTION), clock())
    with pytest.raises(ReviewRefused, match="moderator"):
        repository.review(feedback_id, accept(clock), change=change)
    repository.review(feedback_id, reject(clock))
    assert repository.get(feedback_id).state is ReviewState.REJECTED


def test_the_database_itself_refuses_an_accepted_moderators_action(
    repository: FeedbackRepository, migrated: Database, clock: Clock
) -> None:
    repository.add(feedback(origin=Origin.MODERATION_ACTION), clock())
    with pytest.raises(DBAPIError, match="no_accepted_moderation"), migrated.writing() as connection:
        connection.execute(text("UPDATE framescope_feedback SET state = 'accepted'"))


def test_only_accepted_feedback_is_for_training(repository: FeedbackRepository, clock: Clock) -> None:
    accepted, rejected, _, moderated = (
        repository.add(feedback(origin=origin), clock())[0]
        for origin in (Origin.PERSPECTIVE, Origin.NATIVE, Origin.NATIVE, Origin.MODERATION_ACTION)
    )
    repository.review(accepted, accept(clock))
    repository.review(rejected, reject(clock))
    repository.review(moderated, reject(clock))
    assert [kept.id for kept in repository.trainable()] == [accepted]


def test_more_rows_than_a_chunk_are_all_found(repository: FeedbackRepository, clock: Clock) -> None:
    for _ in range(205):
        repository.add(feedback(), clock())
    assert len({kept.id for kept in repository.find()}) == 205


def test_reading_may_stop_early(repository: FeedbackRepository, clock: Clock) -> None:
    for _ in range(3):
        repository.add(feedback(), clock())
    found = repository.find()
    next(found)
    found.close()
    assert repository.delete_of_key("none") == 0
