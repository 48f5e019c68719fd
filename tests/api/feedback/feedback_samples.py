"""Feedback to keep, written for these tests."""

from typing import Any

from framescope_api.feedback.entries import Context, CorrectedSpan, Feedback, JudgedModel, Origin
from framescope_model.features import Mode
from framescope_model.spans import Span

PASSAGE = "It was the wettest spring ever, the ministry said 🌧 on Monday."
DOCUMENT = f"Rain fell again. {PASSAGE} Farmers wait."
FULL = Feedback(
    origin=Origin.NATIVE,
    text=PASSAGE,
    labels={"unattributed_superlative": False, "state_official_narrative": True, "doubt": 0.25},
    spans=(CorrectedSpan("state_official_narrative", Span(0, len(PASSAGE) - 1), Mode.RELAYED),),
    context=Context(DOCUMENT, Span(17, 17 + len(PASSAGE))),
    note="The ministry vouches for it.",
    model=JudgedModel("keyword", "1.2.3", "0123456789ab"),
    key_name="desk",
)


def feedback(text: str = "The worst ever.", origin: Origin = Origin.NATIVE, **members: Any) -> Feedback:
    """A small one."""
    return Feedback(origin, text, **{"labels": {"unattributed_superlative": True}, **members})
