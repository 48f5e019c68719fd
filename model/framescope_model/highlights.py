"""A text cut where spans begin and end, so that it can be shown with the words that carry features marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from framescope_model.features import FEATURES, FeatureGroup
from framescope_model.results import FeatureSpan, ScoredDocument, Voice
from framescope_model.spans import Span

FAMILIES = {feature.id: feature.group for feature in FEATURES}
"""The family of each feature, by which it is coloured."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that the same spans ``covering`` cover; those ``closing`` end with it."""

    span: Span
    covering: tuple[FeatureSpan, ...]
    closing: tuple[FeatureSpan, ...]

    @property
    def opened(self) -> int:
        """The number of different ranges that begin with this piece; each is closed once, where it ends."""
        return len({found.span for found in self.covering if found.span.start == self.span.start})

    @property
    def closed(self) -> int:
        """The number of different ranges that end with this piece."""
        return len({found.span for found in self.closing})

    @property
    def families(self) -> frozenset[FeatureGroup]:
        """The families of the features that it carries."""
        return frozenset(FAMILIES[found.feature] for found in self.covering)


def cut_pieces(length: int, spans: Sequence[FeatureSpan]) -> list[Piece]:
    """A text of ``length`` code points as pieces in order, without gaps; ``spans`` may overlap."""
    bounds = sorted({0, length, *(end for found in spans for end in (found.span.start, found.span.end))})
    waiting = sorted((found for found in spans if len(found.span)), key=lambda found: found.span)
    pieces: list[Piece] = []
    active: list[FeatureSpan] = []
    following = 0
    for start, end in pairwise(bounds):
        while following < len(waiting) and waiting[following].span.start == start:
            active.append(waiting[following])
            following += 1
        closing = tuple(found for found in active if found.span.end == end)
        pieces.append(Piece(Span(start, end), tuple(active), closing))
        active = [found for found in active if found.span.end > end]
    return pieces


def passage_score(document: ScoredDocument, found: FeatureSpan) -> float:
    """The score that flagged ``found``: the highest, for its feature, of the flagged passages that it overlaps."""
    scores = [
        passage.scores[found.feature]
        for passage in document.passages
        if found.feature in passage.flags and passage.span.overlap(found.span)
    ]
    return max(scores, default=found.score)


def who_vouches(text: str, found: FeatureSpan) -> str:
    """In words, whose claim the span is and who vouches for it; parts of ``text`` stand in it as they are."""
    evidence = found.evidence
    cue = cut_all(text, evidence.cue)
    if evidence.source:
        told = f"{evidence.voice.value}: {cut_all(text, evidence.source)}" + (f" ({cue})" if cue else "")
    elif evidence.voice is Voice.NARRATOR:
        told = "nobody: the writer's own words"
    else:
        told = f"nobody named: {evidence.voice.value}" + (f" ({cue})" if cue else "")
    return f"{told}; {found.mode.value}" if found.mode else told


def cut_all(text: str, pieces: Sequence[Span]) -> str:
    """The words of the ``pieces`` of a source or cue."""
    return " … ".join(piece.cut(text) for piece in pieces)
