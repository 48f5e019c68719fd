"""What the pages show of each feature: definition and wording, and what the loaded model measured of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from framescope_api.answers import is_measured
from framescope_api.page.wording import WORDINGS, Wording
from framescope_model.features import FEATURES, Feature, FeatureGroup
from framescope_model.model_info import ModelInfo


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of a feature; each figure is absent where the artifact has none.

    Args:
        precision, recall, f1: in [0, 1], written with two digits.
        positives: the passages with the feature, among all ``passages`` measured on.
        data: the name of the data.
        reliable: whether it is told to be ``measured``; else it is ``experimental``.
        threshold: the passage score from which on it is flagged.
    """

    precision: str | None
    recall: str | None
    f1: str | None
    positives: int | None
    passages: int | None
    data: str | None
    reliable: bool
    threshold: str | None


@dataclass(frozen=True, slots=True)
class FeatureEntry:
    """A feature as the pages show it; ``quality`` is absent while no model is loaded."""

    feature: Feature
    wording: Wording
    quality: Quality | None

    @property
    def family(self) -> str:
        """What it looks at, in words."""
        return "Sourcing" if self.feature.group is FeatureGroup.SOURCING else "Persuasion technique"


def feature_entries(info: ModelInfo | None) -> Sequence[FeatureEntry]:
    """All nineteen, in the order of the channels."""
    return [FeatureEntry(f, WORDINGS[f.id], None if info is None else _quality(info, f.id)) for f in FEATURES]


def _quality(info: ModelInfo, feature: str) -> Quality:
    measured = info.quality.get(feature) or {}
    data = measured.get("data")
    return Quality(
        precision=_figure(measured.get("precision")),
        recall=_figure(measured.get("recall")),
        f1=_figure(measured.get("f1")),
        positives=_count(measured.get("positives")),
        passages=_count(measured.get("passages")),
        data=data if isinstance(data, str) else None,
        reliable=is_measured(info, feature),
        threshold=_figure(info.thresholds.get(feature)),
    )


def _figure(value: object) -> str | None:
    return f"{value:.2f}" if isinstance(value, int | float) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) else None
