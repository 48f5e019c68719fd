"""The features as rules of the contract, and which of them a request switches on."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from framescope_model.features import FEATURES, FeatureGroup
from framescope_model.model_info import ModelInfo

ISSUE_TYPE = "style"


@dataclass(frozen=True, slots=True)
class RuleCategory:
    """A category of rules under the id that requests name it by."""

    id: str
    name: str


CATEGORIES: Mapping[FeatureGroup, RuleCategory] = {
    FeatureGroup.SOURCING: RuleCategory("SOURCING", "Sourcing"),
    FeatureGroup.TECHNIQUE: RuleCategory("PERSUASION_TECHNIQUES", "Persuasion techniques"),
}


@dataclass(frozen=True, slots=True)
class FramingRule:
    """A feature under the id that requests name it by.

    Args:
        feature: the feature's id.
        id: the same in upper case.
        name: the same in words, for a heading.
        definition: what it means, in a sentence.
        category: that of its group.
    """

    feature: str
    id: str
    name: str
    definition: str
    category: RuleCategory


RULES: Mapping[str, FramingRule] = {
    feature.id: FramingRule(
        feature.id,
        feature.id.upper(),
        feature.id.replace("_", " ").capitalize(),
        feature.definition,
        CATEGORIES[feature.group],
    )
    for feature in FEATURES
}
"""The rule of each feature id."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a request switches on and off, by the ids of rules and categories; ids that are none of ours are no fault.

    With ``only``, nothing runs but what is switched on.
    """

    enabled_rules: Set[str] = frozenset()
    disabled_rules: Set[str] = frozenset()
    enabled_categories: Set[str] = frozenset()
    disabled_categories: Set[str] = frozenset()
    only: bool = False

    def allows(self, rule: FramingRule) -> bool:
        """Whether ``rule`` runs: a rule's own switch goes before that of its category, and on goes before off."""
        if rule.id in self.enabled_rules:
            return True
        if self.only:
            return rule.category.id in self.enabled_categories
        if rule.id in self.disabled_rules:
            return False
        return rule.category.id in self.enabled_categories or rule.category.id not in self.disabled_categories


def served_rules(info: ModelInfo) -> list[FramingRule]:
    """The rules that the model has a threshold for, in the order of the features."""
    return [rule for feature, rule in RULES.items() if feature in info.thresholds]
