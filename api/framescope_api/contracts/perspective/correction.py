"""Taking corrected scores: from the request to a suggestion."""

from collections.abc import Iterator, Sequence

from framescope_api.contracts.perspective.attributes import feature_of
from framescope_api.contracts.perspective.comment import Comment, read_comment, read_context
from framescope_api.contracts.perspective.errors import InvalidArgument, LanguageDetectionFailed
from framescope_api.contracts.perspective.languages import CommentLanguages, LanguageOf, find_languages
from framescope_api.contracts.perspective.schemas import (
    SuggestCommentScoreRequest,
    SuggestedScores,
    SuggestedSpanScore,
)
from framescope_api.contracts.perspective.suggestions import (
    MODERATOR_DECISIONS,
    SuggestedScore,
    SuggestedSpan,
    Suggestion,
)
from framescope_model.model_info import ModelInfo


def read_suggestion(
    body: SuggestCommentScoreRequest, info: ModelInfo, language_of: LanguageOf, caller: str | None
) -> Suggestion:
    """The suggestion in ``body``.

    A language that cannot be scored is no error here: the sender knows the comment, and whoever reviews suggestions
    sees what it is in.

    Raises:
        PerspectiveError: the request is at fault.
    """
    comment = read_comment(body.comment)
    if not body.attribute_scores:
        raise InvalidArgument("Missing attribute_scores")
    decisions = frozenset(body.attribute_scores) & MODERATOR_DECISIONS
    scores: dict[str, SuggestedScore] = {}
    for name, given in body.attribute_scores.items():
        if name not in decisions:
            feature = feature_of(name, info)
            if feature in scores:
                raise InvalidArgument(f"Attribute {name} is given twice, with and without its version")
            scores[feature] = _score(name, given, comment)
    languages = _languages(comment.text, body.languages or (), language_of)
    return Suggestion(
        text=comment.text,
        context=read_context(body.context),
        scores=scores,
        decisions=decisions,
        requested_languages=languages.requested,
        detected_languages=languages.detected,
        community_id=body.community_id,
        client_token=body.client_token,
        session_id=body.session_id,
        caller=caller,
    )


def _score(name: str, given: SuggestedScores | None, comment: Comment) -> SuggestedScore:
    if given is None or (given.summary_score is None and not given.span_scores):
        raise InvalidArgument(f"Attribute {name} has neither summary_score nor span_scores")
    for score in (given.summary_score, *(span.score for span in given.span_scores or ())):
        if score is not None and score.type not in (None, "PROBABILITY", "SCORE_TYPE_UNSPECIFIED"):
            raise InvalidArgument(f"Suggested score type {score.type} is not supported by attribute {name}")
    return SuggestedScore(
        summary=given.summary_score.value if given.summary_score else None,
        spans=tuple(_spans(name, given.span_scores or (), comment)),
    )


def _spans(name: str, given: Sequence[SuggestedSpanScore], comment: Comment) -> Iterator[SuggestedSpan]:
    for item in given:
        try:
            span = comment.found_at(item.begin, item.end)
        except ValueError:
            raise InvalidArgument(
                f"Attribute {name} has a span from {item.begin} to {item.end}, which is no part of the comment; "
                "offsets are UTF-16 code units"
            ) from None
        if not len(span):
            raise InvalidArgument(f"Attribute {name} has a span from {item.begin} to {item.end}, which holds no text")
        yield SuggestedSpan(span, item.score.value)


def _languages(text: str, requested: Sequence[str], language_of: LanguageOf) -> CommentLanguages:
    try:
        return find_languages(text, requested, language_of)
    except LanguageDetectionFailed:
        return CommentLanguages((), (), None)
