import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from framescope_training.metrics.counts import LabelCounts, MatchCounts
from framescope_training.metrics.tokens import token_counts


def row(text: str) -> NDArray[np.bool_]:
    return np.array([letter == "x" for letter in text])


def test_worked_case_by_role() -> None:
    # source: 2 gold, 3 predicted, 2 of both: P = 2/3, R = 1. cue: 1 gold, 1 predicted, another one: F1 = 0.
    # Over both: 2 matched of 4 predicted and 3 gold, F1 = 4/7; macro (0.8 + 0) / 2 = 0.4.
    result = token_counts(
        gold={"source": row("xx..."), "cue": row("..x..")}, predicted={"source": row("xxx.."), "cue": row("...x.")}
    )
    assert result.by_label == {"source": MatchCounts(2, 3, 2), "cue": MatchCounts(0, 1, 1)}
    assert result.overall == MatchCounts(2, 4, 3)
    assert result.overall.f1 == pytest.approx(4 / 7)
    assert result.macro_f1 == pytest.approx(0.4)


def test_a_batch_of_windows_counts_as_its_tokens_in_a_row() -> None:
    gold, predicted = row("x.xx.x"), row("xx.x..")
    assert token_counts(gold={"cue": gold.reshape(2, 3)}, predicted={"cue": predicted.reshape(2, 3)}) == token_counts(
        gold={"cue": gold}, predicted={"cue": predicted}
    )


def test_a_token_may_bear_two_roles() -> None:
    result = token_counts(
        gold={"source": row("x"), "content": row("x")}, predicted={"source": row("x"), "content": row("x")}
    )
    assert result.overall == MatchCounts(2, 2, 2)


def test_a_role_that_never_occurs_has_no_part_in_the_macro_average() -> None:
    result = token_counts(gold={"source": row("."), "cue": row("x")}, predicted={"source": row("."), "cue": row("x")})
    assert result.macro_f1 == 1.0


def test_no_roles_are_counted_as_nothing() -> None:
    assert token_counts(gold={}, predicted={}) == LabelCounts(MatchCounts())


def test_a_role_missing_on_one_side_is_refused() -> None:
    with pytest.raises(ValueError, match=r"gold has the roles \['cue', 'source'\], predicted \['source'\]"):
        token_counts(gold={"source": row("x"), "cue": row("x")}, predicted={"source": row("x")})


def test_roles_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(2,\), predicted \(3,\)"):
        token_counts(gold={"source": row("xx")}, predicted={"source": row("xxx")})


@given(st.lists(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=10), max_size=4))
def test_documents_add_up_to_their_concatenation(documents: list[list[tuple[bool, bool]]]) -> None:
    def counted(pairs: list[tuple[bool, bool]]) -> LabelCounts[MatchCounts]:
        table = np.array(pairs, dtype=bool).reshape(-1, 2)
        return token_counts(gold={"cue": table[:, 0]}, predicted={"cue": table[:, 1]})

    total = sum((counted(pairs) for pairs in documents), LabelCounts(MatchCounts(), {"cue": MatchCounts()}))
    assert total == counted([pair for pairs in documents for pair in pairs])
