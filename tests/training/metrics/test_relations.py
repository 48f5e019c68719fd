import itertools
import math
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.results import Attribution, Voice
from framescope_model.spans import Span
from framescope_training.metrics.counts import MatchCounts
from framescope_training.metrics.relations import match_relations, measure_relations, relation_counts

# "The ministry said | that ... ": source [0, 10), cue [11, 15), content [20, 60).
SAID = Attribution((Span(0, 10),), (Span(11, 15),), (Span(20, 60),), Voice.REPORTED)

span = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 8), st.integers(1, 6))
no_pieces_or_some = st.lists(span, max_size=2).map(tuple)
some_pieces = st.lists(span, min_size=1, max_size=2).map(tuple)
relation = st.builds(Attribution, no_pieces_or_some, some_pieces, some_pieces, st.just(Voice.REPORTED))


def matched(gold: Attribution, predicted: Attribution, *, strict: bool = False) -> bool:
    return relation_counts(gold=[gold], predicted=[predicted], strict=strict).matched == 1


def test_a_relation_matches_itself_in_both_senses() -> None:
    assert matched(SAID, SAID)
    assert matched(SAID, SAID, strict=True)


@pytest.mark.parametrize(
    ("role", "found", "lenient"),
    [
        # content [20, 60) of 40: found [20, 33) of 13 has Dice 26/53 < 0.5, found [20, 34) of 14 has 28/54 > 0.5.
        ("content", (Span(20, 33),), False),
        ("content", (Span(20, 34),), True),
        # content [20, 60), found [40, 80): 2 * 20 / (40 + 40) is 0.5 and suffices; one character on, 38/80, does not.
        ("content", (Span(40, 80),), True),
        ("content", (Span(41, 81),), False),
        # source [0, 10): found [0, 4) has 8/14 > 0.5, found [0, 3) has 6/13 < 0.5.
        ("source", (Span(0, 4),), True),
        ("source", (Span(0, 3),), False),
        # cue [11, 15): found [11, 13) has 4/6, found [14, 15) overlaps but has 2/5.
        ("cue", (Span(11, 13),), True),
        ("cue", (Span(14, 15),), False),
        ("cue", (Span(15, 19),), False),
        ("source", (), False),
    ],
)
def test_each_role_needs_half_the_overlap(role: str, found: tuple[Span, ...], lenient: bool) -> None:
    change: dict[str, Any] = {role: found}
    other = replace(SAID, **change)
    assert matched(SAID, other) is lenient
    assert matched(other, SAID) is lenient
    assert not matched(SAID, other, strict=True)


def test_a_source_that_nobody_names_agrees_with_none() -> None:
    agentless = replace(SAID, source=())
    assert matched(agentless, agentless)
    assert matched(agentless, agentless, strict=True)


def test_discontinuous_content_is_compared_over_all_its_pieces() -> None:
    # Gold [20, 30) and [50, 60), found [20, 60): Dice 2 * 20 / (20 + 40) = 2/3, the same characters only in part.
    torn = replace(SAID, content=(Span(20, 30), Span(50, 60)))
    assert matched(torn, SAID)
    assert not matched(torn, SAID, strict=True)


def test_strict_matching_asks_for_the_same_pieces_in_any_order() -> None:
    # [20, 40) and [40, 60) cover what [20, 60) covers, but are not its pieces.
    cut = replace(SAID, content=(Span(20, 40), Span(40, 60)))
    assert matched(cut, replace(cut, content=cut.content[::-1]), strict=True)
    assert not matched(SAID, cut, strict=True)
    assert matched(SAID, cut)


def test_a_relation_is_matched_only_once() -> None:
    assert relation_counts(gold=[SAID], predicted=[SAID, SAID]) == MatchCounts(1, 2, 1)
    assert relation_counts(gold=[SAID, SAID], predicted=[SAID]) == MatchCounts(1, 1, 2)


def test_the_closer_of_two_candidates_is_taken() -> None:
    rough = replace(SAID, content=(Span(20, 50),))
    assert match_relations(gold=[SAID], predicted=[rough, SAID]) == ((0, 1),)


def test_a_relation_gives_way_when_more_can_then_be_matched() -> None:
    # Contents: gold a [20, 60), b [40, 80); found c [20, 60), d [0, 40). a-c is perfect, a-d and b-c have 40/80, b-d 0.
    # Taking the best pair first would leave b and d alone; two pairs can be had.
    a, b = SAID, replace(SAID, content=(Span(40, 80),))
    c, d = SAID, replace(SAID, content=(Span(0, 40),))
    assert match_relations(gold=[a, b], predicted=[c, d]) == ((0, 1), (1, 0))


def test_more_pairs_are_preferred_to_closer_ones() -> None:
    # Each relation lies half a length on from the one before, so that neighbours have 0.5 in every role and others 0.
    # Gold 1 2 3, found 0 1 2: pairing the equal ones has 2 pairs of overlap 3, each with the one before 3 pairs of 1.5.
    row = [
        Attribution(
            (Span(5 * i, 5 * i + 10),), (Span(100 + i, 102 + i),), (Span(200 + 5 * i, 210 + 5 * i),), Voice.REPORTED
        )
        for i in range(4)
    ]
    assert match_relations(gold=row[1:], predicted=row[:3]) == ((0, 0), (1, 1), (2, 2))


def test_relations_without_cues_do_not_pair() -> None:
    # The type of an attribution forbids it; a reader of a corpus may still let one through.
    assert not matched(replace(SAID, cue=()), replace(SAID, cue=()))


def test_two_claims_of_one_cue_are_kept_apart() -> None:
    second = replace(SAID, content=(Span(70, 90),))
    assert match_relations(gold=[SAID, second], predicted=[second, SAID]) == ((0, 1), (1, 0))


def test_the_measure_pools_documents() -> None:
    # First: 1 matched of 1 predicted and 2 gold. Second: 0 of 1 and 0. F1 = 2 * 1 / (2 + 2) = 0.5.
    far = replace(SAID, cue=(Span(90, 95),))
    result = measure_relations(gold=[[SAID, far], []], predicted=[[SAID], [SAID]])
    assert result == MatchCounts(1, 2, 2)
    assert result.f1 == 0.5


def test_nothing_against_nothing_is_undefined() -> None:
    assert relation_counts(gold=[], predicted=[]) == MatchCounts()
    assert relation_counts(gold=[SAID], predicted=[]) == MatchCounts(0, 0, 1)
    assert math.isnan(measure_relations(gold=[], predicted=[]).f1)


def test_different_numbers_of_documents_are_refused() -> None:
    with pytest.raises(ValueError, match="gold has 1 documents, predicted has 0"):
        measure_relations(gold=[[]], predicted=[])


@given(st.lists(relation, max_size=4), st.lists(relation, max_size=4), st.booleans())
def test_as_many_pairs_are_made_as_can_be(gold: list[Attribution], predicted: list[Attribution], strict: bool) -> None:
    fits = [[matched(truth, found, strict=strict) for found in predicted] for truth in gold]
    short, long = sorted((len(gold), len(predicted)))
    best = max(
        sum((fits[i][j] if len(gold) <= len(predicted) else fits[j][i]) for i, j in enumerate(order))
        for order in itertools.permutations(range(long), short)
    )
    assert relation_counts(gold=gold, predicted=predicted, strict=strict).matched == best


@given(st.lists(relation, max_size=5), st.lists(relation, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_relations_changes_nothing(
    gold: list[Attribution], predicted: list[Attribution], shuffler: random.Random
) -> None:
    shuffled = shuffler.sample(predicted, len(predicted))
    assert relation_counts(gold=gold, predicted=shuffled) == relation_counts(gold=gold, predicted=predicted)


@given(st.lists(relation, max_size=5), st.booleans())
def test_gold_against_itself_is_perfect(gold: list[Attribution], strict: bool) -> None:
    assert relation_counts(gold=gold, predicted=gold, strict=strict) == MatchCounts(len(gold), len(gold), len(gold))


@given(st.lists(relation, max_size=5), st.lists(relation, max_size=5))
def test_what_matches_strictly_matches_otherwise_too(gold: list[Attribution], predicted: list[Attribution]) -> None:
    strict = relation_counts(gold=gold, predicted=predicted, strict=True).matched
    assert strict <= relation_counts(gold=gold, predicted=predicted).matched
