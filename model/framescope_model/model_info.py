"""What a trained model says of itself, in every answer and under ``/v1/model``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The identity and the measured quality of a trained artifact.

    Args:
        name: the model's name.
        version: the release of the artifact, raised with each retraining.
        revision: the first twelve hex digits of the SHA-256 over the artifact's files; two artifacts that could answer
            differently never share it.
        thresholds: the passage score at and over which a feature is flagged, for each feature id.
        quality: what was measured for each feature id (``precision``, ``recall``, ``f1``, ``positives``,
            ``passages``, ``data``); empty for a feature that was not measured.
        card: the model card as data, for ``/v1/model``.
    """

    name: str
    version: str
    revision: str
    thresholds: Mapping[str, float]
    quality: Mapping[str, Mapping[str, Any]]
    card: Mapping[str, Any]
