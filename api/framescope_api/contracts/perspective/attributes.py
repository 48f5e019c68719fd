"""The names of attributes: ``FEATURE`` or ``FEATURE@VERSION``."""

from framescope_api.contracts.perspective.errors import InvalidArgument, shorten
from framescope_model.model_info import ModelInfo


def feature_of(name: str, info: ModelInfo) -> str:
    """The id of the feature that the attribute ``name`` stands for.

    There is no attribute but our features, and none of theirs is taken for one of ours: what they mean by toxicity is
    not measured here.

    Raises:
        InvalidArgument: there is no such attribute, or not in the version that is asked for.
    """
    base, pinned, version = name.partition("@")
    features = {feature.upper(): feature for feature in info.thresholds}
    shown = shorten(name)
    if base not in features:
        raise InvalidArgument(f"Unknown requested attribute: {shown}")
    if pinned and version not in versions(info):
        known = " and ".join(f"{base}@{known}" for known in versions(info))
        raise InvalidArgument(f"Unknown requested attribute: {shown}; the versions served here are {known}")
    return features[base]


def versions(info: ModelInfo) -> tuple[str, ...]:
    """The versions that an attribute can be pinned to: the model's own, and its first two numbers (1.2 of 1.2.3).

    The model is one for all features, and one version of it is loaded.
    """
    return tuple(dict.fromkeys((info.version, ".".join(info.version.split(".")[:2]))))
