import math
import random
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.features import Mode
from framescope_training.metrics.mode import measure_modes, mode_macro_f1

R, A = Mode.RELAYED, Mode.ADOPTED
Pairs: TypeAlias = list[tuple[Mode, Mode]]

items = st.lists(st.tuples(st.sampled_from(Mode), st.sampled_from(Mode)), max_size=20)


def sides(pairs: Pairs) -> dict[str, list[Mode]]:
    return {"gold": [truth for truth, _ in pairs], "predicted": [found for _, found in pairs]}


def test_worked_case() -> None:
    # relayed: 2 matched of 3 predicted and 3 gold, F1 = 4/6. adopted: 1 of 2 and 2, F1 = 2/4. Macro 7/12.
    # Always relayed: F1 = 2 * 3 / (5 + 3) = 3/4 and 0, macro 3/8.
    result = measure_modes(gold=[R, R, R, A, A], predicted=[R, R, A, A, R])
    assert result.macro_f1 == pytest.approx(7 / 12)
    assert result.constant_macro_f1 == pytest.approx(3 / 8)
    assert (result.relayed, result.adopted) == (3, 2)


def test_always_saying_relayed_equals_the_constant() -> None:
    result = measure_modes(gold=[R] * 9 + [A], predicted=[R] * 10)
    assert result.macro_f1 == result.constant_macro_f1 == pytest.approx(9 / 19)


@pytest.mark.parametrize("gold", [[], [R, R], [A]])
def test_data_that_lacks_a_mode_cannot_tell_them_apart(gold: list[Mode]) -> None:
    result = measure_modes(gold=gold, predicted=gold)
    assert math.isnan(result.macro_f1)
    assert math.isnan(result.constant_macro_f1)
    assert result.relayed + result.adopted == len(gold)


def test_different_numbers_of_items_are_refused() -> None:
    with pytest.raises(ValueError, match="gold has 1 items, predicted has 2"):
        mode_macro_f1(gold=[R], predicted=[R, A])


@given(items)
def test_the_constant_has_its_closed_form_and_stays_under_a_half(pairs: Pairs) -> None:
    result = measure_modes(**sides([*pairs, (R, R), (A, A)]))
    assert result.constant_macro_f1 == pytest.approx(result.relayed / (2 * result.relayed + result.adopted))
    assert result.constant_macro_f1 < 0.5


@given(items, st.randoms(use_true_random=False))
def test_the_order_of_items_changes_nothing(pairs: Pairs, shuffler: random.Random) -> None:
    one = mode_macro_f1(**sides(pairs))
    assert one == pytest.approx(mode_macro_f1(**sides(shuffler.sample(pairs, len(pairs)))), nan_ok=True)


@given(items)
def test_gold_against_itself_is_perfect(pairs: Pairs) -> None:
    gold = [*sides(pairs)["gold"], R, A]
    assert mode_macro_f1(gold=gold, predicted=gold) == 1.0
