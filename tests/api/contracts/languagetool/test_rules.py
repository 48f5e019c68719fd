from dataclasses import replace

import pytest
from keyword_engine import INFO

from framescope_api.contracts.languagetool.rules import RULES, Choice, served_rules
from framescope_model.features import FEATURE_IDS

SUPERLATIVE = RULES["unattributed_superlative"]


def test_every_feature_is_a_rule_in_one_of_two_categories() -> None:
    assert [rule.id for rule in RULES.values()] == [feature.upper() for feature in FEATURE_IDS]
    categories = [rule.category.id for rule in RULES.values()]
    assert (categories.count("SOURCING"), categories.count("PERSUASION_TECHNIQUES")) == (5, 14)


def test_a_rule_has_a_name_for_people() -> None:
    assert SUPERLATIVE.name == "Unattributed superlative"


def test_only_what_the_model_scores_is_served() -> None:
    info = replace(INFO, thresholds={"loaded_language": 0.5})
    assert [rule.id for rule in served_rules(info)] == ["LOADED_LANGUAGE"]


@pytest.mark.parametrize(
    ("choice", "allowed"),
    [
        (Choice(), True),
        (Choice(disabled_rules={"UNATTRIBUTED_SUPERLATIVE"}), False),
        (Choice(disabled_categories={"SOURCING"}), False),
        (Choice(disabled_rules={"EN_A_VS_AN"}, disabled_categories={"TYPOS"}), True),
        (Choice(disabled_categories={"SOURCING"}, enabled_rules={"UNATTRIBUTED_SUPERLATIVE"}), True),
        (Choice(disabled_rules={"UNATTRIBUTED_SUPERLATIVE"}, enabled_categories={"SOURCING"}), False),
        (Choice(enabled_rules={"LOADED_LANGUAGE"}), True),
        (Choice(enabled_rules={"LOADED_LANGUAGE"}, only=True), False),
        (Choice(enabled_rules={"UNATTRIBUTED_SUPERLATIVE"}, only=True), True),
        (Choice(enabled_categories={"SOURCING"}, only=True), True),
        (Choice(enabled_categories={"PERSUASION_TECHNIQUES"}, only=True), False),
    ],
)
def test_switches_of_rules_go_before_those_of_categories(choice: Choice, allowed: bool) -> None:
    assert choice.allows(SUPERLATIVE) is allowed
