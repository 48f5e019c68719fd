"""Between a feedback and its row in the table."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from framescope_api.feedback.entries import (
    Context,
    CorrectedSpan,
    Feedback,
    JudgedModel,
    KeptFeedback,
    Origin,
    Review,
    ReviewState,
)
from framescope_api.feedback.tables import FeedbackRow
from framescope_model.features import Mode
from framescope_model.spans import Span


def to_row(feedback: Feedback, feedback_id: uuid.UUID, token_hash: bytes, now: datetime) -> FeedbackRow:
    """The row of a new feedback."""
    model, context = feedback.model, feedback.context
    return FeedbackRow(
        id=feedback_id,
        token_hash=token_hash,
        created_at=now,
        origin=feedback.origin.value,
        key_name=feedback.key_name,
        text=feedback.text,
        context=context.text if context else None,
        context_start=context.passage.start if context else None,
        context_end=context.passage.end if context else None,
        labels=dict(feedback.labels),
        spans=spans_json(feedback.spans),
        note=feedback.note,
        model_name=model.name if model else None,
        model_version=model.version if model else None,
        model_revision=model.revision if model else None,
        state=ReviewState.NEW.value,
        review_note="",
    )


def from_row(row: FeedbackRow) -> KeptFeedback:
    """The feedback in a row."""
    return KeptFeedback(row.id, row.created_at, _feedback(row), _review(row))


def spans_json(spans: Sequence[CorrectedSpan], shift: int = 0) -> list[dict[str, Any]]:
    """Spans in the form of ``training/labels``, moved by ``shift`` code points."""
    return [
        {"feature": item.feature, "start": item.span.start + shift, "end": item.span.end + shift}
        | ({"mode": item.mode.value} if item.mode else {})
        for item in spans
    ]


def _feedback(row: FeedbackRow) -> Feedback:
    context, model = None, None
    if row.context is not None and row.context_start is not None and row.context_end is not None:
        context = Context(row.context, Span(row.context_start, row.context_end))
    if row.model_name is not None:
        model = JudgedModel(row.model_name, row.model_version or "", row.model_revision or "")
    return Feedback(
        origin=Origin(row.origin),
        text=row.text,
        labels=row.labels,
        spans=tuple(_span(item) for item in row.spans),
        context=context,
        note=row.note,
        model=model,
        key_name=row.key_name,
    )


def _span(item: dict[str, Any]) -> CorrectedSpan:
    mode = Mode(item["mode"]) if "mode" in item else None
    return CorrectedSpan(item["feature"], Span(item["start"], item["end"]), mode)


def _review(row: FeedbackRow) -> Review | None:
    if row.reviewed_at is None:
        return None
    return Review(ReviewState(row.state), row.reviewer, row.review_note, row.reviewed_at)
