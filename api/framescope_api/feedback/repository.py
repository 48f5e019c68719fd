"""Feedback in the database, one transaction a call. Blocking; the service calls it from a thread of its own."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, delete, select, update
from sqlalchemy.orm import Session

from framescope_api.errors import ReviewRefused, UnknownFeedback
from framescope_api.feedback.database import Database
from framescope_api.feedback.entries import Feedback, KeptFeedback, Origin, Review, ReviewState
from framescope_api.feedback.rows import from_row, to_row
from framescope_api.feedback.tables import FeedbackRow

CHUNK_ROWS = 100
TOKEN_BYTES = 32


class FeedbackRepository:
    """What can be done with kept feedback.

    Args:
        database: with the tables of this version.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, feedback: Feedback, now: datetime) -> tuple[uuid.UUID, str]:
        """Keep a feedback; its id and the token that deletes it, of which only a hash is stored."""
        feedback_id, token = uuid.uuid4(), secrets.token_urlsafe(TOKEN_BYTES)
        with self._database.writing() as connection, Session(connection) as session:
            session.add(to_row(feedback, feedback_id, _hash(token), now))
            session.flush()
        return feedback_id, token

    def get(self, feedback_id: uuid.UUID) -> KeptFeedback:
        """One feedback.

        Raises:
            UnknownFeedback: there is none with this id.
        """
        with self._database.reading() as connection, Session(connection) as session:
            row = session.get(FeedbackRow, feedback_id)
            if row is None:
                raise UnknownFeedback(f"there is no feedback {feedback_id}")
            return from_row(row)

    def find(
        self, state: ReviewState | None = None, origin: Origin | None = None, limit: int | None = None
    ) -> Iterator[KeptFeedback]:
        """Those in a state and of an origin, or any, the oldest first."""
        query = select(FeedbackRow).order_by(FeedbackRow.created_at, FeedbackRow.id).limit(limit)
        if state is not None:
            query = query.where(FeedbackRow.state == state.value)
        if origin is not None:
            query = query.where(FeedbackRow.origin == origin.value)
        # The rows are closed by hand: who stops reading early would else leave a cursor open on the server.
        with (
            self._database.reading() as connection,
            Session(connection) as session,
            closing(session.scalars(query.execution_options(yield_per=CHUNK_ROWS))) as rows,
        ):
            for row in rows:
                yield from_row(row)

    def trainable(self) -> Iterator[KeptFeedback]:
        """Those that a person accepted, without the actions of moderators, whatever their row may say."""
        return (
            kept for kept in self.find(ReviewState.ACCEPTED) if kept.feedback.origin is not Origin.MODERATION_ACTION
        )

    def review(self, feedback_id: uuid.UUID, review: Review, *, change: bool = False) -> None:
        """Accept or reject a feedback.

        Raises:
            UnknownFeedback: there is none with this id.
            ReviewRefused: it was reviewed before and ``change`` is not set, or it may never be accepted.
        """
        allowed: list[ColumnElement[bool]] = [FeedbackRow.id == feedback_id]
        if not change:
            allowed.append(FeedbackRow.state == ReviewState.NEW.value)
        if review.state is ReviewState.ACCEPTED:
            allowed.append(FeedbackRow.origin != Origin.MODERATION_ACTION.value)
        statement = update(FeedbackRow).where(*allowed)
        values = {"reviewed_at": review.at, "reviewer": review.reviewer, "review_note": review.note}
        with self._database.writing() as connection:
            done = connection.execute(statement.values(state=review.state.value, **values)).rowcount
        if not done:
            _refuse_review(self.get(feedback_id), review)

    def delete_own(self, feedback_id: uuid.UUID, token: str | None, key_name: str | None) -> bool:
        """Delete a feedback for its sender, known by the token or by the key; whether it was there and theirs."""
        with self._database.writing() as connection:
            row = connection.execute(
                select(FeedbackRow.token_hash, FeedbackRow.key_name).where(FeedbackRow.id == feedback_id)
            ).one_or_none()
            if row is None or not _is_owner(row.token_hash, row.key_name, token, key_name):
                return False
            connection.execute(delete(FeedbackRow).where(FeedbackRow.id == feedback_id))
        self._database.forget_deleted()
        return True

    def delete(self, feedback_id: uuid.UUID) -> bool:
        """Delete a feedback for the operator; whether it was there."""
        return self._delete(delete(FeedbackRow).where(FeedbackRow.id == feedback_id)) > 0

    def delete_of_key(self, key_name: str) -> int:
        """Delete all that came with an API key; how many there were."""
        return self._delete(delete(FeedbackRow).where(FeedbackRow.key_name == key_name))

    def purge(self, now: datetime, retention_days: int) -> int:
        """Delete what is older than the retention; how many there were."""
        return self._delete(delete(FeedbackRow).where(FeedbackRow.created_at <= now - timedelta(days=retention_days)))

    def _delete(self, statement: Delete) -> int:
        with self._database.writing() as connection:
            deleted = connection.execute(statement).rowcount
        # Also when nothing was deleted now: a reader may have kept an earlier deletion from being forgotten.
        self._database.forget_deleted()
        return deleted


def _hash(token: str) -> bytes:
    """Plain SHA-256: the token is random and long, so that there is nothing to guess and nothing to slow down."""
    return hashlib.sha256(token.encode()).digest()


def _is_owner(token_hash: bytes, owner: str | None, token: str | None, key_name: str | None) -> bool:
    by_token = token is not None and hmac.compare_digest(_hash(token), token_hash)
    return by_token or (key_name is not None and key_name == owner)


def _refuse_review(kept: KeptFeedback, review: Review) -> None:
    if review.state is ReviewState.ACCEPTED and kept.feedback.origin is Origin.MODERATION_ACTION:
        raise ReviewRefused(
            f"feedback {kept.id} is a moderator's action, which says nothing about framing; it can only be rejected"
        )
    who = f" by {kept.review.reviewer}" if kept.review and kept.review.reviewer else ""
    raise ReviewRefused(f"feedback {kept.id} was {kept.state.value}{who} before; --change replaces that decision")
