"""What the labels say of each token and passage of a document, and where they are silent.

An article may be labelled in several files: by PTC for techniques, by PolNeAR for attribution, by our own labels for
sourcing. Its labels are laid over one encoding of its text, each with a mask of what it speaks about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from framescope_model.encoding import EncodedDocument
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS, Mode
from framescope_model.spans import Span
from framescope_training.corpora import AnnotatedText, AttributionAnnotation, LabelledSpan, SentenceJudgement

ROLES = ("source", "cue", "content")
"""The channels of the attribution head."""
LINKED_ROLES = ("source", "content")
"""The roles that a cue is linked to."""
BIAS_LABELS = ("lexical_bias", "informational_bias")
"""The channels of the auxiliary head that BASIL supervises."""

_CHANNEL = {feature: channel for channel, feature in enumerate(FEATURE_IDS)}
_SOURCING = slice(0, len(SOURCING_IDS))
_TECHNIQUES = slice(len(SOURCING_IDS), len(FEATURE_IDS))

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PassageTargets:
    """A passage's token range with its labels; ``mask`` is false where nothing is known. Both are bool [features]."""

    first: int
    last: int
    targets: Bools
    mask: Bools


@dataclass(frozen=True, slots=True)
class RelationTargets:
    """A cue's token positions and those of each linked role, in the order of :data:`LINKED_ROLES`."""

    cue: npt.NDArray[np.int64]
    linked: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class ClassedSpan:
    """A token range with the index of its class: a technique, or a mode."""

    first: int
    last: int
    label: int


@dataclass(slots=True)
class Supervision:
    """All labels of one document.

    Args:
        encoded: the document.
        targets, mask: bool [tokens, features], the label of each token and whether anybody judged it.
        roles: bool [tokens, roles]; ``None`` where attribution is not annotated.
        bias: bool [tokens, 2], BASIL's labels; ``None`` elsewhere.
        weasel: whether the one sentence is a weasel; ``None`` where nobody judged that.
        is_own_passage: whether it is a short passage written for this project.
    """

    encoded: EncodedDocument
    targets: Bools
    mask: Bools
    passages: list[PassageTargets] = field(default_factory=list)
    relations: list[RelationTargets] = field(default_factory=list)
    techniques: list[ClassedSpan] = field(default_factory=list)
    modes: list[ClassedSpan] = field(default_factory=list)
    roles: Bools | None = None
    bias: Bools | None = None
    weasel: bool | None = None
    judged_ranges: list[tuple[int, int]] = field(default_factory=list)
    is_own_passage: bool = False

    @classmethod
    def silent(cls, encoded: EncodedDocument) -> "Supervision":
        """A document of which nothing is known yet."""
        shape = (len(encoded), len(FEATURE_IDS))
        return cls(encoded, np.zeros(shape, np.bool_), np.zeros(shape, np.bool_))

    @property
    def is_dense(self) -> bool:
        """Whether some label speaks of the whole document, not only of single sentences."""
        whole = (self.roles, self.bias, self.weasel)
        return any(labels is not None for labels in whole) or bool(self.mask.any(1).all())

    def add_techniques(self, spans: Sequence[LabelledSpan]) -> None:
        """PTC's gold spans: every token of the article is judged for all fourteen techniques."""
        self.mask[:, _TECHNIQUES] = True
        for labelled in spans:
            first, last = self._mark(labelled.label, labelled.span)
            if first < last:
                self.techniques.append(ClassedSpan(first, last, TECHNIQUE_IDS.index(labelled.label)))

    def add_sourcing(self, spans: Sequence[LabelledSpan]) -> None:
        """A whole article or passage judged for all five sourcing features."""
        self.mask[:, _SOURCING] = True
        for labelled in spans:
            first, last = self._mark(labelled.label, labelled.span)
            if labelled.mode is not None and first < last:
                self.modes.append(ClassedSpan(first, last, list(Mode).index(labelled.mode)))

    def add_judgement(self, judgement: SentenceJudgement) -> None:
        """A single sentence judged for one feature."""
        first, last = self.encoded.token_range(judgement.sentence)
        if first >= last:
            return
        channel = _CHANNEL[judgement.feature]
        self.mask[first:last, channel] = True
        for span in judgement.spans:
            self._mark(judgement.feature, span)
        known = np.zeros(len(FEATURE_IDS), np.bool_)
        known[channel] = True
        found: Bools = np.logical_or.reduce(self.targets[first:last], axis=0)
        self.passages.append(PassageTargets(first, last, found & known, known))
        self.judged_ranges.append((first, last))

    def add_attributions(self, attributions: Iterable[AttributionAnnotation]) -> None:
        """PolNeAR's relations: every token of the article is judged for the three roles."""
        self.roles = np.zeros((len(self.encoded), len(ROLES)), np.bool_)
        for relation in attributions:
            tokens = [self._positions(pieces) for pieces in (relation.source, relation.cue, relation.content)]
            for role, positions in enumerate(tokens):
                self.roles[positions, role] = True
            if len(tokens[1]):
                self.relations.append(RelationTargets(tokens[1], (tokens[0], tokens[2])))

    def add_bias(self, spans: Sequence[LabelledSpan]) -> None:
        """BASIL's bias spans: every token of the article is judged."""
        self.bias = np.zeros((len(self.encoded), len(BIAS_LABELS)), np.bool_)
        for labelled in spans:
            first, last = self.encoded.token_range(labelled.span)
            self.bias[first:last, BIAS_LABELS.index(labelled.label)] = True

    def close_passages(self) -> None:
        """Give each passage that whole-text labels judge its own label.

        Call it once, when those are in and before any single judgement: a judged sentence brings its own passage.
        """
        for passage in self.encoded.segmentation.passages:
            first, last = self.encoded.token_range(passage.span)
            if first < last:
                mask: Bools = np.logical_and.reduce(self.mask[first:last], axis=0)
                if mask.any():
                    found: Bools = np.logical_or.reduce(self.targets[first:last], axis=0)
                    self.passages.append(PassageTargets(first, last, found & mask, mask))

    def _mark(self, feature: str, span: Span) -> tuple[int, int]:
        first, last = self.encoded.token_range(span)
        self.targets[first:last, _CHANNEL[feature]] = True
        return first, last

    def _positions(self, pieces: Sequence[Span]) -> npt.NDArray[np.int64]:
        ranges = [np.arange(*self.encoded.token_range(piece)) for piece in pieces]
        return np.concatenate(ranges) if ranges else np.zeros(0, np.int64)


def supervise_text(supervision: Supervision, text: AnnotatedText) -> None:
    """Lay the corpus's own labels over the document."""
    if text.corpus.startswith("ptc"):
        supervision.add_techniques(text.spans)
    elif text.corpus.startswith("polnear"):
        supervision.add_attributions(text.attributions)
    elif text.corpus == "basil":
        supervision.add_bias(text.spans)
    elif text.corpus == "wiki_weasel":
        supervision.weasel = text.label == "weasel"
    elif text.corpus == "contrast":
        supervision.add_sourcing(text.spans)
        supervision.is_own_passage = True
