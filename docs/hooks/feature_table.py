"""The table of all features, from the model room, where they are defined."""

from framescope_model.features import FEATURES, FeatureGroup

HEADINGS = {FeatureGroup.SOURCING: "Sourcing, one by one", FeatureGroup.TECHNIQUE: "Techniques, one by one"}


def feature_table() -> str:
    """Markdown: a section for each group, with a row for each feature."""
    parts = []
    for group, heading in HEADINGS.items():
        rows = [f"| `{feature.id}` | {feature.definition} |" for feature in FEATURES if feature.group is group]
        parts.append("\n".join([f"## {heading}", "", "| feature | what it marks |", "|---|---|", *rows, ""]))
    return "\n".join(parts)
