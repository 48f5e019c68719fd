"""What a feedback is: a passage with the labels that somebody holds to be right. Offsets are code points.

Texts and notes stay out of every ``repr``, so that no log line can hold them by accident.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from framescope_model.features import Mode
from framescope_model.spans import Span

POSITIVE_FROM = 0.5
"""A label that is a score says "yes" from here on."""

MAX_NOTE_LENGTH = 2000
MAX_SPANS = 500


class Origin(StrEnum):
    """How a feedback came in, set by the route that took it and never by the client."""

    NATIVE = "native"
    PERSPECTIVE = "perspective"
    MODERATION_ACTION = "moderation_action"
    """A moderator approved or deleted a comment. That is no label of framing: such a row is never accepted."""


class ReviewState(StrEnum):
    """What became of a feedback; only accepted ones leave as training examples."""

    NEW = "new"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class CorrectedSpan:
    """Words of the passage that carry a feature; ``mode`` belongs to ``state_official_narrative`` alone."""

    feature: str
    span: Span
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """The document that the passage stands in, and where in it."""

    text: str = field(repr=False)
    passage: Span


@dataclass(frozen=True, slots=True)
class JudgedModel:
    """The model whose scores were judged, as its answer named it."""

    name: str
    version: str
    revision: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody sent.

    Args:
        origin: how it came in.
        text: the passage.
        labels: what is right, by feature: true, false, or a score in [0, 1]. Features that are absent were not judged.
        spans: the words that carry a feature, within ``text``; their features are labelled positive.
        context: the document around the passage.
        note: a remark for the reviewer.
        model: whose scores were judged; ``None`` when the sender did not say.
        key_name: the name of the API key that it came with.
        do_not_store: the sender's wish that nothing be kept.
    """

    origin: Origin
    text: str = field(repr=False)
    labels: Mapping[str, bool | float]
    spans: Sequence[CorrectedSpan] = ()
    context: Context | None = None
    note: str = field(default="", repr=False)
    model: JudgedModel | None = None
    key_name: str | None = None
    do_not_store: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on a feedback."""

    state: ReviewState
    reviewer: str | None
    note: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptFeedback:
    """A feedback as it is stored; ``review`` is ``None`` while it is new."""

    id: uuid.UUID
    created_at: datetime
    feedback: Feedback
    review: Review | None

    @property
    def state(self) -> ReviewState:
        """Where its review stands."""
        return self.review.state if self.review else ReviewState.NEW


@dataclass(frozen=True, slots=True)
class Receipt:
    """A feedback was kept under ``id`` until ``expires_at``; the token, which is stored nowhere, deletes it."""

    id: uuid.UUID
    deletion_token: str = field(repr=False)
    expires_at: datetime


class DropReason(StrEnum):
    """Why nothing of a feedback was kept."""

    STORAGE_OFF = "storage_off"
    DO_NOT_STORE = "do_not_store"


def is_positive(label: bool | float) -> bool:
    """Whether a label says that the feature is there."""
    return float(label) >= POSITIVE_FROM
