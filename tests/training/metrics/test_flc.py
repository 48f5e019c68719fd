import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.spans import Span
from framescope_training.metrics.counts import LabelCounts, LabelledSpan
from framescope_training.metrics.flc import flc_counts, measure_flc
from framescope_training.metrics.overlap import OverlapCounts
from framescope_training.metrics.span_identification import span_identification_counts

span = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 60), st.integers(1, 20))
labelled = st.lists(st.tuples(st.sampled_from(["doubt", "slogans", "repetition"]), span), max_size=6)


def test_worked_case_with_equal_and_unequal_labels() -> None:
    # doubt: T = [0, 10), S = [0, 5): s covered 5/5, t covered 5/10. slogans: T = [0, 10), nothing predicted.
    # repetition: S = [20, 30), where gold has doubt: neither covers the other.
    # P = (1 + 0) / 2 = 0.5; R = (0.5 + 0 + 0) / 3 = 1/6; F1 = 2 * 0.5 / 6 / (0.5 + 1/6) = 0.25.
    result = measure_flc(
        gold=[[("doubt", Span(0, 10)), ("slogans", Span(0, 10)), ("doubt", Span(20, 30))]],
        predicted=[[("doubt", Span(0, 5)), ("repetition", Span(20, 30))]],
    )
    assert result.overall == OverlapCounts(1.0, 2, 0.5, 3)
    assert result.overall.f1 == pytest.approx(0.25)
    assert result.by_label == {
        "doubt": OverlapCounts(1.0, 1, 0.5, 2),
        "repetition": OverlapCounts(0.0, 1, 0.0, 0),
        "slogans": OverlapCounts(0.0, 0, 0.0, 1),
    }


def test_the_recall_of_a_label_is_measured_on_its_gold_spans() -> None:
    # doubt: S = [0, 10) within T = [0, 40): P = 10/10, R = 10/40, F1 = 2 * 0.25 / 1.25 = 0.4.
    result = measure_flc(gold=[[("doubt", Span(0, 40))]], predicted=[[("doubt", Span(0, 10))]])
    assert result.by_label["doubt"].recall == 0.25
    assert result.by_label["doubt"].f1 == pytest.approx(0.4)


def test_spans_of_one_label_are_merged_and_those_of_two_are_not() -> None:
    # doubt: [0, 10) ∪ [5, 15) is one span; slogans: [0, 10) is another.
    result = flc_counts(gold=[("doubt", Span(0, 10)), ("doubt", Span(5, 15)), ("slogans", Span(0, 10))], predicted=[])
    assert result.overall.gold == 2


def test_documents_are_merged_each_by_itself() -> None:
    result = measure_flc(gold=[[("doubt", Span(0, 10))], [("doubt", Span(5, 15))]], predicted=[[], []])
    assert result.overall.gold == 2


def test_nothing_at_all_follows_the_convention_of_the_scorer() -> None:
    assert measure_flc(gold=[[]], predicted=[[]]) == LabelCounts(OverlapCounts())
    assert measure_flc(gold=[], predicted=[]).overall.f1 == 1.0


def test_different_numbers_of_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="gold has 0 documents, predicted has 1"):
        measure_flc(gold=[], predicted=[[]])


@given(labelled)
def test_gold_against_itself_is_perfect_for_every_label(gold: list[LabelledSpan]) -> None:
    result = flc_counts(gold=gold, predicted=gold)
    assert result.overall.f1 == pytest.approx(1.0)
    assert all(counts.f1 == pytest.approx(1.0) for counts in result.by_label.values())


@given(st.lists(span, max_size=6), st.lists(span, max_size=6))
def test_with_a_single_label_it_is_span_identification(gold: list[Span], predicted: list[Span]) -> None:
    sides = {"gold": [("doubt", s) for s in gold], "predicted": [("doubt", s) for s in predicted]}
    assert flc_counts(**sides).overall == span_identification_counts(**sides)


@given(labelled, labelled)
def test_the_labels_add_up_to_the_whole(gold: list[LabelledSpan], predicted: list[LabelledSpan]) -> None:
    result = flc_counts(gold=gold, predicted=predicted)
    assert sum(result.by_label.values(), OverlapCounts()) == result.overall
    assert result.by_label.keys() == {label for label, _ in [*gold, *predicted]}


@given(st.lists(st.tuples(labelled, labelled), max_size=4))
def test_the_counts_of_documents_add_up_to_the_measure(
    pairs: list[tuple[list[LabelledSpan], list[LabelledSpan]]],
) -> None:
    total = LabelCounts(OverlapCounts())
    for gold, predicted in pairs:
        total += flc_counts(gold=gold, predicted=predicted)
    assert total == measure_flc(gold=[gold for gold, _ in pairs], predicted=[predicted for _, predicted in pairs])
