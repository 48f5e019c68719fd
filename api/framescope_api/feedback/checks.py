"""What every feedback must hold to before it is kept, whichever contract it came in by.

A database would refuse some of it too, but not all databases the same, and PostgreSQL would quote the row in its log.
"""

from collections.abc import Iterator, Mapping

from framescope_api.errors import FieldError, InvalidRequest
from framescope_api.feedback.entries import MAX_NOTE_LENGTH, MAX_SPANS, Feedback, Origin, is_positive
from framescope_model.errors import EmptyText, TextTooLong, UnknownFeature
from framescope_model.features import FEATURE_IDS
from framescope_model.spans import Span

STATE_OFFICIAL_NARRATIVE = "state_official_narrative"


def check_feedback(feedback: Feedback, max_length: int) -> None:
    """Refuse a feedback that cannot be kept or would be no use.

    Args:
        feedback: to check.
        max_length: of the passage and of its context, in code points.

    Raises:
        EmptyText, TextTooLong: of the passage or its context.
        UnknownFeature: a label speaks of none of ours.
        InvalidRequest: anything else; its errors point at members of the native contract.
    """
    _check_text(feedback.text, "text", max_length)
    if feedback.context is not None:
        _check_text(feedback.context.text, "context", max_length)
    for feature in feedback.labels:
        if feature not in FEATURE_IDS:
            raise UnknownFeature(f"there is no feature {feature!r}; the features are {', '.join(FEATURE_IDS)}")
    errors = [*_label_faults(feedback), *_context_faults(feedback), *_span_faults(feedback), *_string_faults(feedback)]
    if errors:
        raise InvalidRequest(f"{errors[0].pointer}: {errors[0].detail}", errors)


def _check_text(text: str, name: str, max_length: int) -> None:
    if len(text) > max_length:
        raise TextTooLong(f"the {name} has {len(text)} code points; at most {max_length} can be kept, so send a part")
    if not text.strip():
        raise EmptyText(f"the {name} is empty or holds white space only")


def _label_faults(feedback: Feedback) -> Iterator[FieldError]:
    if not feedback.labels and feedback.origin is not Origin.MODERATION_ACTION:
        yield FieldError("#/labels", "is empty; say of one feature at least whether it is there")
    for feature, label in feedback.labels.items():
        if not 0 <= label <= 1:
            yield FieldError(f"#/labels/{feature}", "is no score between 0 and 1")


def _context_faults(feedback: Feedback) -> Iterator[FieldError]:
    context = feedback.context
    if context is not None and context.passage.cut(context.text) != feedback.text:
        yield FieldError("#/context", "does not hold the text between its start and end; check the unit of the offsets")


def _span_faults(feedback: Feedback) -> Iterator[FieldError]:
    if len(feedback.spans) > MAX_SPANS:
        yield FieldError("#/spans", f"has {len(feedback.spans)} spans; at most {MAX_SPANS} can be kept")
        return
    seen: dict[str, list[Span]] = {}
    for index, corrected in enumerate(feedback.spans):
        others = seen.setdefault(corrected.feature, [])
        fault = _span_fault(corrected.span, others, len(feedback.text))
        if corrected.feature not in feedback.labels or not is_positive(feedback.labels[corrected.feature]):
            fault = "is of a feature that labels does not say is there"
        elif corrected.mode is not None and corrected.feature != STATE_OFFICIAL_NARRATIVE:
            fault = f"has a mode, which only {STATE_OFFICIAL_NARRATIVE} has"
        if fault:
            yield FieldError(f"#/spans/{index}", fault)
        others.append(corrected.span)


def _span_fault(span: Span, others: list[Span], length: int) -> str | None:
    if not len(span):
        return "is empty"
    if span.end > length:
        return "reaches beyond the text"
    if any(span.overlap(other) for other in others):
        return "overlaps another span of its feature"
    return None


def _string_faults(feedback: Feedback) -> Iterator[FieldError]:
    if len(feedback.note) > MAX_NOTE_LENGTH:
        yield FieldError("#/note", f"has {len(feedback.note)} code points; at most {MAX_NOTE_LENGTH} can be kept")
    for pointer, text in _strings(feedback).items():
        if "\0" in text:
            yield FieldError(pointer, "holds the character U+0000, which cannot be kept")


def _strings(feedback: Feedback) -> Mapping[str, str]:
    model, context = feedback.model, feedback.context
    return {
        "#/text": feedback.text,
        "#/note": feedback.note,
        "#/context/text": context.text if context else "",
        "#/model/name": model.name if model else "",
        "#/model/version": model.version if model else "",
        "#/model/revision": model.revision if model else "",
    }
