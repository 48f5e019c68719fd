"""Measuring a scorer on development data; every value that was fitted there is cross-fitted by document first."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np

from framescope_model.attribution import find_attributions
from framescope_model.decoding import sourcing_spans, technique_spans
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS, Mode
from framescope_model.spans import Span
from framescope_model.techniques import TechniqueClassifier
from framescope_training.development import ATTRIBUTION, SOURCING, TECHNIQUES, DevelopmentDocument, judging
from framescope_training.fitting import (
    SPAN_THRESHOLDS,
    FeatureFit,
    best_setting,
    cross_fit,
    fit_feature,
    fit_techniques,
    technique_inputs,
)
from framescope_training.metrics import (
    LabelCounts,
    MatchCounts,
    OverlapCounts,
    average_precision,
    bootstrap_interval,
    brier,
    character_counts,
    expected_calibration_error,
    flc_counts,
    measure_modes,
    mode_macro_f1,
    pooled_f1,
    relation_counts,
    span_identification_counts,
    technique_classification_counts,
    token_counts,
)
from framescope_training.supervision import ROLES

T = TypeVar("T")
BOOTSTRAP_SEED = 11
MODE_THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(2, 19))
ATTRIBUTION_THRESHOLDS = tuple(round(0.3 + 0.05 * step, 2) for step in range(9))
STATE = "state_official_narrative"


@dataclass(frozen=True, slots=True)
class FeatureJudgement:
    """A document's sentences for one feature: cross-fitted scores, verdicts and gold labels."""

    scores: np.ndarray
    flags: np.ndarray
    targets: np.ndarray

    @property
    def counts(self) -> MatchCounts:
        """Found, flagged and gold sentences."""
        return MatchCounts(int((self.flags & self.targets).sum()), int(self.flags.sum()), int(self.targets.sum()))


def evaluate(documents: Sequence[DevelopmentDocument]) -> dict[str, Any]:
    """Every figure of the report, as data, with its number of documents and a 95 % bootstrap interval over them."""
    sourcing = [document for document in documents if SOURCING in document.judged]
    judged = {feature: judge(judging(documents, feature), feature) for feature in FEATURE_IDS}
    features = {feature: feature_report(judgements, feature) for feature, judgements in judged.items()}
    for feature in SOURCING_IDS:
        features[feature]["span_character_f1"] = f1_entry(span_characters(sourcing, feature))
    figures = {
        "techniques": technique_report([document for document in documents if TECHNIQUES in document.judged]),
        "features": features,
        "sourcing_macro_f1": macro_report([judged[feature] for feature in SOURCING_IDS]),
        "calibration": {
            "sourcing": calibration_report([judged[feature] for feature in SOURCING_IDS]),
            "techniques": calibration_report([judged[feature] for feature in TECHNIQUE_IDS]),
        },
        "mode": mode_report(sourcing),
        "attribution": attribution_report([document for document in documents if ATTRIBUTION in document.judged]),
    }
    return {name: _undefined_as_none(figure) for name, figure in figures.items()}


def technique_report(documents: Sequence[DevelopmentDocument]) -> dict[str, Any]:
    """Span identification, technique classification given gold spans, and both together, on PTC's development part."""
    thresholds, classifiers = cross_fit(documents, fit_presence), cross_fit(documents, fit_techniques)
    found = [
        technique_spans(document.prediction, threshold, classifier)
        for document, threshold, classifier in zip(documents, thresholds, classifiers, strict=True)
    ]
    gold = [document.spans_of(TECHNIQUE_IDS) for document in documents]
    identified = [span_identification_counts(gold=g, predicted=p) for g, p in zip(gold, found, strict=True)]
    named = [flc_counts(gold=g, predicted=p).overall for g, p in zip(gold, found, strict=True)]
    classified = [
        technique_classification_counts(gold=g, predicted=classify(document, g, classifier))
        for document, g, classifier in zip(documents, gold, classifiers, strict=True)
    ]
    return {
        "data": "ptc_dev",
        "span_identification": f1_entry(identified) | _precision_recall(identified),
        "technique_classification": f1_entry([counts.overall for counts in classified])
        | {
            "spans": sum(map(len, gold)),
            "by_technique": {name: counts.f1 for name, counts in _sum_labels(classified).by_label.items()},
        },
        "span_and_technique": f1_entry(named),
    }


def fit_presence(documents: Sequence[DevelopmentDocument]) -> float:
    """The presence threshold of the highest span identification F1, which does not ask for the technique."""
    return best_setting(documents, SPAN_THRESHOLDS, _span_identification)


def _span_identification(documents: Sequence[DevelopmentDocument], threshold: float) -> float:
    return pooled_f1([_identified(document, threshold) for document in documents])


# The same document is measured at the same threshold in nine folds of ten.
@cache
def _identified(document: DevelopmentDocument, threshold: float) -> OverlapCounts:
    found = technique_spans(document.prediction, threshold, TechniqueClassifier.unfitted())
    return span_identification_counts(gold=document.spans_of(TECHNIQUE_IDS), predicted=found)


def classify(
    document: DevelopmentDocument, gold: Sequence[tuple[str, Span]], classifier: TechniqueClassifier
) -> list[tuple[str, Span]]:
    """The techniques of given spans; a span that is given n times gets its n likeliest techniques, as the task asks."""
    times = Counter(span for _, span in gold)
    if not times:
        return []
    likeliest = np.argsort(-classifier.logits(technique_inputs(document, list(times))), axis=1)
    return [
        (TECHNIQUE_IDS[int(label)], span)
        for (span, count), labels in zip(times.items(), likeliest, strict=True)
        for label in labels[:count]
    ]


def feature_report(judgements: Sequence[FeatureJudgement], feature: str) -> dict[str, Any]:
    """Precision, recall, F1, average precision and calibration over the sentences of all documents."""
    scores = np.concatenate([judgement.scores for judgement in judgements])
    targets = np.concatenate([judgement.targets for judgement in judgements])
    return {
        "data": "sourcing dev" if feature in SOURCING_IDS else "ptc_dev",
        "passages": len(targets),
        "positives": int(targets.sum()),
        **f1_entry([judgement.counts for judgement in judgements]),
        **_precision_recall([judgement.counts for judgement in judgements]),
        "average_precision": average_precision(gold=targets, scores=scores),
        "calibration_error": expected_calibration_error(gold=targets, scores=scores).error,
        "brier_skill": brier(gold=targets, scores=scores).skill,
    }


def judge(documents: Sequence[DevelopmentDocument], feature: str) -> list[FeatureJudgement]:
    """Score and judge each document with what was fitted on the others."""
    channel = FEATURE_IDS.index(feature)

    def fit(others: Sequence[DevelopmentDocument]) -> FeatureFit:
        return fit_feature(others, feature)

    judgements = []
    for document, fitted in zip(documents, cross_fit(documents, fit), strict=True):
        scores = fitted.line.scores(document.logits[:, channel])
        judgements.append(FeatureJudgement(scores, scores >= fitted.threshold, document.targets[:, channel]))
    return judgements


def span_characters(documents: Sequence[DevelopmentDocument], feature: str) -> list[MatchCounts]:
    """Character counts of the spans found at thresholds fitted on the other documents."""
    thresholds = cross_fit(documents, lambda others: fit_span_threshold(others, feature))
    return [
        _characters(document, feature, threshold) for document, threshold in zip(documents, thresholds, strict=True)
    ]


def fit_span_threshold(documents: Sequence[DevelopmentDocument], feature: str) -> float:
    """The token probability of the highest character F1 of a sourcing feature's spans."""
    return best_setting(
        documents,
        SPAN_THRESHOLDS,
        lambda chosen, threshold: _nan_as_zero(pooled_f1([_characters(doc, feature, threshold) for doc in chosen])),
    )


@cache
def _characters(document: DevelopmentDocument, feature: str, threshold: float) -> MatchCounts:
    found = [span for _, span in sourcing_spans(document.prediction, {feature: threshold})]
    return character_counts(gold=[span for _, span in document.spans_of([feature])], predicted=found)


def macro_report(by_feature: Sequence[Sequence[FeatureJudgement]]) -> dict[str, Any]:
    """The mean passage F1 of several features; the interval resamples the documents of all of them together."""
    rows = list(zip(*([judgement.counts for judgement in judgements] for judgements in by_feature), strict=True))

    def macro(sample: Sequence[tuple[MatchCounts, ...]]) -> float:
        return float(np.mean([pooled_f1(column) for column in zip(*sample, strict=True)]))

    return _entry(rows, macro)


def calibration_report(by_feature: Sequence[Sequence[FeatureJudgement]]) -> dict[str, Any]:
    """Calibration error over several features together, of scores of at least 0.1."""
    judgements = [judgement for own in by_feature for judgement in own]
    scores = np.concatenate([judgement.scores for judgement in judgements])
    targets = np.concatenate([judgement.targets for judgement in judgements])
    measured = expected_calibration_error(gold=targets, scores=scores)
    return {"calibration_error": measured.error, "scores": measured.n}


def mode_report(documents: Sequence[DevelopmentDocument]) -> dict[str, Any]:
    """Macro-F1 of the mode of gold state-official spans, at thresholds fitted on the other documents."""
    thresholds = cross_fit(documents, fit_mode)
    rows = [modes(document, threshold) for document, threshold in zip(documents, thresholds, strict=True)]
    pairs = [pair for row in rows for pair in row]
    quality = measure_modes(gold=[gold for gold, _ in pairs], predicted=[found for _, found in pairs])
    return {
        "data": "sourcing dev, gold spans",
        "always_relayed": quality.constant_macro_f1,
        "relayed": quality.relayed,
        "adopted": quality.adopted,
        **_entry(rows, _mode_f1),
    }


def fit_mode(documents: Sequence[DevelopmentDocument]) -> float:
    """The threshold of the highest macro-F1 of the mode."""
    return best_setting(
        documents,
        MODE_THRESHOLDS,
        lambda chosen, threshold: _nan_as_zero(_mode_f1([modes(document, threshold) for document in chosen])),
    )


def modes(document: DevelopmentDocument, threshold: float) -> list[tuple[Mode, Mode]]:
    """The gold and the predicted mode of each gold state-official span."""
    pairs = []
    for gold in document.spans:
        if gold.label == STATE and gold.mode is not None:
            first, last = document.prediction.encoded.token_range(gold.span)
            logit = float(document.prediction.mode[first:last].mean()) if first < last else -np.inf
            adopted = 1 / (1 + np.exp(-logit)) >= threshold
            pairs.append((gold.mode, Mode.ADOPTED if adopted else Mode.RELAYED))
    return pairs


def _mode_f1(rows: Sequence[Sequence[tuple[Mode, Mode]]]) -> float:
    pairs = [pair for row in rows for pair in row]
    return mode_macro_f1(gold=[gold for gold, _ in pairs], predicted=[found for _, found in pairs])


def attribution_report(documents: Sequence[DevelopmentDocument]) -> dict[str, Any]:
    """Token F1 of each role and relation F1 on PolNeAR's development part, at thresholds fitted on the others.

    Of the roles only the cue has a threshold that is served; source and content are cut at one half.
    """
    cues = cross_fit(documents, fit_cue)
    links = cross_fit(documents, lambda others: fit_link(others, fit_cue(others)))
    tokens = [_role_tokens(document, cue) for document, cue in zip(documents, cues, strict=True)]

    def relations(strict: bool) -> dict[str, Any]:
        rows = zip(documents, cues, links, strict=True)
        return f1_entry([_relations(document, cue, link, strict) for document, cue, link in rows])

    return {
        "data": "polnear_dev",
        "tokens": {role: f1_entry([counts.by_label[role] for counts in tokens]) for role in ROLES},
        "relations": relations(strict=False),
        "relations_exact": relations(strict=True),
    }


def fit_cue(documents: Sequence[DevelopmentDocument]) -> float:
    """The token probability of the highest token F1 of cues."""

    def cue_f1(chosen: Sequence[DevelopmentDocument], threshold: float) -> float:
        return _nan_as_zero(pooled_f1([_role_tokens(document, threshold).by_label["cue"] for document in chosen]))

    return best_setting(documents, ATTRIBUTION_THRESHOLDS, cue_f1)


def fit_link(documents: Sequence[DevelopmentDocument], cue: float) -> float:
    """The link probability of the highest relation F1, given the threshold of cues."""

    def relation_f1(chosen: Sequence[DevelopmentDocument], threshold: float) -> float:
        return _nan_as_zero(pooled_f1([_relations(document, cue, threshold, strict=False) for document in chosen]))

    return best_setting(documents, ATTRIBUTION_THRESHOLDS, relation_f1)


@cache
def _role_tokens(document: DevelopmentDocument, cue: float) -> LabelCounts[MatchCounts]:
    limits = np.array([cue if role == "cue" else 0.5 for role in ROLES])
    reached = 1 / (1 + np.exp(-document.prediction.roles)) >= limits
    predicted = {role: reached[:, channel] for channel, role in enumerate(ROLES)}
    return token_counts(gold=_gold_roles(document), predicted=predicted)


@cache
def _relations(document: DevelopmentDocument, cue: float, link: float, strict: bool) -> MatchCounts:
    # A relation without a cue or without content claims nothing that could be linked.
    gold = [relation for relation in document.attributions if relation.cue and relation.content]
    return relation_counts(gold=gold, predicted=find_attributions(document.prediction, cue, link), strict=strict)


def _gold_roles(document: DevelopmentDocument) -> Mapping[str, np.ndarray]:
    gold = {role: np.zeros(len(document.prediction.encoded), np.bool_) for role in ROLES}
    for relation in document.attributions:
        for role, pieces in zip(ROLES, (relation.source, relation.cue, relation.content), strict=True):
            for piece in pieces:
                first, last = document.prediction.encoded.token_range(piece)
                gold[role][first:last] = True
    return gold


def f1_entry(counts: Sequence[Any]) -> dict[str, Any]:
    """F1 over documents with its interval."""
    return _entry(counts, pooled_f1, name="f1")


def _entry(rows: Sequence[T], statistic: Callable[[Sequence[T]], float], name: str = "macro_f1") -> dict[str, Any]:
    interval = bootstrap_interval(rows, statistic, rng=np.random.default_rng(BOOTSTRAP_SEED))
    return {name: statistic(rows), "interval": [interval.low, interval.high], "documents": len(rows)}


def _precision_recall(counts: Sequence[Any]) -> dict[str, float]:
    total = sum(counts[1:], counts[0])
    return {"precision": total.precision, "recall": total.recall}


def _sum_labels(counts: Sequence[LabelCounts[MatchCounts]]) -> LabelCounts[MatchCounts]:
    return sum(counts[1:], counts[0])


def _undefined_as_none(figure: Any) -> Any:  # noqa: ANN401 - any shape of JSON
    """``figure`` with each undefined number (a precision of nothing flagged) as ``None``, which JSON can tell."""
    if isinstance(figure, dict):
        return {name: _undefined_as_none(value) for name, value in figure.items()}
    if isinstance(figure, list):
        return [_undefined_as_none(value) for value in figure]
    return None if isinstance(figure, float) and math.isnan(figure) else figure


def _nan_as_zero(value: float) -> float:
    return 0.0 if np.isnan(value) else value
