"""Calibration: whether of the passages scored 0.7 seven in ten carry the feature."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss

from framescope_training.metrics.checks import check_scores


class Binning(StrEnum):
    """How scores are put into bins.

    ``equal_width`` cuts [0, 1] into bins of one width, closed below and open above, the last closed on both sides.
    ``equal_mass`` cuts the sorted scores into bins of one size, as nearly as can be without parting equal scores.
    """

    EQUAL_WIDTH = "equal_width"
    EQUAL_MASS = "equal_mass"


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """One bar of a reliability diagram.

    Args:
        low: the lowest score in the bin.
        high: the highest score in the bin.
        n: the passages in the bin, at least 1.
        mean_score: the mean of their scores.
        positive_rate: the part of them that is gold.
    """

    low: float
    high: float
    n: int
    mean_score: float
    positive_rate: float


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """The expected calibration error with what it was taken from.

    Args:
        error: in [0, 1]; nan when no score reaches the floor.
        n: the passages that reach the floor.
        floor: the lowest score that counts.
        binning: the kind of bins.
        bins: the bins that hold passages, from the lowest up.
    """

    error: float
    n: int
    floor: float
    binning: Binning
    bins: tuple[CalibrationBin, ...]


@dataclass(frozen=True, slots=True)
class Brier:
    """The Brier score of a set of passages.

    Args:
        score: the mean squared difference between score and truth, in [0, 1]; lower is better, nan without passages.
        skill: 1 minus the ratio of the score to that of the base rate; 0 is as good as telling the base rate each time,
            1 perfect, below 0 worse; nan when all passages are gold or none is.
        base_rate: the part of the passages that is gold; nan without passages.
        n: the passages.
    """

    score: float
    skill: float
    base_rate: float
    n: int


def expected_calibration_error(
    *,
    gold: NDArray[np.bool_],
    scores: NDArray[np.floating],
    floor: float = 0.1,
    bins: int = 10,
    binning: Binning = Binning.EQUAL_WIDTH,
) -> CalibrationError:
    """Measure how far scores are from the rates that they promise.

    ``ECE = Σ_b n_b / n |mean score of b - positive rate of b|`` over the bins b (Naeini, Cooper and Hauskrecht 2015;
    Guo et al. 2017, section 2). Scores under ``floor`` are left out: nearly all passages carry no given feature and
    score close to 0, and in their number every error where it matters would vanish. Bins of equal width lie over the
    whole of [0, 1], so that the default floor leaves out the first of ten; bins of equal mass lie over the scores that
    reach the floor.

    Shapes:
        gold, scores: [passages].

    Raises:
        ValueError: the arrays do not line up, a score is not in [0, 1], or there is not at least one bin.
    """
    check_scores(gold=gold, scores=scores)
    if bins < 1:
        raise ValueError(f"calibration needs at least one bin, not {bins}")
    kept = scores >= floor
    truth, found = gold[kept], scores[kept].astype(np.float64)
    if not len(found):
        return CalibrationError(math.nan, 0, floor, binning, ())
    bin_of = _bin_of(found, bins, binning)  # [passages that reach the floor]
    filled = tuple(_bin(truth[bin_of == number], found[bin_of == number]) for number in np.unique(bin_of))
    error = sum(bar.n * abs(bar.mean_score - bar.positive_rate) for bar in filled) / len(found)
    return CalibrationError(error, len(found), floor, binning, filled)


def brier(*, gold: NDArray[np.bool_], scores: NDArray[np.floating]) -> Brier:
    """Measure the Brier score and its skill against the base rate of the same passages.

    ``BS = 1/n Σ (score - truth)²`` (Brier 1950), through scikit-learn; skill ``1 - BS / BS_base`` with
    ``BS_base = r (1 - r)`` for the base rate r, which is what r as a constant score would get (Wilks 2011, chapter 8).

    Shapes:
        gold, scores: [passages].

    Raises:
        ValueError: the arrays do not line up, or a score is not in [0, 1].
    """
    check_scores(gold=gold, scores=scores)
    if not len(gold):
        return Brier(math.nan, math.nan, math.nan, 0)
    score = float(brier_score_loss(gold, scores, pos_label=True))
    rate = float(gold.mean())
    reference = rate * (1 - rate)
    return Brier(score, 1 - score / reference if reference else math.nan, rate, len(gold))


def _bin_of(scores: NDArray[np.float64], bins: int, binning: Binning) -> NDArray[np.intp]:
    """Find the bin of each score, [passages], in [0, bins)."""
    if binning is Binning.EQUAL_WIDTH:
        # Not linspace, whose third of ten edges lies above 0.3: a score of 0.3 would fall into the bin under it.
        return np.searchsorted(np.arange(1, bins) / bins, scores, side="right")
    ordered = np.sort(scores)
    below = np.searchsorted(ordered, scores, side="left")
    up_to = np.searchsorted(ordered, scores, side="right")
    # Equal scores go together, to the bin in which the middle of their run lies.
    return bins * (below + up_to) // (2 * len(scores))


def _bin(gold: NDArray[np.bool_], scores: NDArray[np.float64]) -> CalibrationBin:
    return CalibrationBin(
        low=float(scores.min()),
        high=float(scores.max()),
        n=len(scores),
        mean_score=float(scores.mean()),
        positive_rate=float(gold.mean()),
    )
