"""From token logits to a passage's logit: one learnt pooling a feature, between the mean and the maximum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from framescope_model.features import FEATURE_IDS
from framescope_model.prediction import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Pooling:
    """``logit = scale * sum_t softmax_t(sharpness * z_t) * z_t + bias``, for each feature apart.

    Sharpness 0 is the mean, infinite sharpness the maximum. All three are float32 [19] in the order of ``FEATURE_IDS``.
    """

    sharpness: FloatArray
    scale: FloatArray
    bias: FloatArray

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Pooling":
        """Read what :meth:`to_data` wrote; other keys are left alone.

        Raises:
            ValueError: a list is absent, has another length than the features, or holds what is no finite number.
        """
        return cls(*(finite_array(data, name, len(FEATURE_IDS)) for name in ("sharpness", "scale", "bias")))

    def to_data(self) -> dict[str, list[float]]:
        """The parameters as they are stored."""
        return {"sharpness": self.sharpness.tolist(), "scale": self.scale.tolist(), "bias": self.bias.tolist()}

    def pool(self, logits: FloatArray, kept: BoolArray | None = None) -> FloatArray:
        """Pool the token logits [n, 19] of a passage to [19].

        ``kept`` [n, 19] leaves tokens out, feature by feature. A feature without tokens pools to minus infinity.
        """
        pooled = np.full(logits.shape[1], -np.inf, dtype=np.float32)
        if kept is None:
            kept = np.ones(logits.shape, dtype=np.bool_)
        some = kept.any(axis=0)
        if some.any():
            values, kept = logits[:, some], kept[:, some]
            sharpened = np.where(kept, self.sharpness[some] * values, -np.inf)
            weights = np.exp(sharpened - sharpened.max(axis=0))
            mean = (weights * values).sum(axis=0) / weights.sum(axis=0)
            pooled[some] = self.scale[some] * mean + self.bias[some]
        return pooled


def finite_array(data: Mapping[str, Any], name: str, length: int) -> FloatArray:
    """The list ``data[name]`` as float32 [length].

    Raises:
        ValueError: it is absent, has another length, or holds what is no finite number.
    """
    values = data.get(name)
    if not isinstance(values, Sequence) or isinstance(values, str) or len(values) != length:
        raise ValueError(f"{name!r} should be a list of {length} numbers")
    array = np.array(values, dtype=np.float32)
    if array.shape != (length,) or not np.isfinite(array).all():
        raise ValueError(f"{name!r} should hold finite numbers only")
    return array
