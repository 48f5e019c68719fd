"""From token logits to spans: pure functions of a prediction and thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS
from framescope_model.layout import Run, TokenLayout
from framescope_model.prediction import BoolArray, FloatArray, Prediction, logit_of
from framescope_model.spans import Span
from framescope_model.techniques import TechniqueClassifier, Wordings, span_inputs

MIN_PART_WORDS = 2
"""A run of technique tokens is only split into parts of so many words; a single odd word is noise."""
SMOOTHING_RADIUS = 2
"""Tokens on either side over which the technique of a token is averaged before a run is split."""
BEST_RUN_MARGIN = 1.0
"""Logits below a passage's highest token logit that still belong to its best run."""

CHANNEL = {feature: channel for channel, feature in enumerate(FEATURE_IDS)}
"""The channel of each feature in :attr:`Prediction.features`."""

FoundSpan = tuple[str, Span]
"""A feature id and the words that carry the feature."""


@dataclass(frozen=True, slots=True)
class DecodingSettings:
    """The thresholds of an artifact; all are probabilities in [0, 1].

    Args:
        passage_thresholds: the score at and over which a passage is flagged, for every feature.
        span_thresholds: the token probability at and over which a sourcing feature's span is seen, for those five.
        presence_threshold: the same for all techniques.
        cue_threshold: the token probability of a cue.
        link_threshold: the probability that a token belongs to a cue's source or content.
        mode_threshold: the probability of ``adopted`` at and over which a span is taken for it.
    """

    passage_thresholds: Mapping[str, float]
    span_thresholds: Mapping[str, float]
    presence_threshold: float
    cue_threshold: float
    link_threshold: float
    mode_threshold: float

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "DecodingSettings":
        """Read what :meth:`to_data` wrote.

        Raises:
            KeyError: a setting is absent.
            ValueError: the features are not those of this version, or a value is no probability.
        """
        passages, spans = dict(data["passage_thresholds"]), dict(data["span_thresholds"])
        if set(passages) != set(FEATURE_IDS) or set(spans) != set(SOURCING_IDS):
            raise ValueError("the thresholds should be those of the features of this version")
        single = [data[f"{name}_threshold"] for name in ("presence", "cue", "link", "mode")]
        for value in (*passages.values(), *spans.values(), *single):
            if not isinstance(value, int | float) or not 0 <= value <= 1:
                raise ValueError(f"a threshold should be a probability, not {value!r}")
        return cls(passages, spans, *single)

    def to_data(self) -> dict[str, Any]:
        """The settings as they are stored."""
        return {
            "passage_thresholds": dict(self.passage_thresholds),
            "span_thresholds": dict(self.span_thresholds),
            "presence_threshold": self.presence_threshold,
            "cue_threshold": self.cue_threshold,
            "link_threshold": self.link_threshold,
            "mode_threshold": self.mode_threshold,
        }


def layout_of(prediction: Prediction) -> TokenLayout:
    """The layout of a prediction's tokens."""
    return TokenLayout.of(prediction.text, prediction.encoded)


def technique_spans(
    prediction: Prediction,
    presence_threshold: float,
    classifier: TechniqueClassifier,
    layout: TokenLayout | None = None,
) -> list[FoundSpan]:
    """The spans of the techniques, in text order and disjoint.

    A run of tokens whose presence reaches the threshold is split where its likeliest technique changes, and
    ``classifier`` names the technique of each part.
    """
    layout = layout or layout_of(prediction)
    runs = layout.runs(prediction.presence >= logit_of(presence_threshold))
    parts = [part for run in runs for part in _technique_parts(layout, prediction.classes, run)]
    spans = [(part, span) for part in parts if (span := layout.span(part)) is not None]
    if not spans:
        return []
    logits = classifier.logits(span_inputs(prediction, Wordings(prediction.text), spans))
    return [(TECHNIQUE_IDS[label], span) for label, (_, span) in zip(logits.argmax(axis=1), spans, strict=True)]


def sourcing_spans(
    prediction: Prediction, thresholds: Mapping[str, float], layout: TokenLayout | None = None
) -> list[FoundSpan]:
    """The spans of the features in ``thresholds``, in text order; those of one feature are disjoint."""
    layout = layout or layout_of(prediction)
    found = [
        (feature, span)
        for feature, threshold in thresholds.items()
        for span in layout.spans(layout.runs(prediction.features[:, CHANNEL[feature]] >= logit_of(threshold)))
    ]
    return sorted(found, key=lambda item: (item[1], CHANNEL[item[0]]))


def best_span(layout: TokenLayout, logits: FloatArray, kept: BoolArray, tokens: Run) -> Span | None:
    """The words around the highest of ``logits`` [N] within ``tokens``, if ``kept`` [N]; ``None`` if none is."""
    first, last = tokens
    allowed = kept[first:last] & ~layout.marks[first:last]
    eligible = allowed & layout.telling[first:last]
    if not eligible.any():
        return None
    values = np.where(eligible, logits[first:last], -np.inf)
    peak = first + int(values.argmax())
    near = allowed & (logits[first:last] >= values.max() - BEST_RUN_MARGIN)
    near[peak - first] = True
    runs = layout.runs(near, first, blocked=~allowed)
    return next(layout.span(run) for run in runs if run[0] <= peak < run[1])


def _technique_parts(layout: TokenLayout, classes: FloatArray, run: Run) -> list[Run]:
    """The parts of a run; the mean class logits of neighbours differ in their likeliest technique."""
    parts: list[tuple[int, Run]] = []
    for first, last in _long_parts(layout, _label_changes(layout, classes, run)):
        technique = int(classes[first:last].mean(axis=0).argmax())
        if parts and parts[-1][0] == technique:
            parts[-1] = (technique, (parts[-1][1][0], last))
        else:
            parts.append((technique, (first, last)))
    return [part for _, part in parts]


def _label_changes(layout: TokenLayout, classes: FloatArray, run: Run) -> list[Run]:
    """The run cut wherever the likeliest technique of its smoothed class logits changes from one unit to the next."""
    first, last = run
    sums = np.concatenate([np.zeros((1, classes.shape[1])), classes[first:last].cumsum(axis=0, dtype=np.float64)])
    positions = np.arange(last - first)
    low = np.maximum(positions - SMOOTHING_RADIUS, 0)
    high = np.minimum(positions + SMOOTHING_RADIUS + 1, last - first)
    smoothed = (sums[high] - sums[low]) / (high - low)[:, None]
    openings = np.flatnonzero(np.diff(layout.units[first:last], prepend=-1))
    labels = np.add.reduceat(smoothed, openings).argmax(axis=1)
    cuts = [first, *(first + openings[1:][labels[1:] != labels[:-1]]).tolist(), last]
    return list(pairwise(cuts))


def _long_parts(layout: TokenLayout, parts: list[Run]) -> list[Run]:
    """``parts`` with each too short one joined to the part before it, or a first one to the part after it."""
    joined: list[Run] = []
    for part in parts:
        if joined and min(_words(layout, joined[-1]), _words(layout, part)) < MIN_PART_WORDS:
            joined[-1] = (joined[-1][0], part[1])
        else:
            joined.append(part)
    return joined


def _words(layout: TokenLayout, run: Run) -> int:
    return int(layout.words_before[run[1]] - layout.words_before[run[0]])
