import json
from typing import Any

import pytest

from framescope_api.queueing.routing import Routing, RoutingRule, decide_route, parse_routing
from framescope_model.results import FeatureScore


def rule(**members: Any) -> dict[str, Any]:
    return {"feature": "name_calling", "threshold": 0.8, "route": "review"} | members


def rules(*given: dict[str, Any]) -> tuple[RoutingRule, ...]:
    return parse_routing(json.dumps(given))


def scores(**given: float) -> dict[str, FeatureScore]:
    return {feature: FeatureScore(score, flagged=False, share=0.0) for feature, score in given.items()}


def test_an_item_is_routed_from_the_threshold_on_and_the_rule_and_score_are_told() -> None:
    (only,) = policy = rules(rule())
    assert decide_route(policy, "pass", scores(name_calling=0.8)) == Routing("review", only, 0.8)
    assert decide_route(policy, "pass", scores(name_calling=0.79)) == Routing("pass")


def test_without_rules_everything_goes_the_default_way() -> None:
    assert decide_route((), "elsewhere", scores(name_calling=1.0)) == Routing("elsewhere")


def test_the_first_rule_that_matches_decides() -> None:
    policy = rules(rule(threshold=0.95, route="urgent"), rule(), rule(feature="doubt", threshold=0.1, route="pass"))
    assert decide_route(policy, "none", scores(name_calling=0.96, doubt=0.9)).route == "urgent"
    assert decide_route(policy, "none", scores(name_calling=0.9, doubt=0.9)).route == "review"
    assert decide_route(policy, "none", scores(name_calling=0.1, doubt=0.9)).route == "pass"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "no JSON"),
        (json.dumps([rule(), rule(feature="toxicity")]), "rule 2: there is no feature 'toxicity'.*name_calling"),
        (json.dumps([rule(threshold=80)]), "rule 1 threshold"),
        (json.dumps([rule(route="")]), "rule 1 route"),
        (json.dumps([rule(route="two words")]), "rule 1 route"),
        (json.dumps([rule(status="PREMOD")]), "rule 1 status"),
        ('[{"feature": "doubt", "threshold": 0.5}]', "rule 1 route"),
        (json.dumps([rule()] * 101), "100"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_by_the_number_of_its_rule(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_routing(text)
