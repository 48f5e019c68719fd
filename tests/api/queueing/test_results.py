import json

from keyword_engine import INFO, KeywordEngine, keyword_language

from framescope_api.answers import render_answer
from framescope_api.offsets import OffsetUnit
from framescope_api.queueing.items import Entry, Item
from framescope_api.queueing.results import MAX_KEPT_FIELDS, Reason, dead_fields, result_fields, seen_digest
from framescope_api.queueing.routing import Routing, RoutingRule
from framescope_api.service import Scored
from framescope_model.results import ScoreOptions

RULE = RoutingRule(feature="unattributed_superlative", threshold=0.9, route="review")
TEXT = "\N{GRINNING FACE} The worst ever."


def scored() -> Scored:
    engine = KeywordEngine()
    (prediction,) = engine.predict([TEXT])
    return Scored("a", TEXT, keyword_language(TEXT, None), engine.decode(prediction, ScoreOptions()))


def test_the_document_of_a_result_is_that_of_the_native_contract() -> None:
    item = Item(id="a", text=TEXT, offsets=OffsetUnit.UTF16)
    fields = result_fields(INFO, item, scored(), Routing("review", RULE, 0.93))
    result = json.loads(fields[b"result"])
    native = json.loads(render_answer(INFO, OffsetUnit.UTF16, [scored()], spans=True))
    assert result["document"] == native["documents"][0]
    assert {name: result[name] for name in ("model", "offsets")} == {
        name: native[name] for name in ("model", "offsets")
    }
    assert (fields[b"id"], fields[b"route"], result["id"]) == (b"a", b"review", "a")


def test_a_result_tells_the_rule_that_routed_it_and_the_score_that_met_it() -> None:
    fields = result_fields(INFO, Item(id="a", text=TEXT), scored(), Routing("review", RULE, 0.9300000001))
    assert json.loads(fields[b"result"])["routing"] == {
        "route": "review",
        "rule": {"feature": "unattributed_superlative", "threshold": 0.9},
        "score": 0.93,
    }
    by_default = json.loads(result_fields(INFO, Item(id="a", text=TEXT), scored(), Routing("pass"))[b"result"])
    assert by_default["routing"] == {"route": "pass", "rule": None, "score": None}


def test_a_context_comes_back_as_it_was_sent_and_is_absent_when_there_was_none() -> None:
    context = {"é": [1, None, {"}": '"'}]}
    with_one = result_fields(INFO, Item(id="a", text=TEXT, context=context), scored(), Routing("pass"))
    assert json.loads(with_one[b"result"])["context"] == context
    without = result_fields(INFO, Item(id="a", text=TEXT), scored(), Routing("pass"))
    assert "context" not in json.loads(without[b"result"])


def test_a_dead_letter_holds_the_entry_byte_for_byte_and_the_reason() -> None:
    entry = Entry("5-1", {b"item": b"\xff", b"\xfe": b"\x00"})
    assert dead_fields(entry, Reason("malformed_json", "half a pair: \ud800"), 2) == {
        b"item": b"\xff",
        b"\xfe": b"\x00",
        b"error_code": b"malformed_json",
        b"error_detail": b"half a pair: \\ud800",
        b"error_entry": b"5-1",
        b"error_attempts": b"2",
    }


def test_a_dead_letter_of_more_fields_than_redis_can_pass_on_says_so() -> None:
    entry = Entry("5-1", {str(number).encode(): b"" for number in range(MAX_KEPT_FIELDS + 1)})
    fields = dead_fields(entry, Reason("empty_body", "nothing"), 0)
    assert len(fields) == MAX_KEPT_FIELDS + 4
    assert fields[b"error_detail"] == b"nothing (of 1001 fields, the first 1000 are kept)"


def test_an_item_is_the_same_only_under_the_same_model_and_policy() -> None:
    digest = seen_digest(INFO, [RULE], "pass", b"{}")
    assert seen_digest(INFO, [RULE], "pass", b"{}") == digest
    others = [
        seen_digest(INFO, [RULE], "pass", b"{ }"),
        seen_digest(INFO, [], "pass", b"{}"),
        seen_digest(INFO, [RULE], "hold", b"{}"),
    ]
    assert digest not in others
