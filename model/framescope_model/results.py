"""What scoring a document yields. All offsets follow :class:`framescope_model.spans.Span`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from framescope_model.features import Mode
from framescope_model.spans import Span


class Voice(StrEnum):
    """Who speaks: the writer, somebody paraphrased by the writer, or somebody in quotation marks."""

    NARRATOR = "narrator"
    REPORTED = "reported"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Attribution:
    """A claim with the one it is attributed to.

    Each role is a tuple of pieces in text order: one relation in six is discontinuous. ``source`` may be empty ("it is
    said"); ``cue`` and ``content`` are not. ``voice`` is ``reported`` or ``quoted``.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    voice: Voice


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a span was found: whose voice carries it, and the source and cue that vouch for it (empty: nobody does)."""

    voice: Voice
    source: tuple[Span, ...]
    cue: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FeatureSpan:
    """The words that carry a feature. ``score`` is a calibrated probability; ``mode`` belongs to one feature only."""

    feature: str
    span: Span
    score: float
    mode: Mode | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A sentence with a calibrated probability for each requested feature, and those at or over their threshold."""

    span: Span
    scores: Mapping[str, float]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeatureScore:
    """A feature over a whole document.

    ``score`` is the highest passage score, ``flagged`` tells whether any passage is, ``share`` the part of passages
    flagged, in [0, 1].
    """

    score: float
    flagged: bool
    share: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stretch of text that was not scored, and why (``boilerplate``)."""

    span: Span
    reason: str


@dataclass(frozen=True, slots=True)
class ScoredDocument:
    """Everything the scorer says of one document. ``spans`` and ``attributions`` are in text order."""

    scores: Mapping[str, FeatureScore]
    passages: tuple[ScoredPassage, ...]
    spans: tuple[FeatureSpan, ...]
    attributions: tuple[Attribution, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class ScoreOptions:
    """What the caller wants of the scores.

    Args:
        features: ids to report, ``None`` for all.
        thresholds: overrides of the artifact's thresholds on passage scores, by feature id.
        ignore: phrases never reported, compared without regard to case; a span within or overlapping one is dropped
            and its words take no part in a passage's score.
        exclude_quoted: keep quoted speech out of the sourcing scores.
    """

    features: tuple[str, ...] | None = None
    thresholds: Mapping[str, float] | None = None
    ignore: tuple[str, ...] = ()
    exclude_quoted: bool = False
