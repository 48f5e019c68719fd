"""Tokens: whether the words of each attribution role (source, cue, content) are tagged."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from framescope_training.metrics.checks import check_same_shape
from framescope_training.metrics.counts import LabelCounts, MatchCounts


def token_counts(
    *, gold: Mapping[str, NDArray[np.bool_]], predicted: Mapping[str, NDArray[np.bool_]]
) -> LabelCounts[MatchCounts]:
    """Count the tokens tagged with each role: predicted, gold, and both.

    Precision is the part of the predicted tokens that are gold, recall the part of the gold tokens that are predicted,
    F1 their harmonic mean (see :class:`MatchCounts`); ``overall`` counts (token, role) pairs, the micro-average over
    roles. Leave padding, special tokens and the second reading of tokens in overlapping windows out before counting:
    every true value counts.

    Shapes:
        gold, predicted: the same for each role, as [tokens] or [batch, tokens].

    Args:
        gold: for each role, whether a token bears it.
        predicted: for the same roles, whether a token was given it.

    Raises:
        ValueError: the roles or the shapes differ, or an array is not boolean.
    """
    if gold.keys() != predicted.keys():
        raise ValueError(f"gold has the roles {sorted(gold)}, predicted {sorted(predicted)}; they must be the same")
    by_role = {role: _counts(gold[role], predicted[role]) for role in gold}
    return LabelCounts(sum(by_role.values(), MatchCounts()), by_role)


def _counts(gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> MatchCounts:
    check_same_shape(gold=gold, predicted=predicted)
    return MatchCounts(int((gold & predicted).sum()), int(predicted.sum()), int(gold.sum()))
