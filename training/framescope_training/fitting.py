"""Fitting what turns logits into scores and scores into verdicts: calibration and thresholds, on whole dev articles.

The same functions fit the values that ship (on all development documents) and those behind the reported figures (on the
other folds): what is reported was never fitted on the document it is reported of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import KFold

from framescope_model.features import FEATURE_IDS, TECHNIQUE_IDS
from framescope_model.spans import Span
from framescope_model.techniques import INPUTS, TechniqueClassifier, Wordings, span_inputs
from framescope_training.development import DevelopmentDocument, judging

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Fitted = TypeVar("Fitted")

FOLDS = 10
FOLD_SEED = 7
MIN_POSITIVES = 5
"""With fewer positive sentences two parameters cannot be fitted: the logit stays, and the threshold is one half."""
MIN_PASSAGE_THRESHOLD = 0.1
"""A feature that is hardly found has its best F1 at a score of one in a hundred; no reader is helped by such a flag."""
TECHNIQUE_STRENGTH = 0.1
"""The inverse regularisation of the technique classifier; from 0.01 to 0.3 its F1 hardly moves."""
NEVER = -20.0
"""The logit of a technique of which no span was there to fit."""
SPAN_THRESHOLDS = tuple(round(0.1 + 0.025 * step, 3) for step in range(25))


@dataclass(frozen=True, slots=True)
class Line:
    """A feature's calibration: ``score = sigmoid(slope * logit + intercept)`` (Platt 1999)."""

    slope: float
    intercept: float

    def scores(self, logits: Floats) -> Floats:
        """Calibrated probabilities for passage logits of any shape."""
        return 1 / (1 + np.exp(-np.clip(self.slope * logits + self.intercept, -50, 50)))


@dataclass(frozen=True, slots=True)
class FeatureFit:
    """What was fitted for one feature."""

    line: Line
    threshold: float


def column(documents: Sequence[DevelopmentDocument], feature: str) -> tuple[Floats, Bools]:
    """The passage logits and labels of ``feature`` over all sentences of ``documents``."""
    channel = FEATURE_IDS.index(feature)
    return (
        np.concatenate([document.logits[:, channel] for document in documents]),
        np.concatenate([document.targets[:, channel] for document in documents]),
    )


def fit_feature(documents: Sequence[DevelopmentDocument], feature: str) -> FeatureFit:
    """Platt scaling, then the threshold of the highest F1 on the same sentences, at least ``MIN_PASSAGE_THRESHOLD``."""
    logits, targets = column(documents, feature)
    if targets.sum() < MIN_POSITIVES:
        return FeatureFit(Line(1.0, 0.0), 0.5)
    model = LogisticRegression(C=1e4).fit(logits[:, None], targets)
    # A slope below zero would turn the network's ranking over; a feature that weak gets its base rate.
    line = Line(max(0.0, float(model.coef_[0, 0])), float(model.intercept_[0]))
    return FeatureFit(line, max(MIN_PASSAGE_THRESHOLD, best_threshold(line.scores(logits), targets)))


def best_threshold(scores: Floats, targets: Bools) -> float:
    """The score of the highest F1, half way to the next lower score so that rounding cannot turn a verdict."""
    precision, recall, thresholds = precision_recall_curve(targets, scores)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(np.argmax(f1[:-1]))
    below = thresholds[best - 1] if best else thresholds[best]
    return float((thresholds[best] + below) / 2)


def cross_fit(
    documents: Sequence[DevelopmentDocument], fit: Callable[[Sequence[DevelopmentDocument]], Fitted]
) -> list[Fitted]:
    """For each document, in order, what ``fit`` gives on the folds that it is not in."""
    fitted: list[Fitted | None] = [None] * len(documents)
    for training, testing in KFold(min(FOLDS, len(documents)), shuffle=True, random_state=FOLD_SEED).split(documents):
        result = fit([documents[position] for position in training])
        for position in testing:
            fitted[position] = result
    return [result for result in fitted if result is not None]


def best_setting(
    documents: Sequence[DevelopmentDocument],
    settings: Sequence[float],
    quality: Callable[[Sequence[DevelopmentDocument], float], float],
) -> float:
    """The setting of the highest ``quality`` over ``documents``; the lowest such, where several are."""
    return max(settings, key=lambda setting: (quality(documents, setting), -setting))


def fit_features(documents: Sequence[DevelopmentDocument]) -> dict[str, FeatureFit]:
    """Calibration and threshold of every feature, on the documents that judge it."""
    return {feature: fit_feature(judging(documents, feature), feature) for feature in FEATURE_IDS}


def fit_techniques(documents: Sequence[DevelopmentDocument]) -> TechniqueClassifier:
    """Multinomial logistic regression on the gold spans; a span with several techniques counts once for each.

    With fewer than three techniques there is nothing multinomial to fit, and the network's own logits decide.
    """
    gold = [(document, document.spans_of(TECHNIQUE_IDS)) for document in documents]
    labels = [TECHNIQUE_IDS.index(technique) for _, spans in gold for technique, _ in spans]
    if len(set(labels)) < 3:
        return TechniqueClassifier.unfitted()
    inputs = np.concatenate([technique_inputs(document, [span for _, span in spans]) for document, spans in gold])
    model = LogisticRegression(C=TECHNIQUE_STRENGTH, max_iter=2000).fit(inputs, labels)
    weights = np.zeros((len(TECHNIQUE_IDS), len(INPUTS)), np.float32)
    bias = np.full(len(TECHNIQUE_IDS), NEVER, np.float32)
    weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return TechniqueClassifier(weights, bias)


def technique_inputs(document: DevelopmentDocument, spans: Sequence[Span]) -> npt.NDArray[np.float32]:
    """The technique classifier's inputs [n, 19] for given spans of a document."""
    runs = [(document.prediction.encoded.token_range(span), span) for span in spans]
    return span_inputs(document.prediction, Wordings(document.text), runs)
