"""From a prediction to a scored document: passage scores, flags, and the spans and evidence that belong to them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from framescope_model.attribution import EvidenceIndex, find_attributions
from framescope_model.calibration import Calibration
from framescope_model.coverage import Coverage
from framescope_model.decoding import (
    CHANNEL,
    DecodingSettings,
    FoundSpan,
    best_span,
    layout_of,
    sourcing_spans,
    technique_spans,
)
from framescope_model.errors import InputError, UnknownFeature
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, Mode
from framescope_model.layout import Run, TokenLayout
from framescope_model.pooling import Pooling
from framescope_model.prediction import BoolArray, FloatArray, Prediction, logit_of
from framescope_model.results import FeatureScore, FeatureSpan, ScoredDocument, ScoredPassage, ScoreOptions
from framescope_model.spans import Span
from framescope_model.techniques import TechniqueClassifier

_SOURCING = [CHANNEL[feature] for feature in SOURCING_IDS]
_MODE_FEATURE = "state_official_narrative"


@dataclass(frozen=True, slots=True)
class Readout:
    """Everything learnt that turns logits into scores and spans."""

    pooling: Pooling
    calibration: Calibration
    settings: DecodingSettings
    techniques: TechniqueClassifier

    def score(self, logits: FloatArray, kept: BoolArray | None = None) -> FloatArray:
        """The score [19] of a passage or span with token logits [n, 19], of which ``kept`` [n, 19] count."""
        return self.calibration.scores(self.pooling.pool(logits, kept))


@dataclass(frozen=True, slots=True)
class _Passages:
    """The passages of a document: their spans and token ranges, and scores, scored and flagged or not, each [P, 19]."""

    spans: list[Span]
    ranges: list[Run]
    scores: FloatArray
    flagged: BoolArray

    def overlapping(self, span: Span) -> range:
        """The indices of the passages that ``span`` overlaps."""
        first = bisect_right(self.spans, span.start, key=lambda passage: passage.end)
        return range(first, bisect_left(self.spans, span.end, key=lambda passage: passage.start))


def check_options(options: ScoreOptions) -> None:
    """Refuse options that no document can be scored with.

    Raises:
        UnknownFeature: a feature id is none of ours.
        InputError: a threshold is no probability.
    """
    thresholds = options.thresholds or {}
    for feature in (*(options.features or ()), *thresholds):
        if feature not in CHANNEL:
            raise UnknownFeature(f"there is no feature {feature!r}; the features are {', '.join(FEATURE_IDS)}")
    for feature, threshold in thresholds.items():
        if not 0 <= threshold <= 1:
            raise InputError(f"the threshold of {feature} is {threshold}; give a probability from 0 to 1")


def decode_prediction(prediction: Prediction, readout: Readout, options: ScoreOptions) -> ScoredDocument:
    """Score a document under ``options``.

    A passage is flagged for a feature when its score reaches the threshold. Spans are told where they overlap a passage
    flagged for their feature, and a flagged passage without one gets its best words, so that both always agree.

    Raises:
        UnknownFeature: a feature id is none of ours.
        InputError: a threshold is no probability.
    """
    check_options(options)
    features = [feature for feature in FEATURE_IDS if options.features is None or feature in options.features]
    layout = layout_of(prediction)
    ignored = Coverage.of(len(prediction.text), _ignored_ranges(prediction.text, options.ignore))
    quoted = Coverage.of(len(prediction.text), prediction.encoded.quotations if options.exclude_quoted else ())
    kept = _kept_tokens(prediction, layout, ignored, quoted)
    passages = _score_passages(prediction, layout, readout, kept, options)
    settings = readout.settings
    attributions = find_attributions(prediction, settings.cue_threshold, settings.link_threshold, layout)
    candidates = [
        (feature, span)
        for feature, span in (
            *sourcing_spans(prediction, settings.span_thresholds, layout),
            *technique_spans(prediction, settings.presence_threshold, readout.techniques, layout),
        )
        if not ignored.touches(span) and not (feature in SOURCING_IDS and quoted.holds_most(span))
    ]
    found = [
        item
        for feature in features
        for item in _agreeing(feature, [span for name, span in candidates if name == feature], passages)
    ]
    found += _best_of_bare(prediction, layout, kept, passages, features, found)
    found.sort(key=lambda item: (item[1], CHANNEL[item[0]]))
    index = EvidenceIndex(len(prediction.text), prediction.encoded.quotations, attributions)
    return ScoredDocument(
        {feature: _document_score(passages, CHANNEL[feature]) for feature in features},
        tuple(_scored_passage(passages, row, features) for row in range(len(passages.spans))),
        tuple(_feature_span(prediction, readout, index, item) for item in found),
        tuple(attributions),
        prediction.encoded.segmentation.skipped,
    )


def _ignored_ranges(text: str, phrases: Sequence[str]) -> Iterator[Span]:
    """Where ``phrases`` stand as whole words, in any case, across line breaks, with straight or curly apostrophes."""
    for phrase in phrases:
        words = [re.sub("['’]", "['’]", re.escape(word)) for word in phrase.split()]
        if words:
            before = r"(?<!\w)" if phrase.strip()[0].isalnum() else ""
            after = r"(?!\w)" if phrase.strip()[-1].isalnum() else ""
            pattern = re.compile(before + r"\s+".join(words) + after, re.IGNORECASE)
            yield from (Span(*match.span()) for match in pattern.finditer(text))


def _kept_tokens(prediction: Prediction, layout: TokenLayout, ignored: Coverage, quoted: Coverage) -> BoolArray:
    """The tokens [N, 19] that count: in whole words outside ``ignored``, for the sourcing features also ``quoted``."""
    starts, ends = prediction.encoded.starts, prediction.encoded.ends
    kept = np.ones(prediction.features.shape, dtype=np.bool_)
    kept[layout.whole_units(ignored.before[ends] > ignored.before[starts])] = False
    in_quotes = layout.whole_units(quoted.before[ends] > quoted.before[starts])
    kept[:, _SOURCING] &= ~in_quotes[:, None]
    return kept


def _score_passages(
    prediction: Prediction, layout: TokenLayout, readout: Readout, kept: BoolArray, options: ScoreOptions
) -> _Passages:
    spans = [passage.span for passage in prediction.encoded.segmentation.passages]
    ranges = [prediction.encoded.token_range(span) for span in spans]
    scores = np.zeros((len(spans), len(FEATURE_IDS)), dtype=np.float32)
    scored = np.zeros(scores.shape, dtype=np.bool_)
    for row, (first, last) in enumerate(ranges):
        # Punctuation that is left over when all words are left out says nothing.
        scored[row] = (kept[first:last] & layout.telling[first:last, None]).any(axis=0)
        passage_scores = readout.score(prediction.features[first:last], kept[first:last])
        scores[row] = np.where(scored[row], passage_scores, 0.0)
    thresholds = {**readout.settings.passage_thresholds, **(options.thresholds or {})}
    limits = np.array([thresholds[feature] for feature in FEATURE_IDS], dtype=np.float64)
    return _Passages(spans, ranges, scores, scored & (scores.astype(np.float64) >= limits))


def _agreeing(feature: str, spans: Sequence[Span], passages: _Passages) -> Iterator[FoundSpan]:
    """The spans that overlap a passage flagged for their feature."""
    flagged = passages.flagged[:, CHANNEL[feature]]
    return ((feature, span) for span in spans if any(flagged[row] for row in passages.overlapping(span)))


def _best_of_bare(
    prediction: Prediction,
    layout: TokenLayout,
    kept: BoolArray,
    passages: _Passages,
    features: Sequence[str],
    found: Sequence[FoundSpan],
) -> list[FoundSpan]:
    """The best words of every flagged passage in which no span of the feature was found."""
    bare = passages.flagged.copy()
    for feature, span in found:
        bare[passages.overlapping(span), CHANNEL[feature]] = False
    best: list[FoundSpan] = []
    for feature in features:
        channel = CHANNEL[feature]
        for row in np.flatnonzero(bare[:, channel]):
            words = best_span(layout, prediction.features[:, channel], kept[:, channel], passages.ranges[row])
            if words is not None:
                best.append((feature, words))
    return best


def _scored_passage(passages: _Passages, row: int, features: Sequence[str]) -> ScoredPassage:
    return ScoredPassage(
        passages.spans[row],
        {feature: float(passages.scores[row, CHANNEL[feature]]) for feature in features},
        tuple(feature for feature in features if passages.flagged[row, CHANNEL[feature]]),
    )


def _document_score(passages: _Passages, channel: int) -> FeatureScore:
    if not passages.spans:
        return FeatureScore(0.0, flagged=False, share=0.0)
    flagged = passages.flagged[:, channel]
    return FeatureScore(float(passages.scores[:, channel].max()), bool(flagged.any()), float(flagged.mean()))


def _feature_span(prediction: Prediction, readout: Readout, index: EvidenceIndex, found: FoundSpan) -> FeatureSpan:
    feature, span = found
    first, last = prediction.encoded.token_range(span)
    score = float(readout.score(prediction.features[first:last])[CHANNEL[feature]])
    mode = None
    if feature == _MODE_FEATURE:
        adopted = float(prediction.mode[first:last].mean()) >= logit_of(readout.settings.mode_threshold)
        mode = Mode.ADOPTED if adopted else Mode.RELAYED
    return FeatureSpan(feature, span, score, mode, index.evidence(span))
