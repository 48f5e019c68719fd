import itertools
import math
import random
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from framescope_model.spans import Span
from framescope_training.metrics.counts import LabelCounts, LabelledSpan, MatchCounts
from framescope_training.metrics.technique_classification import (
    measure_technique_classification,
    technique_classification_counts,
)

Triples: TypeAlias = list[tuple[Span, str, str]]

LABELS = ["doubt", "slogans", "repetition"]
span_of = st.sampled_from([Span(0, 5), Span(3, 9), Span(20, 30)])
rows = st.lists(st.tuples(span_of, st.sampled_from(LABELS), st.sampled_from(LABELS)), max_size=6)


def sides(triples: Triples) -> dict[str, list[LabelledSpan]]:
    return {
        "gold": [(truth, span) for span, truth, _ in triples],
        "predicted": [(found, span) for span, _, found in triples],
    }


def test_worked_case_over_two_documents() -> None:
    # Gold doubt, slogans, doubt, doubt; predicted doubt, doubt, slogans, doubt: 2 of 4 are right.
    # doubt: 2 matched of 3 predicted and 3 gold, F1 = 4/6. slogans: 0 of 1 and 1, F1 = 0. Macro (2/3 + 0) / 2 = 1/3.
    result = measure_technique_classification(
        gold=[[("doubt", Span(0, 5)), ("slogans", Span(8, 9))], [("doubt", Span(0, 5)), ("doubt", Span(6, 9))]],
        predicted=[[("doubt", Span(0, 5)), ("doubt", Span(8, 9))], [("slogans", Span(0, 5)), ("doubt", Span(6, 9))]],
    )
    assert result.overall == MatchCounts(2, 4, 4)
    assert result.by_label == {"doubt": MatchCounts(2, 3, 3), "slogans": MatchCounts(0, 1, 1)}
    assert result.overall.f1 == 0.5
    assert result.macro_f1 == pytest.approx(1 / 3)


def test_several_labels_of_a_span_count_in_any_order() -> None:
    # As rows, all four are wrong; in the best permutation doubt, slogans and one of the repetitions are right.
    here = Span(0, 5)
    result = technique_classification_counts(
        gold=[("doubt", here), ("slogans", here), ("repetition", here), ("flag_waving", here)],
        predicted=[("slogans", here), ("repetition", here), ("doubt", here), ("repetition", here)],
    )
    assert result.overall == MatchCounts(3, 4, 4)
    assert result.by_label["repetition"] == MatchCounts(1, 2, 1)
    assert result.by_label["flag_waving"] == MatchCounts(0, 0, 1)


def test_one_label_given_twice_to_a_span_matches_once() -> None:
    here = Span(0, 5)
    result = technique_classification_counts(
        gold=[("doubt", here), ("slogans", here)], predicted=[("doubt", here), ("doubt", here)]
    )
    assert result.overall == MatchCounts(1, 2, 2)


def test_a_label_right_for_another_span_is_wrong() -> None:
    result = technique_classification_counts(
        gold=[("doubt", Span(0, 5)), ("slogans", Span(6, 9))],
        predicted=[("slogans", Span(0, 5)), ("doubt", Span(6, 9))],
    )
    assert result.overall == MatchCounts(0, 2, 2)


def test_no_spans_leave_f1_undefined() -> None:
    result = measure_technique_classification(gold=[[]], predicted=[[]])
    assert result == LabelCounts(MatchCounts())
    assert math.isnan(result.overall.f1)


@pytest.mark.parametrize(
    ("predicted", "message"),
    [
        ([], r"\[0, 5\) has 1 gold labels and 0 predicted"),
        ([("doubt", Span(0, 6))], r"\[0, 5\) has 1 gold labels and 0 predicted"),
        ([("doubt", Span(0, 5)), ("slogans", Span(0, 5))], r"\[0, 5\) has 1 gold labels and 2 predicted"),
        ([("doubt", Span(0, 5)), ("slogans", Span(7, 9))], r"\[7, 9\) has 0 gold labels and 1 predicted"),
    ],
)
def test_predictions_for_other_than_the_gold_spans_are_refused(predicted: list[LabelledSpan], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        technique_classification_counts(gold=[("doubt", Span(0, 5))], predicted=predicted)


@given(rows)
def test_the_matches_are_those_of_the_best_permutation(triples: Triples) -> None:
    result = technique_classification_counts(**sides(triples))
    best = 0
    for here in {span for span, _, _ in triples}:
        gold = [truth for span, truth, _ in triples if span == here]
        predicted = [found for span, _, found in triples if span == here]
        best += max(sum(map(str.__eq__, gold, order)) for order in itertools.permutations(predicted))
    assert result.overall.matched == best


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=12))
def test_with_distinct_spans_the_averages_are_those_of_scikit_learn(labels: list[tuple[str, str]]) -> None:
    triples = [(Span(i, i + 1), truth, found) for i, (truth, found) in enumerate(labels)]
    result = technique_classification_counts(**sides(triples))
    gold, predicted = zip(*labels, strict=True)
    assert result.overall.f1 == pytest.approx(f1_score(gold, predicted, average="micro"))
    assert result.macro_f1 == pytest.approx(f1_score(gold, predicted, average="macro"))


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_predictions_changes_nothing(triples: Triples, shuffler: random.Random) -> None:
    given_ = sides(triples)
    shuffled = shuffler.sample(given_["predicted"], len(triples))
    assert technique_classification_counts(gold=given_["gold"], predicted=shuffled) == technique_classification_counts(
        **given_
    )


@given(rows)
def test_gold_against_itself_is_perfect_for_every_label(triples: Triples) -> None:
    gold = sides(triples)["gold"]
    result = technique_classification_counts(gold=gold, predicted=gold)
    assert result.overall == MatchCounts(len(gold), len(gold), len(gold))
    assert all(counts.f1 == 1.0 for counts in result.by_label.values())
