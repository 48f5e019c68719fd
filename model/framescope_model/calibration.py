"""From a passage's logit to a calibrated probability, by Platt scaling.

Source: J. Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin Classifiers (1999),
section 2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from framescope_model.features import FEATURE_IDS
from framescope_model.pooling import finite_array
from framescope_model.prediction import FloatArray


@dataclass(frozen=True, slots=True)
class Calibration:
    """``score = sigmoid(slope * logit + intercept)``, for each feature apart.

    Both are float32 [19] in the order of ``FEATURE_IDS``.
    """

    slope: FloatArray
    intercept: FloatArray

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Calibration":
        """Read what :meth:`to_data` wrote.

        Raises:
            ValueError: a feature is absent or unknown, or a value is no finite number.
        """
        if set(data) != set(FEATURE_IDS):
            raise ValueError("the calibration should hold exactly the features of this version")
        lines = [data[feature] for feature in FEATURE_IDS]
        columns = {name: [line[name] for line in lines if name in line] for name in ("slope", "intercept")}
        return cls(*(finite_array(columns, name, len(FEATURE_IDS)) for name in columns))

    def to_data(self) -> dict[str, dict[str, float]]:
        """The parameters as they are stored, by feature."""
        return {
            feature: {"slope": float(slope), "intercept": float(intercept)}
            for feature, slope, intercept in zip(FEATURE_IDS, self.slope, self.intercept, strict=True)
        }

    def scores(self, passage_logits: FloatArray) -> FloatArray:
        """Calibrate logits [..., 19] to scores of the same shape in [0, 1]; minus infinity (no token) scores 0."""
        finite = np.where(np.isneginf(passage_logits), 0.0, passage_logits)
        # The tanh form cannot overflow, whatever the logit.
        scores = 0.5 * (1 + np.tanh(0.5 * (self.slope * finite + self.intercept)))
        return np.where(np.isneginf(passage_logits), 0.0, scores).astype(np.float32)
