import random
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.spans import Span
from framescope_training.metrics.counts import LabelledSpan
from framescope_training.metrics.overlap import OverlapCounts
from framescope_training.metrics.span_identification import measure_span_identification, span_identification_counts

Pairs: TypeAlias = list[tuple[list[LabelledSpan], list[LabelledSpan]]]

labelled = st.tuples(
    st.sampled_from(["doubt", "slogans", "repetition"]),
    st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60), st.integers(1, 20)),
)
documents = st.lists(st.tuples(st.lists(labelled, max_size=6), st.lists(labelled, max_size=6)), max_size=4)


def unzip(pairs: Pairs) -> dict[str, list[list[LabelledSpan]]]:
    return {"gold": [gold for gold, _ in pairs], "predicted": [predicted for _, predicted in pairs]}


def test_worked_case_over_two_documents() -> None:
    # First: T = [0, 10) and [5, 20), merged to [0, 20) whatever their labels; S = [10, 20): s covered 10/10, t 10/20.
    # Second: T = [0, 4); S = [0, 8) and [50, 60): s covered 4/8 and 0, t covered 4/4.
    # P = (1 + 0.5 + 0) / 3 = 0.5; R = (0.5 + 1) / 2 = 0.75; F1 = 2 * 0.5 * 0.75 / 1.25 = 0.6.
    result = measure_span_identification(
        gold=[[("doubt", Span(0, 10)), ("slogans", Span(5, 20))], [("doubt", Span(0, 4))]],
        predicted=[[("doubt", Span(10, 20))], [("slogans", Span(0, 8)), ("doubt", Span(50, 60))]],
    )
    assert result == OverlapCounts(predicted_covered=1.5, predicted=3, gold_covered=1.5, gold=2)
    assert (result.precision, result.recall) == (0.5, 0.75)
    assert result.f1 == pytest.approx(0.6)


def test_spans_of_one_document_do_not_match_those_of_another() -> None:
    result = measure_span_identification(gold=[[("doubt", Span(0, 9))], []], predicted=[[], [("doubt", Span(0, 9))]])
    assert result == OverlapCounts(0.0, 1, 0.0, 1)


def test_predictions_in_a_document_without_gold_cost_precision() -> None:
    # P = (1 + 0) / 2, R = 1/1.
    result = measure_span_identification(
        gold=[[("doubt", Span(0, 9))], []], predicted=[[("doubt", Span(0, 9))], [("doubt", Span(0, 9))]]
    )
    assert (result.precision, result.recall) == (0.5, 1.0)


def test_no_documents_at_all_follow_the_convention_for_nothing() -> None:
    assert measure_span_identification(gold=[], predicted=[]) == OverlapCounts()


def test_different_numbers_of_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="gold has 1 documents, predicted has 2"):
        measure_span_identification(gold=[[]], predicted=[[], []])


@given(documents)
def test_labels_are_of_no_account(pairs: Pairs) -> None:
    relabelled = [(gold, [("name_calling", span) for _, span in predicted]) for gold, predicted in pairs]
    assert measure_span_identification(**unzip(relabelled)) == measure_span_identification(**unzip(pairs))


@given(documents)
def test_gold_against_itself_is_perfect(pairs: Pairs) -> None:
    gold = [truth for truth, _ in pairs]
    assert measure_span_identification(gold=gold, predicted=gold).f1 == pytest.approx(1.0)


@given(documents, st.randoms(use_true_random=False))
def test_the_order_of_documents_changes_nothing(pairs: Pairs, shuffler: random.Random) -> None:
    shuffled = shuffler.sample(pairs, len(pairs))
    assert measure_span_identification(**unzip(shuffled)).f1 == pytest.approx(
        measure_span_identification(**unzip(pairs)).f1
    )


@given(documents)
def test_the_counts_of_documents_add_up_to_the_measure(pairs: Pairs) -> None:
    total = OverlapCounts()
    for gold, predicted in pairs:
        total += span_identification_counts(gold=gold, predicted=predicted)
    assert total == measure_span_identification(**unzip(pairs))
