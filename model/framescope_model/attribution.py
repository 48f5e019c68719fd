"""Who vouches for what: attributions from the network's roles and links, and the evidence they give for a span."""

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from framescope_model.coverage import Coverage
from framescope_model.decoding import layout_of
from framescope_model.layout import Run, TokenLayout
from framescope_model.prediction import Prediction, logit_of
from framescope_model.results import Attribution, Evidence, Voice
from framescope_model.spans import Span

MAX_LINK_TOKENS = 160
"""How far from its cue, in tokens, a source or content is sought; links are learnt within windows of 254 tokens."""
CUE_ROLE = 1


def find_attributions(
    prediction: Prediction, cue_threshold: float, link_threshold: float, layout: TokenLayout | None = None
) -> list[Attribution]:
    """The attributions of a document, in text order; a cue without content is none.

    ``cue_threshold`` is the token probability of a cue, ``link_threshold`` that of belonging to its source or content.
    """
    layout = layout or layout_of(prediction)
    quoted = Coverage.of(len(prediction.text), prediction.encoded.quotations)
    cues = layout.runs(prediction.roles[:, CUE_ROLE] >= logit_of(cue_threshold))
    found = [_attribution(prediction, layout, quoted, cue, logit_of(link_threshold)) for cue in cues]
    return sorted((attribution for attribution in found if attribution is not None), key=_position)


def _position(attribution: Attribution) -> Span:
    return min((*attribution.source, *attribution.cue, *attribution.content))


def _attribution(
    prediction: Prediction, layout: TokenLayout, quoted: Coverage, cue: Run, link_logit: float
) -> Attribution | None:
    cue_span = layout.span(cue)
    if cue_span is None:
        return None
    first, last = max(0, cue[0] - MAX_LINK_TOKENS), min(len(prediction.encoded), cue[1] + MAX_LINK_TOKENS)
    query = prediction.link_queries[slice(*cue)].mean(axis=0)
    keys = prediction.link_keys[first:last]
    links = np.einsum("rd,trd->tr", query, keys) / math.sqrt(keys.shape[-1]) + prediction.link_bias
    over = links >= link_logit
    source_likelier = links[:, 0] > links[:, 1]
    taken = np.zeros(last - first, dtype=np.bool_)
    taken[cue[0] - first : cue[1] - first] = True
    content_runs = layout.runs(over[:, 1] & ~(over[:, 0] & source_likelier), first, blocked=taken)
    content = layout.spans(content_runs)
    if not content:
        return None
    # A word is the source's or the content's, never both.
    for start, end in content_runs:
        taken[start - first : end - first] = True
    source = layout.spans(layout.runs(over[:, 0] & source_likelier, first, blocked=taken))
    voice = Voice.QUOTED if quoted.holds_most(*content) else Voice.REPORTED
    return Attribution(tuple(source), (cue_span,), tuple(content), voice)


class EvidenceIndex:
    """Answers whose voice carries a span, in time that does not grow with the length of the document."""

    def __init__(self, length: int, quotations: Sequence[Span], attributions: Sequence[Attribution]) -> None:
        """Index a text of ``length`` code points."""
        self._quoted = Coverage.of(length, quotations)
        self._attributions = attributions
        self._sizes = [sum(map(len, attribution.content)) for attribution in attributions]
        self._pieces = sorted(
            (piece, index) for index, attribution in enumerate(attributions) for piece in attribution.content
        )
        self._longest = max((len(piece) for piece, _ in self._pieces), default=0)

    def evidence(self, span: Span) -> Evidence:
        """Tell whose voice carries ``span``.

        It is quoted if most of it lies in quotations, else reported if most of it lies in an attribution's content.
        Source and cue are those of the smallest attribution whose content holds most of the span.
        """
        found = self._smallest_around(span)
        quoted = self._quoted.holds_most(span)
        if found is None:
            return Evidence(Voice.QUOTED if quoted else Voice.NARRATOR, (), ())
        return Evidence(Voice.QUOTED if quoted else Voice.REPORTED, found.source, found.cue)

    def _smallest_around(self, span: Span) -> Attribution | None:
        earliest = max(0, span.start - self._longest)
        overlaps: dict[int, int] = {}
        for position in range(bisect_left(self._pieces, (Span(earliest, earliest), -1)), len(self._pieces)):
            piece, index = self._pieces[position]
            if piece.start >= span.end:
                break
            overlaps[index] = overlaps.get(index, 0) + piece.overlap(span)
        around = [index for index, overlap in overlaps.items() if 2 * overlap > len(span)]
        if not around:
            return None
        return self._attributions[min(around, key=lambda index: (self._sizes[index], index))]
