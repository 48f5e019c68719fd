from dataclasses import dataclass

import numpy as np
import pytest

from framescope_model.features import FEATURE_IDS
from framescope_training.fitting import (
    MIN_PASSAGE_THRESHOLD,
    Line,
    best_setting,
    best_threshold,
    cross_fit,
    fit_feature,
)

FEATURE = "vague_attribution"
CHANNEL = FEATURE_IDS.index(FEATURE)


@dataclass(frozen=True)
class Document:
    """The part of a development document that fitting reads."""

    logits: np.ndarray
    targets: np.ndarray


def document(rng, sentences=40, rate=0.25):
    targets = np.zeros((sentences, len(FEATURE_IDS)), np.bool_)
    targets[:, CHANNEL] = rng.random(sentences) < rate
    logits = rng.normal(size=(sentences, len(FEATURE_IDS)))
    logits[:, CHANNEL] += 3 * targets[:, CHANNEL] - 4
    return Document(logits, targets)


def test_calibrated_scores_average_to_the_rate_of_positives():
    documents = [document(np.random.default_rng(seed)) for seed in range(30)]
    fitted = fit_feature(documents, FEATURE)
    logits = np.concatenate([d.logits[:, CHANNEL] for d in documents])
    targets = np.concatenate([d.targets[:, CHANNEL] for d in documents])
    assert fitted.line.scores(logits).mean() == pytest.approx(targets.mean(), abs=1e-3)
    assert fitted.line.slope > 0


def test_too_few_positives_leave_the_logit_as_it_is():
    empty = document(np.random.default_rng(0), rate=0.0)
    fitted = fit_feature([empty], FEATURE)
    assert fitted.line == Line(1.0, 0.0)
    assert fitted.threshold == 0.5


def test_a_ranking_is_never_turned_over():
    turned = document(np.random.default_rng(0))
    turned.logits[:, CHANNEL] *= -1
    assert fit_feature([turned], FEATURE).line.slope == 0.0


def test_a_score_of_less_than_one_in_ten_is_never_flagged():
    rng = np.random.default_rng(0)
    hopeless = document(rng, sentences=400, rate=0.02)
    hopeless.logits[:, CHANNEL] = rng.normal(size=400)
    fitted = fit_feature([hopeless], FEATURE)
    assert fitted.line.scores(hopeless.logits[:, CHANNEL]).max() < MIN_PASSAGE_THRESHOLD == fitted.threshold


def test_the_threshold_lies_between_the_last_accepted_and_the_first_refused_score():
    # Accepting 0.9 and 0.8 finds both positives at no cost; 0.3 would cost precision.
    threshold = best_threshold(np.array([0.9, 0.8, 0.3, 0.1]), np.array([True, True, False, False]))
    assert threshold == pytest.approx(0.55)


def test_cross_fitting_never_sees_the_document_it_speaks_of():
    documents = [document(np.random.default_rng(seed)) for seed in range(23)]
    fitted = cross_fit(documents, lambda others: {id(other) for other in others})
    assert len(fitted) == len(documents)
    assert all(id(own) not in others for own, others in zip(documents, fitted, strict=True))


def test_of_equally_good_settings_the_lowest_is_taken():
    assert best_setting([], (0.1, 0.2, 0.3), lambda _, setting: min(setting, 0.2)) == 0.2
