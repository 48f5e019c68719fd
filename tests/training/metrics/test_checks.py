import numpy as np
import pytest

from framescope_model.spans import Span
from framescope_training.metrics.checks import (
    check_not_empty,
    check_same_number,
    check_same_shape,
    check_scores,
)


def test_different_numbers_of_documents_are_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="gold has 2 documents, predicted has 1"):
        check_same_number("documents", gold=["a", "b"], predicted=["a"])


def test_an_empty_span_is_refused_by_its_offsets() -> None:
    with pytest.raises(ValueError, match=r"\[3, 3\) is empty"):
        check_not_empty([Span(0, 2), Span(3, 3)])


def test_arrays_that_would_only_broadcast_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 1\), predicted \(2,\)"):
        check_same_shape(gold=np.ones((2, 1), dtype=bool), predicted=np.ones(2, dtype=bool))


@pytest.mark.parametrize("side", ["gold", "predicted"])
def test_probabilities_in_place_of_decisions_are_refused(side: str) -> None:
    arrays = {"gold": np.array([True]), "predicted": np.array([True])} | {side: np.array([0.7])}
    with pytest.raises(ValueError, match=f"{side} must be a boolean array, not float64"):
        check_same_shape(**arrays)


@pytest.mark.parametrize("value", [-0.01, 1.01, np.nan, np.inf])
def test_scores_that_are_no_probabilities_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"a score is a probability in \[0, 1\]"):
        check_scores(gold=np.array([True, False]), scores=np.array([0.5, value]))


def test_both_ends_of_the_scale_are_scores() -> None:
    check_scores(gold=np.array([True, False]), scores=np.array([0.0, 1.0]))


def test_gold_given_as_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="gold must be a boolean array, not int64"):
        check_scores(gold=np.array([1, 0], dtype=np.int64), scores=np.array([0.5, 0.5]))


@pytest.mark.parametrize(("gold_shape", "scores_shape"), [((2,), (3,)), ((2, 1), (2, 1)), ((2,), (2, 1))])
def test_gold_and_scores_of_other_shapes_are_refused(
    gold_shape: tuple[int, ...], scores_shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match=r"one shape \[n\]"):
        check_scores(gold=np.zeros(gold_shape, dtype=bool), scores=np.zeros(scores_shape))
