"""What the metrics refuse: inputs that do not line up, from which a number could be computed that means nothing."""

from collections.abc import Iterable, Sized
from typing import Any

import numpy as np
from numpy.typing import NDArray

from framescope_model.spans import Span


def check_same_number(what: str, *, gold: Sized, predicted: Sized) -> None:
    """Refuse gold and predicted sequences of different lengths; ``what`` names their items in the message.

    Raises:
        ValueError: the lengths differ.
    """
    if len(gold) != len(predicted):
        raise ValueError(
            f"gold has {len(gold)} {what}, predicted has {len(predicted)}; give both for the same {what}, in one order"
        )


def check_not_empty(spans: Iterable[Span]) -> None:
    """Refuse spans of no characters: their share of overlap is 0 / 0, and the task's scorer refuses them as well.

    Raises:
        ValueError: a span is empty.
    """
    for span in spans:
        if len(span) == 0:
            raise ValueError(f"the span [{span.start}, {span.end}) is empty; drop it before it is measured")


def check_same_shape(*, gold: NDArray[Any], predicted: NDArray[Any]) -> None:
    """Refuse arrays that are not boolean, or not of one shape.

    Raises:
        ValueError: a dtype other than bool, or shapes that differ.
    """
    for name, values in (("gold", gold), ("predicted", predicted)):
        if values.dtype != np.bool_:
            raise ValueError(f"{name} must be a boolean array, not {values.dtype}")
    if gold.shape != predicted.shape:
        raise ValueError(f"gold has the shape {gold.shape}, predicted {predicted.shape}; they must be the same")


def check_scores(*, gold: NDArray[Any], scores: NDArray[Any]) -> None:
    """Refuse truth and scores that are not two rows of one length, boolean and in [0, 1].

    Raises:
        ValueError: a shape other than [n] for both, a gold dtype other than bool, a score outside [0, 1] or not a
            number.
    """
    if gold.dtype != np.bool_:
        raise ValueError(f"gold must be a boolean array, not {gold.dtype}")
    if gold.ndim != 1 or gold.shape != scores.shape:
        raise ValueError(f"gold and scores must have one shape [n], not {gold.shape} and {scores.shape}")
    outside = scores[~((scores >= 0) & (scores <= 1))]
    if outside.size:
        raise ValueError(f"a score is a probability in [0, 1], not {outside[0]}; turn logits into probabilities first")
