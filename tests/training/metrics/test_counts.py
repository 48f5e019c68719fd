import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from framescope_training.metrics.counts import LabelCounts, MatchCounts, pooled_f1

decisions = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)


def test_precision_recall_and_f1_of_a_worked_case() -> None:
    # 3 of 4 predictions right, 3 of 6 gold items found: P = 0.75, R = 0.5, F1 = 2 * 3 / (4 + 6) = 0.6.
    counts = MatchCounts(matched=3, predicted=4, gold=6)
    assert (counts.precision, counts.recall, counts.f1) == (0.75, 0.5, 0.6)


def test_a_ratio_without_cases_is_undefined() -> None:
    assert math.isnan(MatchCounts(0, 0, 5).precision)
    assert math.isnan(MatchCounts(0, 5, 0).recall)
    assert math.isnan(MatchCounts().f1)


@pytest.mark.parametrize("counts", [MatchCounts(0, 0, 5), MatchCounts(0, 5, 0), MatchCounts(0, 5, 5)])
def test_f1_is_zero_when_nothing_matches_though_there_was_something(counts: MatchCounts) -> None:
    assert counts.f1 == 0.0


def test_documents_are_pooled_by_adding_their_counts() -> None:
    # F1 of 1 and of 0 do not average to 0.5: 2 * 1 / (1 + 1 + 0 + 6) = 0.25.
    assert MatchCounts(1, 1, 1) + MatchCounts(0, 0, 6) == MatchCounts(1, 1, 7)
    assert pooled_f1([MatchCounts(1, 1, 1), MatchCounts(0, 0, 6)]) == 0.25


def test_pooling_no_counts_is_refused() -> None:
    with pytest.raises(TypeError):
        pooled_f1([])


@given(decisions)
def test_precision_recall_and_f1_are_those_of_scikit_learn(pairs: list[tuple[bool, bool]]) -> None:
    gold, predicted = zip(*pairs, strict=True)
    matched = sum(truth and found for truth, found in pairs)
    counts = MatchCounts(matched, sum(predicted), sum(gold))
    nan = {"zero_division": math.nan}
    assert counts.precision == pytest.approx(precision_score(gold, predicted, **nan), nan_ok=True)
    assert counts.recall == pytest.approx(recall_score(gold, predicted, **nan), nan_ok=True)
    assert counts.f1 == pytest.approx(f1_score(gold, predicted, **nan), nan_ok=True)


def test_label_counts_add_up_label_by_label() -> None:
    first = LabelCounts(MatchCounts(1, 2, 3), {"doubt": MatchCounts(1, 1, 1), "slogans": MatchCounts(0, 1, 2)})
    second = LabelCounts(MatchCounts(2, 2, 2), {"doubt": MatchCounts(1, 1, 1), "repetition": MatchCounts(1, 1, 1)})
    assert first + second == LabelCounts(
        MatchCounts(3, 4, 5),
        {"doubt": MatchCounts(2, 2, 2), "slogans": MatchCounts(0, 1, 2), "repetition": MatchCounts(1, 1, 1)},
    )


def test_adding_label_counts_leaves_both_as_they_were() -> None:
    first = LabelCounts(MatchCounts(1, 1, 1), {"doubt": MatchCounts(1, 1, 1)})
    second = LabelCounts(MatchCounts(0, 1, 1), {"doubt": MatchCounts(0, 1, 1)})
    assert first + second != first
    assert first.by_label == {"doubt": MatchCounts(1, 1, 1)}
    assert second.by_label == {"doubt": MatchCounts(0, 1, 1)}


def test_macro_f1_weighs_labels_alike_and_leaves_out_those_that_never_occur() -> None:
    # F1 of 1 (100 items) and of 0 (1 item, never gold): (1 + 0) / 2; the third label has no F1.
    by_label = {"doubt": MatchCounts(100, 100, 100), "slogans": MatchCounts(0, 1, 0), "repetition": MatchCounts()}
    assert LabelCounts(MatchCounts(100, 101, 100), by_label).macro_f1 == 0.5


def test_macro_f1_without_any_label_is_undefined() -> None:
    assert math.isnan(LabelCounts(MatchCounts()).macro_f1)
