import re
from pathlib import Path

import pytest

from framescope_model.features import FEATURE_IDS, FEATURES, SOURCING_IDS, TECHNIQUE_IDS, Feature, FeatureGroup, Mode

GUIDELINE = Path(__file__).parents[2] / "docs" / "annotation.md"


def test_five_sourcing_features_come_before_fourteen_techniques() -> None:
    # The order is that of the network's channels: an artifact trained with another order would answer nonsense.
    assert len(SOURCING_IDS) == 5
    assert len(TECHNIQUE_IDS) == 14
    assert FEATURE_IDS == SOURCING_IDS + TECHNIQUE_IDS


def test_the_two_features_that_framescope_exists_for_lead() -> None:
    assert FEATURE_IDS[:2] == ("unattributed_superlative", "state_official_narrative")


def test_no_id_is_used_twice() -> None:
    assert len(set(FEATURE_IDS)) == len(FEATURE_IDS)


@pytest.mark.parametrize("feature", FEATURES, ids=FEATURE_IDS)
def test_an_id_is_snake_case_and_its_definition_one_sentence(feature: Feature) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", feature.id)
    assert re.fullmatch(r"[A-Z][^.]+\.", feature.definition)


@pytest.mark.parametrize("feature_id", FEATURE_IDS)
def test_the_guideline_tells_of_every_feature(feature_id: str) -> None:
    assert f"`{feature_id}`" in GUIDELINE.read_text(encoding="utf-8")


def test_the_guideline_has_a_section_for_each_sourcing_feature_in_the_same_order() -> None:
    headings = re.findall(r"^### `(\w+)`$", GUIDELINE.read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(headings) == SOURCING_IDS


def test_the_guideline_defines_both_modes() -> None:
    guideline = GUIDELINE.read_text(encoding="utf-8")
    assert all(f"- `{mode}`:" in guideline for mode in Mode)


def test_every_feature_belongs_to_a_group() -> None:
    assert {feature.group for feature in FEATURES} == set(FeatureGroup)
