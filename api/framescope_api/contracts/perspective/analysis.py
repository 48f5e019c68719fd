"""Scoring a comment: from the request to the answer, apart from HTTP."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from framescope_api.answers import SCORE_DECIMALS
from framescope_api.contracts.perspective.attributes import feature_of
from framescope_api.contracts.perspective.comment import PARAGRAPH_BREAK, Comment, read_comment, read_context
from framescope_api.contracts.perspective.errors import InvalidArgument, LanguageNotSupported, NoRequestedAttributes
from framescope_api.contracts.perspective.languages import CommentLanguages, find_languages
from framescope_api.contracts.perspective.schemas import (
    AnalyzeCommentAnswer,
    AnalyzeCommentRequest,
    AnswerScore,
    AttributeScores,
    SpanScore,
)
from framescope_api.service import Document, Failure, ScoringService
from framescope_model.model_info import ModelInfo
from framescope_model.results import ScoredPassage, ScoreOptions
from framescope_model.spans import Span


@dataclass(frozen=True, slots=True)
class _Attribute:
    """An attribute as it was asked for; a score under ``threshold`` is not told."""

    name: str
    feature: str
    threshold: float


@dataclass(frozen=True, slots=True)
class _Work:
    """A request that can be served. ``before`` is the text of its context, which ends where the comment begins."""

    comment: Comment
    before: str
    attributes: tuple[_Attribute, ...]
    languages: CommentLanguages


async def analyze(body: AnalyzeCommentRequest, service: ScoringService, max_length: int) -> AnalyzeCommentAnswer:
    """The scores of the comment in ``body``.

    ``doNotStore`` needs no care: what is scored is never stored.

    Args:
        body: the request.
        service: scores.
        max_length: the most code points of a comment and its context together.

    Raises:
        PerspectiveError: the request is at fault.
        FramescopeError: it cannot be served, as the native contract would say.
    """
    work = await asyncio.to_thread(_prepare, body, service, max_length)
    scores: dict[str, AttributeScores] = {}
    if work.languages.supported is not None:
        passages = await _passages(work, service, work.languages.supported)
        scores = dict(_told(work, passages, each=bool(body.span_annotations)))
    elif not body.drop_unsupported_attributes:
        # All features are of one model, so that a language serves all of them or none.
        first = work.attributes[0].name
        raise LanguageNotSupported(first, work.languages.requested, work.languages.detected)
    return AnalyzeCommentAnswer(
        attribute_scores=scores or None,
        languages=list(work.languages.told()) or None,
        detected_languages=list(work.languages.detected) or None,
        client_token=body.client_token,
    )


def _prepare(body: AnalyzeCommentRequest, service: ScoringService, max_length: int) -> _Work:
    comment = read_comment(body.comment)
    before = "".join(text + PARAGRAPH_BREAK for text in read_context(body.context))
    length = len(before) + len(comment.text)
    if length > max_length:
        raise InvalidArgument(f"Comment and context have {length} code points together; at most {max_length} are read.")
    attributes = tuple(_attributes(body, service.engine.info))
    return _Work(comment, before, attributes, find_languages(comment.text, body.languages or (), service.language_of))


def _attributes(body: AnalyzeCommentRequest, info: ModelInfo) -> Iterator[_Attribute]:
    if not body.requested_attributes:
        raise NoRequestedAttributes
    for name, parameters in body.requested_attributes.items():
        feature = feature_of(name, info)
        score_type = parameters.score_type if parameters else None
        if score_type not in (None, "PROBABILITY", "SCORE_TYPE_UNSPECIFIED"):
            raise InvalidArgument(f"Requested score type {score_type} is not supported by attribute {name}")
        threshold = parameters.score_threshold if parameters else None
        yield _Attribute(name, feature, 0.0 if threshold is None else threshold)


async def _passages(work: _Work, service: ScoringService, language: str) -> list[ScoredPassage]:
    """The scored passages of the comment, with offsets into its text.

    The context stands before it in paragraphs of its own, so that its passages are apart from the comment's, and the
    model reads the comment after it: who is quoted or named there carries over.
    """
    features = tuple(dict.fromkeys(attribute.feature for attribute in work.attributes))
    document = Document("comment", work.before + work.comment.text, language)
    (outcome,) = await service.score([document], ScoreOptions(features=features))
    if isinstance(outcome, Failure):
        raise outcome.error
    start = len(work.before)
    return [
        ScoredPassage(Span(p.span.start - start, p.span.end - start), p.scores, p.flags)
        for p in outcome.result.passages
        if p.span.start >= start
    ]


def _told(work: _Work, passages: list[ScoredPassage], *, each: bool) -> Iterator[tuple[str, AttributeScores]]:
    """The attributes that reach their threshold.

    With span annotations there is a score for each passage, since the API documents them as scores at the level of
    sentences; the words that carry a feature are told by the native contract. Without, clients expect one score over
    all of the comment. Scores under the threshold are left out in both, as documented.
    """
    places = [work.comment.place(passage.span) for passage in passages] if each else [work.comment.whole()]
    for attribute in work.attributes:
        # A comment that is boilerplate throughout has no passage.
        scores = [_rounded(passage.scores, attribute.feature) for passage in passages]
        summary = max(scores, default=0.0)
        if summary >= attribute.threshold:
            spans = [
                SpanScore(begin=begin, end=end, score=AnswerScore(value=score))
                for (begin, end), score in zip(places, scores if each else [summary], strict=True)
                if score >= attribute.threshold
            ]
            yield attribute.name, AttributeScores(span_scores=spans, summary_score=AnswerScore(value=summary))


def _rounded(scores: Mapping[str, float], feature: str) -> float:
    return round(float(scores[feature]), SCORE_DECIMALS)
