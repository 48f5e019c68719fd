import numpy as np
import pytest

from framescope_model.features import FEATURE_IDS, SOURCING_IDS
from framescope_model.results import FeatureScore, ScoredDocument
from framescope_training.swaps import SwapFigures, find_mentions, measure_swaps, read_states, swap, swapped_versions

STATES = read_states()
BY_NAME = {state.name: state for state in STATES}


def exchanged(text, **mapping):
    return swap(text, find_mentions(text, STATES), {name: BY_NAME[other] for name, other in mapping.items()})


def test_every_word_of_a_state_is_exchanged_for_the_same_kind_of_word():
    text = "Russia's army lied, Kyiv said. Russians in Moscow heard Putin; the Russian-made drone fell."
    expected = "Kenya's army lied, Kyiv said. Kenyans in Nairobi heard Ruto; the Kenyan-made drone fell."
    assert exchanged(text, Russia="Kenya") == expected


def test_two_states_can_change_places():
    text = "Iran blamed Israeli agents, and Israel blamed Iranians."
    assert exchanged(text, Iran="Israel", Israel="Iran") == "Israel blamed Iranian agents, and Iran blamed Israelis."


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("a Russian plane", "Iran", "an Iranian plane"),
        ("An Iranian plane", "Kenya", "A Kenyan plane"),
        ("a Russian plane", "Ukraine", "a Ukrainian plane"),
        ("a Russian plane", "Uganda", "a Ugandan plane"),
    ],
)
def test_the_article_follows_the_new_word(text, other, expected):
    (mention,) = find_mentions(text, STATES)
    assert exchanged(text, **{mention.state.name: other}) == expected


@pytest.mark.parametrize("text", ["South Sudan", "Latin America", "Iranology", "the use of us", "Chile-like Chilenos"])
def test_what_only_looks_like_a_state_is_let_be(text):
    assert [mention.state.name for mention in find_mentions(text, STATES)] in ([], ["Chile"])


def test_the_longer_name_wins():
    (mention,) = find_mentions("in Mexico City", STATES)
    assert (mention.kind, mention.end) == ("capital", 14)


def test_versions_name_other_states_and_nothing_else_differs():
    text = "The Polish foreign minister said Poland had been attacked."
    versions = swapped_versions(text, STATES, 4, np.random.default_rng(0))
    assert len(versions) == 4
    for version in versions:
        assert "Pol" not in version
        assert version.endswith(" had been attacked.")


def test_a_text_without_a_state_has_no_versions():
    assert swapped_versions("The council met.", STATES, 4, np.random.default_rng(0)) == []


def test_each_form_belongs_to_one_state():
    forms = [form for state in STATES for kind in state.forms.values() for form in kind]
    assert len(forms) == len(set(forms))


class WaryOfRussia:
    """Flags, and scores higher, what Russia does."""

    def score(self, texts):
        return [self._document(0.9 if text.startswith("Russia") else 0.4) for text in texts]

    def _document(self, score):
        scores = {feature: FeatureScore(score, flagged=score > 0.5, share=0.0) for feature in FEATURE_IDS}
        return ScoredDocument(scores, (), (), (), ())


def test_a_scorer_that_looks_at_the_name_is_found_out():
    figures = measure_swaps(WaryOfRussia(), ["Russia attacked.", "The council met."], STATES)
    assert set(figures) == set(SOURCING_IDS)
    assert figures["vague_attribution"] == SwapFigures(1, pytest.approx(0.5), 1, 1)
