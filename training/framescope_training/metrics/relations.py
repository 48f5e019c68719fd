"""Relations: whether a claim is attributed as the annotators did it, source, cue and content together."""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from framescope_model.spans import Span, covered, merge
from framescope_training.metrics.checks import check_same_number
from framescope_training.metrics.counts import MatchCounts

MIN_OVERLAP = 0.5
"""The Dice overlap that each role of a relation must reach, unless matching is strict."""

Pieces: TypeAlias = tuple[Span, ...]


class Relation(Protocol):
    """An attribution: each role is the pieces of text that fill it, none for a source that is not named.

    :class:`framescope_model.results.Attribution` is one.
    """

    @property
    def source(self) -> Pieces:
        """Who vouches for the claim."""
        ...

    @property
    def cue(self) -> Pieces:
        """The words that link the claim to its source."""
        ...

    @property
    def content(self) -> Pieces:
        """The claim."""
        ...


def relation_counts(*, gold: Sequence[Relation], predicted: Sequence[Relation], strict: bool = False) -> MatchCounts:
    """Count one document's relations: predicted, gold, and those matched one to one (see :func:`match_relations`)."""
    matched = match_relations(gold=gold, predicted=predicted, strict=strict)
    return MatchCounts(len(matched), len(predicted), len(gold))


def measure_relations(
    *, gold: Sequence[Sequence[Relation]], predicted: Sequence[Sequence[Relation]], strict: bool = False
) -> MatchCounts:
    """Measure relation precision, recall and F1, micro-averaged over documents.

    Args:
        gold: the gold relations of each document.
        predicted: the predicted relations of the same documents in the same order.
        strict: ask for the same pieces in every role.

    Raises:
        ValueError: the numbers of documents differ.
    """
    check_same_number("documents", gold=gold, predicted=predicted)
    counts = (
        relation_counts(gold=truth, predicted=found, strict=strict)
        for truth, found in zip(gold, predicted, strict=True)
    )
    return sum(counts, MatchCounts())


def match_relations(
    *, gold: Sequence[Relation], predicted: Sequence[Relation], strict: bool = False
) -> tuple[tuple[int, int], ...]:
    """Pair gold and predicted relations, each at most once.

    Two relations may pair when their cues share a character and the overlap of each role, source, cue and content, is
    at least 0.5; strictly, when every role consists of the same pieces. A role's overlap is Dice's coefficient (Dice
    1945) over code points, ``2 |a ∩ b| / (|a| + |b|)``; two empty roles agree, 1, an empty and a filled one do not, 0.

    As many pairs are made as can be, and among the ways to do so the one of the largest total overlap (the Hungarian
    algorithm, Kuhn 1955), so that the number of pairs does not depend on the order of the relations.

    Returns:
        (index in ``gold``, index in ``predicted``), by rising gold index.
    """
    weights = _weights(gold, predicted, strict=strict)  # [gold, predicted]
    rows, columns = linear_sum_assignment(weights, maximize=True)
    return tuple((int(row), int(column)) for row, column in zip(rows, columns, strict=True) if weights[row, column] > 0)


def _weights(gold: Sequence[Relation], predicted: Sequence[Relation], *, strict: bool) -> NDArray[np.float64]:
    # A pair weighs 1 and a bonus for its overlap; all bonuses together stay under 1, so that none is worth a pair.
    highest = 3 * (min(len(gold), len(predicted)) + 1)
    weights = np.zeros((len(gold), len(predicted)))
    for row, truth in enumerate(gold):
        for column, found in enumerate(predicted):
            overlap = _total_overlap(truth, found, strict=strict)
            weights[row, column] = 1 + overlap / highest if overlap else 0
    return weights


def _total_overlap(gold: Relation, predicted: Relation, *, strict: bool) -> float:
    """Sum the roles' overlaps, in [1.5, 3]; 0 when the relations may not pair."""
    if not any(ours.overlap(theirs) for ours in gold.cue for theirs in predicted.cue):
        return 0.0
    roles = ((gold.source, predicted.source), (gold.cue, predicted.cue), (gold.content, predicted.content))
    if strict and any(sorted(ours) != sorted(theirs) for ours, theirs in roles):
        return 0.0
    overlaps = [_dice(ours, theirs) for ours, theirs in roles]
    return sum(overlaps) if min(overlaps) >= MIN_OVERLAP else 0.0


def _dice(first: Pieces, second: Pieces) -> float:
    ours, theirs = merge(first), merge(second)
    characters = sum(map(len, ours)) + sum(map(len, theirs))
    return 2 * sum(covered(span, theirs) for span in ours) / characters if characters else 1.0
