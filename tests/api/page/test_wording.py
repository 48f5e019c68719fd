import pytest

from framescope_api.page.wording import WORDINGS
from framescope_model.features import FEATURE_IDS, SOURCING_IDS


def test_every_feature_has_its_wording_and_no_other_has() -> None:
    assert set(WORDINGS) == set(FEATURE_IDS)
    assert len({wording.name for wording in WORDINGS.values()}) == len(FEATURE_IDS)


@pytest.mark.parametrize("feature", FEATURE_IDS)
def test_every_feature_is_shown_by_examples_and_counterexamples(feature: str) -> None:
    wording = WORDINGS[feature]
    least = 2 if feature in SOURCING_IDS else 1
    assert min(len(wording.positives), len(wording.negatives)) >= least
    assert wording.advice.endswith((".", "?", "!"))


@pytest.mark.parametrize("feature", FEATURE_IDS)
def test_the_marked_words_stand_once_in_their_example_without_space_or_stop_at_the_edges(feature: str) -> None:
    for example in WORDINGS[feature].positives:
        assert example.text.count(example.marked) == 1
        assert example.marked == example.marked.strip(" .,;:?!")
        assert "".join(example.pieces) == example.text
        assert example.pieces[1] == example.marked
    for example in WORDINGS[feature].negatives:
        assert example.pieces == (example.text, "", "")
