"""The table of feedback. A change here needs a migration; a test compares the two."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, DateTime, Index, LargeBinary, String, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

TABLE = "framescope_feedback"
VERSION_TABLE = "framescope_feedback_version"
"""Where Alembic notes the revision; its default name would clash with other programs in the same database."""

NEVER_ACCEPTED = "NOT (origin = 'moderation_action' AND state = 'accepted')"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, also in SQLite, which would forget it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store it in UTC.

        Raises:
            ValueError: it has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give it back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of feedback."""


class FeedbackRow(Base):
    """A feedback. Offsets are code points; ``labels`` and ``spans`` are JSON as the export writes them."""

    __tablename__ = TABLE
    __table_args__ = (
        CheckConstraint(NEVER_ACCEPTED, name="ck_framescope_feedback_no_accepted_moderation"),
        Index("ix_framescope_feedback_created_at", "created_at"),
        Index("ix_framescope_feedback_key_name", "key_name"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    origin: Mapped[str] = mapped_column(String(32))
    key_name: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    context: Mapped[str | None] = mapped_column(Text)
    context_start: Mapped[int | None]
    context_end: Mapped[int | None]
    labels: Mapped[dict[str, bool | float]] = mapped_column(JSON)
    spans: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    model_name: Mapped[str | None] = mapped_column(Text)
    model_version: Mapped[str | None] = mapped_column(Text)
    model_revision: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewer: Mapped[str | None] = mapped_column(Text)
    review_note: Mapped[str] = mapped_column(Text)
