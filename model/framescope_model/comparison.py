"""Two scored documents held against each other: scores, who speaks, and how many claims somebody vouches for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from framescope_model.document_json import SCORE_DECIMALS
from framescope_model.features import FEATURE_IDS, Mode
from framescope_model.highlights import cut_all
from framescope_model.outcomes import Scored
from framescope_model.results import FeatureScore, FeatureSpan, Voice

_OWN_CLAIMS = ("unattributed_superlative", "editorial_assertion", "state_official_narrative")
"""The features that mark a claim, which stands for itself where no source is found."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source as the text names it first, with the number of its claims, quoted and paraphrased."""

    name: str
    quoted: int
    reported: int


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims by who vouches for them.

    Args:
        attributed: attributions with a source.
        sourceless: attributions without one ("it is said").
        unattributed: spans of superlatives, editorial assertions and adopted state narratives in the writer's own voice
            for which no source was found.
    """

    attributed: int
    sourceless: int
    unattributed: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two documents."""

    name: str
    passages: int
    scores: Mapping[str, FeatureScore]
    speakers: tuple[Speaker, ...]
    claims: Claims


def side_of(outcome: Scored) -> Side:
    """What a comparison looks at in a scored document."""
    document = outcome.document
    return Side(outcome.name, len(document.passages), document.scores, _speakers(outcome), _claims(outcome))


def shared_features(first: Side, second: Side) -> list[str]:
    """The features both are scored for, the greatest difference of shares first, then of scores."""
    both = [feature for feature in FEATURE_IDS if feature in first.scores and feature in second.scores]

    def difference(feature: str) -> tuple[float, float]:
        one, other = first.scores[feature], second.scores[feature]
        return -abs(one.share - other.share), -abs(one.score - other.score)

    return sorted(both, key=difference)


def comparison_json(first: Side, second: Side) -> dict[str, Any]:
    """The comparison as JSON; differences are the second's less the first's."""
    return {
        "documents": [_side_json(side) for side in (first, second)],
        "differences": {
            feature: {
                "score": _rounded(second.scores[feature].score - first.scores[feature].score),
                "share": _rounded(second.scores[feature].share - first.scores[feature].share),
            }
            for feature in shared_features(first, second)
        },
    }


def _side_json(side: Side) -> dict[str, Any]:
    return {
        "id": side.name,
        "passages": side.passages,
        "scores": {
            feature: {"score": _rounded(of.score), "flagged": of.flagged, "share": _rounded(of.share)}
            for feature, of in side.scores.items()
        },
        "sources": [asdict(speaker) for speaker in side.speakers],
        "claims": asdict(side.claims),
    }


def _speakers(outcome: Scored) -> tuple[Speaker, ...]:
    """The sources of a document, those with most claims first; case and spacing do not set two apart."""
    names: dict[str, str] = {}
    quoted: Counter[str] = Counter()
    reported: Counter[str] = Counter()
    for attribution in outcome.document.attributions:
        name = " ".join(cut_all(outcome.text, attribution.source).split())
        if name:
            names.setdefault(name.casefold(), name)
            (quoted if attribution.voice is Voice.QUOTED else reported)[name.casefold()] += 1
    speakers = [Speaker(name, quoted[key], reported[key]) for key, name in names.items()]
    return tuple(sorted(speakers, key=lambda speaker: -(speaker.quoted + speaker.reported)))


def _claims(outcome: Scored) -> Claims:
    sourced = [bool(attribution.source) for attribution in outcome.document.attributions]
    own = sum(_stands_for_itself(found) for found in outcome.document.spans)
    return Claims(sum(sourced), len(sourced) - sum(sourced), own)


def _stands_for_itself(found: FeatureSpan) -> bool:
    evidence = found.evidence
    claims = found.feature in _OWN_CLAIMS and found.mode is not Mode.RELAYED
    return claims and evidence.voice is Voice.NARRATOR and not evidence.source


def _rounded(number: float) -> float:
    return round(number, SCORE_DECIMALS)
