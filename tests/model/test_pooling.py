import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.features import FEATURE_IDS
from framescope_model.pooling import Pooling, finite_array

COUNT = len(FEATURE_IDS)


def pooling(sharpness: float = 1.0, scale: float = 1.0, bias: float = 0.0) -> Pooling:
    return Pooling(*(np.full(COUNT, value, dtype=np.float32) for value in (sharpness, scale, bias)))


def column(*values: float) -> np.ndarray:
    return np.repeat(np.array(values, dtype=np.float32)[:, None], COUNT, axis=1)


def test_two_tokens_are_weighed_by_their_own_logits() -> None:
    # softmax(2 * [0, ln 2]) = [1/5, 4/5]; 3 * (4/5 * ln 2) - 1
    pooled = pooling(2, 3, -1).pool(column(0, np.log(2)))
    assert pooled == pytest.approx(3 * 0.8 * np.log(2) - 1, abs=1e-6)


def test_sharpness_goes_from_the_mean_to_the_maximum() -> None:
    assert pooling(0).pool(column(0, 1, 5)) == pytest.approx(2)
    assert pooling(100).pool(column(0, 1, 5)) == pytest.approx(5)


def test_one_token_pools_to_itself() -> None:
    assert pooling(7).pool(column(-3)) == pytest.approx(-3)


def test_tokens_left_out_do_not_count_feature_by_feature() -> None:
    kept = np.ones((2, COUNT), dtype=np.bool_)
    kept[1, 3] = False
    pooled = pooling(0).pool(column(1, 5), kept)
    assert pooled[3] == pytest.approx(1)
    assert np.delete(pooled, 3) == pytest.approx(3)


def test_no_tokens_pool_to_minus_infinity() -> None:
    assert (pooling().pool(np.zeros((0, COUNT), dtype=np.float32)) == -np.inf).all()
    assert (pooling().pool(column(1, 2), np.zeros((2, COUNT), dtype=np.bool_)) == -np.inf).all()


@settings(deadline=None)
@given(st.lists(st.floats(-500, 500, width=32), min_size=1, max_size=30), st.floats(0, 50))
def test_the_pooled_logit_lies_between_mean_and_maximum(values: list[float], sharpness: float) -> None:
    pooled = float(pooling(sharpness).pool(column(*values))[0])
    assert np.mean(values) - 1e-2 <= pooled <= max(values) + 1e-2


def test_parameters_survive_writing_and_reading() -> None:
    before = pooling(1.5, 0.25, -2)
    after = Pooling.from_data({**before.to_data(), "link_bias": [0, 0]})
    assert after.to_data() == before.to_data()


@pytest.mark.parametrize("values", [None, [1.0], "x" * COUNT, [float("nan")] * COUNT, [[1.0]] * COUNT])
def test_parameters_that_are_no_list_of_finite_numbers_are_refused(values: object) -> None:
    with pytest.raises(ValueError, match="scale"):
        finite_array({"scale": values}, "scale", COUNT)
