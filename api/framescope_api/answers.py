"""From the scorer's results to the JSON of the native contract, with offsets in the unit that was asked for."""

import json
from collections.abc import Sequence

from framescope_api import schemas as out
from framescope_api.offsets import OffsetMap, OffsetUnit
from framescope_api.problems import printable, public
from framescope_api.service import Failure, Scored
from framescope_model.features import FEATURES
from framescope_model.model_info import ModelInfo
from framescope_model.results import Attribution, FeatureSpan, ScoredPassage
from framescope_model.spans import Span

SCORE_DECIMALS = 6
"""Digits of a score in an answer: far below the 1e-3 within which scores are reproducible, far above noise in size."""

MEASURED_MIN_F1 = 0.5
"""A feature whose measured F1 is lower, or that was not measured, is told to be experimental."""


def model_ref(info: ModelInfo) -> out.ModelRef:
    """The part of ``info`` that stands in every answer."""
    return out.ModelRef(name=info.name, version=info.version, revision=info.revision)


def features_answer(info: ModelInfo) -> out.FeaturesAnswer:
    """What ``/v1/features`` tells: the features that the model has a threshold for, in the order of the channels."""
    return out.FeaturesAnswer(
        model=model_ref(info),
        features=[
            out.FeatureOut(
                id=feature.id,
                group=feature.group,
                definition=feature.definition,
                threshold=info.thresholds[feature.id],
                quality=dict(info.quality.get(feature.id) or {}) or None,
                reliability="measured" if is_measured(info, feature.id) else "experimental",
            )
            for feature in FEATURES
            if feature.id in info.thresholds
        ],
    )


def is_measured(info: ModelInfo, feature: str) -> bool:
    """Whether the feature's F1 was measured and reaches ``MEASURED_MIN_F1``."""
    f1 = (info.quality.get(feature) or {}).get("f1")
    return isinstance(f1, int | float) and f1 >= MEASURED_MIN_F1


def model_answer(info: ModelInfo) -> out.ModelAnswer:
    """What ``/v1/model`` tells."""
    return out.ModelAnswer(model=model_ref(info), thresholds=dict(info.thresholds), card=dict(info.card))


def render_answer(info: ModelInfo, offsets: OffsetUnit, outcomes: Sequence[Scored | Failure], *, spans: bool) -> bytes:
    """The JSON of a score answer; documents are written one by one so that other threads get their turn between."""
    documents = ",".join(render_document(outcome, offsets, spans=spans) for outcome in outcomes)
    head = f'{{"model":{model_ref(info).model_dump_json()},"offsets":{json.dumps(offsets)},"documents":['
    return (head + documents + "]}").encode()


def render_document(outcome: Scored | Failure, offsets: OffsetUnit, *, spans: bool) -> str:
    """The JSON of one document of a score answer."""
    return _document(outcome, offsets, spans=spans).model_dump_json(exclude_unset=True)


def _document(outcome: Scored | Failure, unit: OffsetUnit, *, spans: bool) -> out.DocumentScores | out.DocumentFailure:
    if isinstance(outcome, Failure):
        shown = public(outcome.error)
        error = out.ErrorOut(code=shown.code, detail=printable(str(shown)))
        return out.DocumentFailure(id=outcome.id, error=error)
    offsets = OffsetMap(outcome.text, unit)
    result = outcome.result
    detail = {}
    if spans:
        detail = {
            "spans": [_span(span, offsets) for span in result.spans],
            "attributions": [_attribution(attribution, offsets) for attribution in result.attributions],
        }
    return out.DocumentScores(
        id=outcome.id,
        language=out.LanguageOut(code=outcome.language.code, score=_score(outcome.language.score)),
        scores={
            feature: out.FeatureScoreOut(score=_score(s.score), flagged=s.flagged, share=_score(s.share))
            for feature, s in result.scores.items()
        },
        passages=[_passage(passage, offsets) for passage in result.passages],
        skipped=[out.SkippedOut(**_ends(skipped.span, offsets), reason=skipped.reason) for skipped in result.skipped],
        **detail,
    )


def _passage(passage: ScoredPassage, offsets: OffsetMap) -> out.PassageOut:
    scores = {feature: _score(score) for feature, score in passage.scores.items()}
    return out.PassageOut(**_ends(passage.span, offsets), scores=scores, flags=list(passage.flags))


def _span(span: FeatureSpan, offsets: OffsetMap) -> out.SpanOut:
    evidence = out.EvidenceOut(
        voice=span.evidence.voice,
        source=_pieces(span.evidence.source, offsets) or None,
        cue=_pieces(span.evidence.cue, offsets) or None,
    )
    return out.SpanOut(
        feature=span.feature, **_ends(span.span, offsets), score=_score(span.score), mode=span.mode, evidence=evidence
    )


def _attribution(attribution: Attribution, offsets: OffsetMap) -> out.AttributionOut:
    return out.AttributionOut(
        source=_pieces(attribution.source, offsets),
        cue=_pieces(attribution.cue, offsets),
        content=_pieces(attribution.content, offsets),
        voice=attribution.voice,
    )


def _pieces(spans: Sequence[Span], offsets: OffsetMap) -> list[list[int]]:
    return [[offsets.from_codepoints(span.start), offsets.from_codepoints(span.end)] for span in spans]


def _ends(span: Span, offsets: OffsetMap) -> dict[str, int]:
    return {"start": offsets.from_codepoints(span.start), "end": offsets.from_codepoints(span.end)}


def _score(value: float) -> float:
    return round(float(value), SCORE_DECIMALS)
