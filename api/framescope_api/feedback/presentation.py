"""Feedback on a terminal and as JSON, for its reviewer. What strangers wrote must not steer the terminal."""

import shutil
from typing import Any

from framescope_api.feedback.entries import KeptFeedback
from framescope_api.feedback.rows import spans_json
from framescope_model.presentation import printable

_SPARE_WIDTH = 66
"""What the columns before the passage take in a line of the list."""
_MIN_EXCERPT = 20


def feedback_json(kept: KeptFeedback) -> dict[str, Any]:
    """All that is stored of a feedback except the hash of its token; offsets are code points."""
    feedback, review = kept.feedback, kept.review
    context, model = feedback.context, feedback.model
    return {
        "id": str(kept.id),
        "created_at": kept.created_at.isoformat(),
        "origin": feedback.origin.value,
        "key_name": feedback.key_name,
        "state": kept.state.value,
        "review": {"by": review.reviewer, "at": review.at.isoformat(), "note": review.note} if review else None,
        "text": feedback.text,
        "context": {"text": context.text, "start": context.passage.start, "end": context.passage.end}
        if context
        else None,
        "labels": dict(feedback.labels),
        "spans": spans_json(feedback.spans),
        "note": feedback.note,
        "model": {"name": model.name, "version": model.version, "revision": model.revision} if model else None,
    }


def list_line(kept: KeptFeedback) -> str:
    """One line of the list: id, day, state, origin, and the beginning of the passage."""
    width = max(_MIN_EXCERPT, shutil.get_terminal_size().columns - _SPARE_WIDTH)
    text = printable(kept.feedback.text)
    excerpt = text if len(text) <= width else f"{text[: width - 1]}…"
    return f"{kept.id}  {kept.created_at:%Y-%m-%d}  {kept.state.value:<8}  {kept.feedback.origin.value}  {excerpt}"


def show_lines(kept: KeptFeedback) -> list[str]:
    """A feedback in full, its passage marked in its context."""
    feedback, review, model = kept.feedback, kept.review, kept.feedback.model
    lines = [
        f"id       {kept.id}",
        f"kept     {kept.created_at:%Y-%m-%d %H:%M} UTC",
        f"origin   {feedback.origin.value}, API key {feedback.key_name or '-'}",
        f"model    {model.name} {model.version} {model.revision}" if model else "model    not said",
        f"state    {kept.state.value}",
    ]
    if review:
        lines.append(f"review   by {review.reviewer or '-'} at {review.at:%Y-%m-%d %H:%M} UTC: {review.note or '-'}")
    lines += [f"label    {feature}: {label}" for feature, label in feedback.labels.items()]
    lines += [
        f"span     {item.feature}{f' ({item.mode.value})' if item.mode else ''} "
        f"{item.span.start}-{item.span.end}: {item.span.cut(feedback.text)}"
        for item in feedback.spans
    ]
    if feedback.note:
        lines.append(f"note     {feedback.note}")
    lines.append(f"text     {feedback.text}")
    if feedback.context:
        passage = feedback.context.passage
        before, after = feedback.context.text[: passage.start], feedback.context.text[passage.end :]
        lines.append(f"context  {before}>>>{feedback.text}<<<{after}")
    return [printable(line) for line in lines]
