import re
from collections import Counter

import pytest

from framescope_model.features import FEATURE_IDS, Mode
from framescope_model.results import Evidence, FeatureScore, FeatureSpan, ScoredDocument, Voice
from framescope_model.spans import Span
from framescope_training.contrast_pairs import HELD_OUT_PAIRS, ContrastPassage, measure_pairs, read_pairs
from framescope_training.corpora.labels import read_contrast
from framescope_training.variants import VariantCount

LABELS = HELD_OUT_PAIRS.parent.parent / "labels"
STATE = "state_official_narrative"


class Verdicts:
    """Flags what a passage's text names, with the mode that it names."""

    def score(self, texts):
        return [self._document(text.split()) for text in texts]

    def _document(self, words):
        scores = {feature: FeatureScore(0.5, flagged=feature in words, share=0.0) for feature in FEATURE_IDS}
        spans = [
            FeatureSpan(STATE, Span(0, 1), 0.5, mode, Evidence(Voice.NARRATOR, (), ()))
            for mode in Mode
            if mode.value in words
        ]
        return ScoredDocument(scores, (), tuple(spans), (), ())


def passage(pair, contrast, text, features=(), modes=()):
    return ContrastPassage(pair, contrast, text, frozenset(features), frozenset(modes))


def test_a_pair_is_right_only_when_both_sides_are():
    vague = "vague_attribution"
    passages = [
        passage("1", "vague_named", vague, [vague]),
        passage("1", "vague_named", "nothing"),
        passage("2", "vague_named", vague, [vague]),
        passage("2", "vague_named", vague),
        passage("3", "plain", "doubt"),
    ]
    assert measure_pairs(Verdicts(), passages) == {
        "all pairs": VariantCount(1, 2),
        "vague_named": VariantCount(1, 2),
        "plain, sourcing": VariantCount(1, 1),
        "plain, techniques": VariantCount(0, 1),
    }


def test_a_feature_that_both_sides_share_is_not_asked_for():
    shared, flipped = "loaded_reporting_verb", "vague_attribution"
    sides = [
        passage("1", "vague_named", flipped, [shared, flipped]),
        passage("1", "vague_named", "nothing", [shared]),
    ]
    assert measure_pairs(Verdicts(), sides)["all pairs"] == VariantCount(1, 1)


@pytest.mark.parametrize(("found", "right"), [("adopted", 1), ("relayed", 0)])
def test_sides_that_differ_in_their_mode_are_asked_for_it(found, right):
    sides = [
        passage("1", "state_mode", f"{STATE} {found}", [STATE], [Mode.ADOPTED]),
        passage("1", "state_mode", f"{STATE} relayed", [STATE], [Mode.RELAYED]),
    ]
    assert measure_pairs(Verdicts(), sides)["state_mode"] == VariantCount(right, 1)


def test_every_pair_has_two_sides_that_differ():
    passages = [passage for passage in read_pairs() if passage.contrast != "plain"]
    assert set(Counter(passage.pair for passage in passages).values()) == {2}
    for one, other in zip(passages[::2], passages[1::2], strict=True):
        assert one.pair == other.pair
        assert (one.features, one.modes) != (other.features, other.modes)


def test_no_held_out_passage_shares_eight_words_with_a_training_passage():
    def eight_words(text):
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}

    seen = set().union(*(eight_words(passage.text) for passage in read_contrast(LABELS)))
    assert not [passage.pair for passage in read_pairs() if eight_words(passage.text) & seen]
