import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.calibration import Calibration
from framescope_model.features import FEATURE_IDS

COUNT = len(FEATURE_IDS)


def calibration(slope: float, intercept: float) -> Calibration:
    return Calibration(np.full(COUNT, slope, dtype=np.float32), np.full(COUNT, intercept, dtype=np.float32))


def test_a_score_is_the_sigmoid_of_the_scaled_logit() -> None:
    # 2 * ln(3) / 2 + 0 = ln 3, whose sigmoid is 3/4
    assert calibration(2, 0).scores(np.full(COUNT, np.log(3) / 2, dtype=np.float32)) == pytest.approx(0.75)
    assert calibration(1, np.log(3)).scores(np.zeros(COUNT, dtype=np.float32)) == pytest.approx(0.75)


def test_no_tokens_score_zero_whatever_the_slope() -> None:
    for slope in (-1, 0, 1):
        assert (calibration(slope, 5).scores(np.full(COUNT, -np.inf, dtype=np.float32)) == 0).all()


@settings(deadline=None)
@given(st.floats(-1e6, 1e6, width=32), st.floats(0.001, 100), st.floats(-100, 100))
def test_scores_are_probabilities_that_rise_with_the_logit(logit: float, slope: float, intercept: float) -> None:
    low, high = (
        calibration(slope, intercept).scores(np.full((2, COUNT), value, dtype=np.float32))
        for value in (logit, logit + 1)
    )
    assert low.shape == (2, COUNT)
    assert (low >= 0).all()
    assert (low <= high).all()
    assert (high <= 1).all()


def test_each_feature_has_its_own_line() -> None:
    slope = np.arange(COUNT, dtype=np.float32)
    data = Calibration(slope, -slope).to_data()
    assert list(data) == list(FEATURE_IDS)
    assert data[FEATURE_IDS[3]] == {"slope": 3.0, "intercept": -3.0}
    assert Calibration.from_data(data).to_data() == data


def test_a_calibration_of_other_features_is_refused() -> None:
    data = calibration(1, 0).to_data()
    with pytest.raises(ValueError, match="features"):
        Calibration.from_data({**data, "clickbait": {"slope": 1, "intercept": 0}})
    with pytest.raises(ValueError, match="slope"):
        Calibration.from_data({**data, "doubt": {"intercept": 0}})
