"""Passages: whether the score of a feature singles out the sentences that carry it."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from framescope_training.metrics.checks import check_scores
from framescope_training.metrics.counts import MatchCounts


@dataclass(frozen=True, slots=True)
class PassageQuality:
    """How well one feature is scored over passages.

    Args:
        counts: passages flagged at the threshold, gold ones, and both; they yield precision, recall and F1.
        passages: the number of passages, n.
        threshold: the score at and over which a passage is flagged.
        average_precision: in [0, 1]; nan without gold passages. A ranking by chance gets ``counts.gold / passages``.
        roc_auc: in [0, 1]; nan unless there are gold passages and others. A ranking by chance gets 0.5.
    """

    counts: MatchCounts
    passages: int
    threshold: float
    average_precision: float
    roc_auc: float


def passage_counts(*, gold: NDArray[np.bool_], scores: NDArray[np.floating], threshold: float) -> MatchCounts:
    """Count the passages flagged (score at or over the threshold), the gold ones, and those that are both.

    Shapes:
        gold, scores: [passages].

    Raises:
        ValueError: the arrays do not line up, or a score is not in [0, 1].
    """
    check_scores(gold=gold, scores=scores)
    # Compared as doubles, because thresholds and the scores of an answer are: in single precision 0.7 reaches 0.7.
    flagged = scores.astype(np.float64) >= threshold
    return MatchCounts(int((flagged & gold).sum()), int(flagged.sum()), int(gold.sum()))


def average_precision(*, gold: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Compute Σ_k (R_k - R_{k-1}) P_k over the distinct scores from the highest down, through scikit-learn.

    Not interpolated (Manning, Raghavan and Schütze 2008, section 8.4); passages of one score enter together.

    Shapes:
        gold, scores: [passages].

    Returns:
        The average precision in [0, 1]; nan without gold passages.

    Raises:
        ValueError: the arrays do not line up, or a score is not in [0, 1].
    """
    check_scores(gold=gold, scores=scores)
    return float(average_precision_score(gold, scores)) if gold.any() else math.nan


def roc_auc(*, gold: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Compute the chance that a gold passage outscores another one, ties counting half, through scikit-learn.

    Source: Hanley and McNeil 1982.

    Shapes:
        gold, scores: [passages].

    Returns:
        The area under the ROC curve in [0, 1]; nan unless there are both gold passages and others.

    Raises:
        ValueError: the arrays do not line up, or a score is not in [0, 1].
    """
    check_scores(gold=gold, scores=scores)
    return float(roc_auc_score(gold, scores)) if gold.any() and not gold.all() else math.nan


def measure_passages(*, gold: NDArray[np.bool_], scores: NDArray[np.floating], threshold: float) -> PassageQuality:
    """Measure one feature over the passages of all documents together.

    Shapes:
        gold, scores: [passages].

    Raises:
        ValueError: the arrays do not line up, or a score is not in [0, 1].
    """
    return PassageQuality(
        counts=passage_counts(gold=gold, scores=scores, threshold=threshold),
        passages=len(gold),
        threshold=threshold,
        average_precision=average_precision(gold=gold, scores=scores),
        roc_auc=roc_auc(gold=gold, scores=scores),
    )
