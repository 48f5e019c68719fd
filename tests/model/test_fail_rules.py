import pytest

from framescope_model.fail_rules import FailRule, MalformedRule, broken_rules, parse_rule
from framescope_model.language import DetectedLanguage
from framescope_model.outcomes import Scored
from framescope_model.results import ScoredDocument, ScoredPassage
from framescope_model.spans import Span

TEXT = "It rained.\r\nIt was the worst day."
PASSAGES = (
    ScoredPassage(Span(0, 10), {"doubt": 0.8, "slogans": 0.1}, ()),
    ScoredPassage(Span(12, 33), {"doubt": 0.79, "slogans": 0.2}, ("slogans",)),
)
OUTCOME = Scored("a.txt", TEXT, DetectedLanguage("en", 1.0), ScoredDocument({}, PASSAGES, (), (), ()))


def lines(*values: str) -> list[str]:
    return list(broken_rules([parse_rule(value, None) for value in values], OUTCOME))


def test_a_score_is_reached_from_the_number_on() -> None:
    assert lines("doubt:0.8") == ["a.txt:1: doubt 0.80: “It rained.”"]
    assert len(lines("doubt:0.79")) == 2
    assert lines("doubt:0.81") == []


def test_a_feature_alone_means_what_is_flagged() -> None:
    assert lines("slogans") == lines("any") == ["a.txt:2: slogans 0.20: “It was the worst day.”"]


def test_a_passage_is_told_once_a_feature() -> None:
    assert len(lines("any:0.2", "slogans", "slogans:0.2")) == 3


@pytest.mark.parametrize(
    "value", ["", "bias", "doubt:", "doubt:high", "doubt:-0.1", "doubt:1.01", "doubt:nan", "doubt=1"]
)
def test_a_malformed_rule_is_refused(value: str) -> None:
    with pytest.raises(MalformedRule):
        parse_rule(value, None)


def test_a_rule_on_a_feature_that_is_not_reported_is_refused() -> None:
    assert parse_rule("doubt", ["doubt"]) == FailRule("doubt", None)
    with pytest.raises(MalformedRule, match="slogans"):
        parse_rule("slogans", ["doubt"])
