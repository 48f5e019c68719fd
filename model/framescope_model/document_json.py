"""Scored documents as JSON, in the document shape of the native contract with code-point offsets."""

from collections.abc import Sequence
from typing import Any

from framescope_model.errors import FramescopeError
from framescope_model.language import DetectedLanguage
from framescope_model.results import FeatureSpan, ScoredDocument, ScoredPassage
from framescope_model.spans import Span

SCORE_DECIMALS = 6
"""Far below the 1e-3 within which scores are reproducible."""


def document_json(name: str, language: DetectedLanguage, document: ScoredDocument) -> dict[str, Any]:
    """A scored document whose id is ``name``."""
    return {
        "id": name,
        "language": {"code": language.code, "score": _rounded(language.score)},
        "scores": {
            feature: {"score": _rounded(of.score), "flagged": of.flagged, "share": _rounded(of.share)}
            for feature, of in document.scores.items()
        },
        "passages": [_passage(passage) for passage in document.passages],
        "spans": [_span(span) for span in document.spans],
        "attributions": [
            {
                "source": _pieces(attribution.source),
                "cue": _pieces(attribution.cue),
                "content": _pieces(attribution.content),
                "voice": attribution.voice.value,
            }
            for attribution in document.attributions
        ],
        "skipped": [{**_ends(skipped.span), "reason": skipped.reason} for skipped in document.skipped],
    }


def failure_json(name: str, error: FramescopeError) -> dict[str, Any]:
    """A document that could not be scored."""
    return {"id": name, "error": {"code": error.code, "detail": str(error)}}


def _passage(passage: ScoredPassage) -> dict[str, Any]:
    scores = {feature: _rounded(score) for feature, score in passage.scores.items()}
    return {**_ends(passage.span), "scores": scores, "flags": list(passage.flags)}


def _span(found: FeatureSpan) -> dict[str, Any]:
    evidence = found.evidence
    return {
        "feature": found.feature,
        **_ends(found.span),
        "score": _rounded(found.score),
        "mode": found.mode.value if found.mode else None,
        "evidence": {
            "voice": evidence.voice.value,
            "source": _pieces(evidence.source) or None,
            "cue": _pieces(evidence.cue) or None,
        },
    }


def _ends(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _pieces(spans: Sequence[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


def _rounded(score: float) -> float:
    return round(score, SCORE_DECIMALS)
