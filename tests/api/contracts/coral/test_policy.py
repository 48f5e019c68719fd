import json
from typing import Any

import pytest

from framescope_api.contracts.coral.policy import CommentStatus, Decision, FlagReason, Rule, decide, parse_policy
from framescope_model.results import FeatureScore


def rule(**members: Any) -> dict[str, Any]:
    return {"feature": "name_calling", "threshold": 0.8, "status": "PREMOD"} | members


def rules(*given: dict[str, Any]) -> tuple[Rule, ...]:
    return parse_policy(json.dumps(given))


def scores(**given: float) -> dict[str, FeatureScore]:
    return {feature: FeatureScore(score, flagged=False, share=0.0) for feature, score in given.items()}


def test_a_rule_matches_from_its_threshold_on() -> None:
    held = Decision(CommentStatus.PREMOD, (), None)
    assert decide(rules(rule()), scores(name_calling=0.8)) == held
    assert decide(rules(rule()), scores(name_calling=0.79)) is None


def test_without_rules_nothing_is_done() -> None:
    assert decide((), scores(name_calling=1.0)) is None


def test_a_feature_that_the_model_does_not_score_never_matches() -> None:
    assert decide(rules(rule()), scores(loaded_language=1.0)) is None


def test_the_first_rule_that_matches_decides_on_the_status() -> None:
    policy = rules(rule(threshold=0.9, status="REJECTED", explanation="No."), rule(threshold=0.5))
    assert decide(policy, scores(name_calling=0.95)) == Decision(CommentStatus.REJECTED, (), "No.")
    assert decide(policy, scores(name_calling=0.6)) == Decision(CommentStatus.PREMOD, (), None)


def test_the_flags_of_all_rules_that_match_are_gathered_once() -> None:
    flag = {"feature": "doubt", "threshold": 0.5, "flag": "COMMENT_DETECTED_SPAM"}
    policy = rules(flag, flag, rule(flag="COMMENT_DETECTED_TOXIC"))
    assert decide(policy, scores(doubt=0.6, name_calling=0.9)) == Decision(
        CommentStatus.PREMOD, (FlagReason.SPAM, FlagReason.TOXIC), None
    )
    assert decide(policy, scores(doubt=0.6, name_calling=0.1)) == Decision(None, (FlagReason.SPAM,), None)


def test_a_rejection_without_words_of_its_own_says_what_was_found_and_by_whom() -> None:
    decision = decide(rules(rule(status="REJECTED")), scores(name_calling=0.9))
    assert decision is not None
    assert decision.explanation is not None
    assert "by a program" in decision.explanation
    assert "name calling" in decision.explanation
    assert decision.explanation.endswith("is given a label that the audience fears, hates or admires.")


@pytest.mark.parametrize("status", ["NONE", "APPROVED", "REJECTED", "PREMOD", "SYSTEM_WITHHELD"])
def test_each_status_of_coral_can_be_asked_for(status: str) -> None:
    decision = decide(rules(rule(status=status)), scores(name_calling=0.9))
    assert decision is not None
    assert decision.status == status


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON"),
        ("[", "no JSON"),
        ("{}", "tuple"),
        (json.dumps([rule(), rule(feature="toxicity")]), "rule 2: there is no feature 'toxicity'.*name_calling"),
        (json.dumps([rule(status="HIDDEN")]), "rule 1 status: .*PREMOD"),
        (json.dumps([rule(flag="RUDE")]), "rule 1 flag: .*COMMENT_DETECTED_TOXIC"),
        (json.dumps([rule(threshold=0)]), "rule 1 threshold"),
        (json.dumps([rule(threshold=80)]), "rule 1 threshold"),
        (json.dumps([rule(threshold="0.8")]), "rule 1 threshold"),
        ('[{"feature": "doubt", "threshold": NaN, "status": "PREMOD"}]', "rule 1 threshold"),
        (json.dumps([{"feature": "doubt", "status": "PREMOD"}]), "rule 1 threshold"),
        (json.dumps([{"feature": "doubt", "threshold": 0.5}]), "rule 1: give a status, a flag or both"),
        (json.dumps([rule(explanation="No.")]), "only sent with the status REJECTED"),
        (json.dumps([rule(treshold=0.8)]), "rule 1 treshold"),
        (json.dumps([rule()] * 101), "100"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_by_the_number_of_its_rule(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_policy(text)
