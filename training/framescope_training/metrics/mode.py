"""Mode: whether relayed and adopted state lines are told apart, better than by always saying relayed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.metrics import f1_score

from framescope_model.features import Mode
from framescope_training.metrics.checks import check_same_number


@dataclass(frozen=True, slots=True)
class ModeQuality:
    """How well the modes of state-official narratives are told apart.

    Args:
        macro_f1: the mean of the F1 of ``relayed`` and that of ``adopted``, in [0, 1].
        constant_macro_f1: what always saying ``relayed`` gets on the same data, at most 0.5.
        relayed: the gold items that are relayed.
        adopted: the gold items that are adopted.
    """

    macro_f1: float
    constant_macro_f1: float
    relayed: int
    adopted: int


def mode_macro_f1(*, gold: Sequence[Mode], predicted: Sequence[Mode]) -> float:
    """Compute the unweighted mean of the F1 of both modes, through scikit-learn; a mode never predicted has an F1 of 0.

    Args:
        gold: the mode of each item, a span or passage that carries ``state_official_narrative``.
        predicted: the modes predicted for the same items.

    Returns:
        The macro-F1 in [0, 1]; nan when gold lacks a mode, since data of one kind cannot tell whether two are told
        apart.

    Raises:
        ValueError: the numbers of items differ.
    """
    check_same_number("items", gold=gold, predicted=predicted)
    if any(mode not in gold for mode in Mode):
        return math.nan
    # zero_division says the convention for a mode never predicted, which scikit-learn would otherwise warn of.
    return float(f1_score(_names(gold), _names(predicted), labels=_names(list(Mode)), average="macro", zero_division=0))


def measure_modes(*, gold: Sequence[Mode], predicted: Sequence[Mode]) -> ModeQuality:
    """Measure the macro-F1 of the modes beside that of a constant ``relayed``.

    With r relayed and a adopted items, the constant's F1 is 2r / (2r + a) for ``relayed`` and 0 for ``adopted``, so
    that its macro-F1 is r / (2r + a). Both numbers are nan when gold lacks a mode (see :func:`mode_macro_f1`).

    Raises:
        ValueError: the numbers of items differ.
    """
    return ModeQuality(
        macro_f1=mode_macro_f1(gold=gold, predicted=predicted),
        constant_macro_f1=mode_macro_f1(gold=gold, predicted=[Mode.RELAYED] * len(gold)),
        relayed=gold.count(Mode.RELAYED),
        adopted=gold.count(Mode.ADOPTED),
    )


def _names(items: Sequence[Mode]) -> list[str]:
    return [mode.value for mode in items]
