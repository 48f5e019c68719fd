import pytest

from framescope_training.corpora import AnnotatedText
from framescope_training.splits import MAX_SHARING, held_out_keys, near_duplicate_clusters

STORY = (
    "The harbour board met on a wet Tuesday to hear how the new crane had bent its own rail, and the engineer who "
    "drew it asked for three more weeks and a longer ruler before anyone lifted another box."
)
OTHER = (
    "Bakers in the upper town have agreed to sell yesterday's bread at half price until noon, provided that nobody "
    "complains about the crust, which they say is as hard as the winter was."
)


def article(name: str, text: str, corpus: str = "gazette", group: str | None = None) -> AnnotatedText:
    return AnnotatedText(corpus, name, text, group=group)


def together(left: AnnotatedText, right: AnnotatedText) -> bool:
    clusters = near_duplicate_clusters([left, right])
    return clusters[left.key] == clusters[right.key]


def test_texts_with_nothing_in_common_stay_apart() -> None:
    assert not together(article("a", STORY), article("b", OTHER))


def test_the_same_wording_in_another_corpus_is_one_cluster_whatever_its_case_and_marks() -> None:
    assert together(article("a", STORY), article("b", STORY.upper().replace(",", " -"), corpus="mirror"))


def test_a_text_inside_a_longer_one_is_its_near_duplicate() -> None:
    assert together(article("a", STORY), article("b", f"{OTHER} {OTHER.upper()} {STORY}"))


def test_a_shared_clause_is_not_enough() -> None:
    clause = " ".join(STORY.split()[:10])
    assert not together(article("a", STORY), article("b", f"{OTHER} {clause}"))


def test_texts_of_one_event_belong_together_without_a_shared_word() -> None:
    assert together(article("a", STORY, group="event:1"), article("b", OTHER, group="event:1"))


def test_texts_of_different_events_stay_apart() -> None:
    assert not together(article("a", STORY, group="event:1"), article("b", OTHER, group="event:2"))


def test_a_chain_of_likenesses_is_one_cluster() -> None:
    texts = [article("a", STORY), article("b", STORY, group="event:1"), article("c", OTHER, group="event:1")]
    assert len(set(near_duplicate_clusters(texts).values())) == 1


def test_a_line_that_many_texts_carry_says_nothing_of_duplication() -> None:
    signature = "this newsletter is sent to all who asked for it and to nobody else at all"
    texts = [article(str(number), f"{signature} {'crane ' * 8}{number}") for number in range(MAX_SHARING + 1)]
    assert len(set(near_duplicate_clusters(texts).values())) > 1
    fewer = near_duplicate_clusters(texts[:2])
    assert len(set(fewer.values())) == 1


@pytest.mark.parametrize("texts", [[], ["Too short."], ["", "Too short to tell."]])
def test_texts_too_short_for_a_shingle_are_clusters_of_their_own(texts: list[str]) -> None:
    articles = [article(str(number), text) for number, text in enumerate(texts)]
    clusters = near_duplicate_clusters(articles)
    assert set(clusters) == {text.key for text in articles}
    assert len(set(clusters.values())) == len(articles)


def test_everything_in_a_cluster_with_a_development_text_is_held_out() -> None:
    kept, copy, development = article("a", OTHER), article("b", STORY, corpus="mirror"), article("c", STORY)
    clusters = near_duplicate_clusters([kept, copy, development])
    assert held_out_keys(clusters, [development.key]) == {copy.key, development.key}


def test_without_development_texts_nothing_is_held_out() -> None:
    assert held_out_keys(near_duplicate_clusters([article("a", STORY)]), []) == frozenset()


def test_a_development_key_that_no_text_has_is_named() -> None:
    with pytest.raises(KeyError, match="nowhere"):
        held_out_keys(near_duplicate_clusters([article("a", STORY)]), [("gazette", "nowhere")])
