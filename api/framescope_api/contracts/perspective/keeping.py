"""Scores that clients of the Perspective contract suggest, as feedback."""

from framescope_api.contracts.perspective.suggestions import SuggestedScore, Suggestion
from framescope_api.feedback.entries import Context, CorrectedSpan, Feedback, Origin, is_positive
from framescope_api.feedback.store import FeedbackStore
from framescope_model.spans import Span, merge

PARAGRAPH_BREAK = "\n\n"


class SuggestionSink:
    """Keeps suggestions in ``store``.

    Args:
        store: decides whether anything is kept.
        max_length: of a text with its context, in code points; a longer context is left out.
    """

    def __init__(self, store: FeedbackStore, max_length: int) -> None:
        self._store = store
        self._max_length = max_length

    async def take(self, suggestion: Suggestion) -> None:
        """Keep ``suggestion``, or let it go as the operator wishes.

        Raises:
            InputError, RequestError: it cannot be kept as it is.
            FeedbackUnavailable: it should have been kept and could not be.
        """
        await self._store.keep(to_feedback(suggestion, self._max_length))


def to_feedback(suggestion: Suggestion, max_length: int) -> Feedback:
    """A suggestion as feedback. Its labels are kept as sent, a moderator's decision in the note."""
    return Feedback(
        origin=Origin.MODERATION_ACTION if suggestion.is_moderation else Origin.PERSPECTIVE,
        text=suggestion.text,
        labels={feature: _label(score) for feature, score in suggestion.scores.items()},
        spans=tuple(span for feature, score in suggestion.scores.items() for span in _spans(feature, score)),
        context=_context(suggestion, max_length),
        note=", ".join(sorted(suggestion.decisions)),
        key_name=suggestion.caller,
    )


def _label(score: SuggestedScore) -> float:
    """The score of the whole text, or, as a document's score is, the highest of its parts."""
    return score.summary if score.summary is not None else max((part.score for part in score.spans), default=0.0)


def _spans(feature: str, score: SuggestedScore) -> list[CorrectedSpan]:
    """The parts that carry the feature, where the whole text does; those that overlap become one."""
    if not is_positive(_label(score)):
        return []
    carrying = merge(part.span for part in score.spans if len(part.span) and is_positive(part.score))
    return [CorrectedSpan(feature, span) for span in carrying]


def _context(suggestion: Suggestion, max_length: int) -> Context | None:
    """What precedes the comment, and the comment, as the paragraphs of one document."""
    before = [entry for entry in suggestion.context if entry.strip()]
    document = PARAGRAPH_BREAK.join([*before, suggestion.text])
    if not before or len(document) > max_length:
        return None
    return Context(document, Span(len(document) - len(suggestion.text), len(document)))
