"""Corrected scores that clients send back, and who takes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from framescope_model.spans import Span

CORAL_COMMUNITY = "Coral:"
"""How Coral begins its community ids; the address of the newsroom follows."""

MODERATOR_DECISIONS = frozenset({"APPROVED", "DELETED"})
"""What Coral sends in the place of an attribute's name: what a moderator did with the comment."""


@dataclass(frozen=True, slots=True)
class SuggestedSpan:
    """Words of the text and the score that they should have been given."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class SuggestedScore:
    """What a feature should have been: over the whole text, in parts of it, or both."""

    summary: float | None
    spans: tuple[SuggestedSpan, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A comment with the scores that its sender holds to be right.

    Args:
        text: the comment as a reader sees it, without markup.
        context: what precedes it.
        scores: by feature id; empty when only a moderator's decision was sent.
        decisions: what a moderator did, of ``MODERATOR_DECISIONS``.
        requested_languages: as the sender declared them.
        detected_languages: what the comment seems to be in.
        community_id: the sender's name for the community.
        client_token: the sender's name for the request.
        session_id: the sender's name for the session.
        caller: the name of the API key that it came with, where keys are asked for.
    """

    text: str = field(repr=False)
    context: tuple[str, ...] = field(repr=False)
    scores: Mapping[str, SuggestedScore]
    decisions: frozenset[str] = frozenset()
    requested_languages: tuple[str, ...] = ()
    detected_languages: tuple[str, ...] = ()
    community_id: str | None = None
    client_token: str | None = None
    session_id: str | None = None
    caller: str | None = None

    @property
    def is_moderation(self) -> bool:
        """Whether this is what a moderator did with a comment, which is no label of framing: never train on it.

        All that Coral sends is, whatever the name of the attribute.
        """
        return bool(self.decisions) or (self.community_id or "").startswith(CORAL_COMMUNITY)


class FeedbackSink(Protocol):
    """Takes suggestions; found as ``feedback_sink`` on the application's state."""

    async def take(self, suggestion: Suggestion) -> None:
        """Keep ``suggestion``, or let it go as the operator wishes; the client is told the same.

        Raises:
            FramescopeError: it should have been kept and could not be.
        """
