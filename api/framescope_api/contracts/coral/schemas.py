"""What Coral sends to an external moderation phase, as far as it is read, and what it takes for an answer."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from framescope_api.contracts.coral.policy import CommentStatus, Decision, FlagReason


class _In(BaseModel):
    """What Coral sends; members that we do not need may come and go."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)


class Comment(_In):
    """The comment; its body is plain text or HTML, as the phase is set up in Coral."""

    body: str | None = None


class ModerationRequest(_In):
    """A comment that was written or edited."""

    comment: Comment


class FlagAction(BaseModel):
    """A flag for the moderators."""

    actionType: Literal["FLAG"] = "FLAG"  # noqa: N815
    reason: FlagReason


class RejectionReason(BaseModel):
    """Why a comment was rejected, in words for its author."""

    code: Literal["OTHER"] = "OTHER"
    detailedExplanation: str  # noqa: N815


class ModerationAction(BaseModel):
    """The rejection as a moderator would give it."""

    status: Literal["REJECTED"] = "REJECTED"
    rejectionReason: RejectionReason  # noqa: N815


class ModerationAnswer(BaseModel):
    """What Coral is asked to do. An absent member is left out: Coral takes neither null nor an empty list of tags."""

    actions: list[FlagAction] | None = None
    status: CommentStatus | None = None
    moderationAction: ModerationAction | None = None  # noqa: N815


def answer_of(decision: Decision) -> bytes:
    """The JSON that asks Coral for ``decision``."""
    action = None
    if decision.explanation is not None:
        action = ModerationAction(rejectionReason=RejectionReason(detailedExplanation=decision.explanation))
    answer = ModerationAnswer(
        actions=[FlagAction(reason=reason) for reason in decision.flags] or None,
        status=decision.status,
        moderationAction=action,
    )
    return answer.model_dump_json(exclude_none=True).encode()
