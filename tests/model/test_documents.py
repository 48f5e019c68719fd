from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.documents import Readout, decode_prediction
from framescope_model.encoding import TextEncoder
from framescope_model.errors import InputError, UnknownFeature
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, Mode
from framescope_model.prediction import Prediction
from framescope_model.results import ScoredDocument, ScoreOptions, Voice

SUPERLATIVE, NARRATIVE, LOADED = "unattributed_superlative", "state_official_narrative", "loaded_language"
TEXT = "It is the worst war ever. The war is long. He said: “It is a record high.”"


@pytest.fixture
def decode(readout: Readout) -> Callable[..., ScoredDocument]:
    return lambda marked, **options: decode_prediction(marked.predict(), readout, ScoreOptions(**options))


def told(document: ScoredDocument, text: str) -> list[tuple[str, str]]:
    return [(found.feature, found.span.cut(text)) for found in document.spans]


def test_a_marked_sentence_is_flagged_and_told(marker: Callable[[str], Any], decode: Callable[..., Any]) -> None:
    document = decode(marker(TEXT).mark(SUPERLATIVE, "worst war ever"))
    assert [passage.flags for passage in document.passages] == [(SUPERLATIVE,), (), ()]
    assert told(document, TEXT) == [(SUPERLATIVE, "worst war ever")]
    score = document.scores[SUPERLATIVE]
    assert score.score == max(passage.scores[SUPERLATIVE] for passage in document.passages) > 0.99
    assert score.flagged
    assert score.share == pytest.approx(1 / 3)
    assert not document.scores[LOADED].flagged


def test_only_the_features_asked_for_are_told(marker: Callable[[str], Any], decode: Callable[..., Any]) -> None:
    marked = marker(TEXT).mark(SUPERLATIVE, "worst war").mark(LOADED, "worst war")
    document = decode(marked, features=(LOADED,))
    assert set(document.scores) == set(document.passages[0].scores) == {LOADED}
    assert document.passages[0].flags == (LOADED,)
    assert told(document, TEXT) == [(LOADED, "worst war")]


def test_spans_come_in_text_order(marker: Callable[[str], Any], decode: Callable[..., Any]) -> None:
    marked = marker(TEXT).mark(LOADED, "worst war").mark(SUPERLATIVE, "record high").mark(SUPERLATIVE, "worst war")
    assert told(decode(marked), TEXT) == [
        (SUPERLATIVE, "worst war"),
        (LOADED, "worst war"),
        (SUPERLATIVE, "record high"),
    ]


def test_a_span_in_a_passage_that_is_not_flagged_is_not_told(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    marked = marker(TEXT).mark(SUPERLATIVE, "worst war", 1.0)
    assert told(decode(marked), TEXT) != []
    assert told(decode(marked, thresholds={SUPERLATIVE: 0.9}), TEXT) == []


def test_a_flagged_passage_without_a_span_tells_its_best_words(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    marked = marker(TEXT).mark(SUPERLATIVE, "worst war", -2.0)
    assert told(decode(marked, thresholds={SUPERLATIVE: 0.1}), TEXT) == [(SUPERLATIVE, "worst war")]


def test_a_threshold_of_zero_flags_every_passage(marker: Callable[[str], Any], decode: Callable[..., Any]) -> None:
    document = decode(marker(TEXT), thresholds={SUPERLATIVE: 0.0})
    assert [passage.flags for passage in document.passages] == [(SUPERLATIVE,)] * 3
    assert len(document.spans) == 3


def test_a_spans_score_pools_its_own_tokens(marker: Callable[[str], Any], decode: Callable[..., Any]) -> None:
    (found,) = decode(marker(TEXT).mark(SUPERLATIVE, "worst war", 1.0)).spans
    assert found.score == pytest.approx(1 / (1 + np.exp(-1)), abs=1e-5)


@pytest.mark.parametrize(("logit", "mode"), [(0.0, Mode.ADOPTED), (-0.1, Mode.RELAYED)])
def test_a_state_narrative_has_the_mode_of_its_mean_logit(
    marker: Callable[[str], Any], decode: Callable[..., Any], logit: float, mode: Mode
) -> None:
    marked = (
        marker(TEXT).mark(NARRATIVE, "The war is long", mode=logit).mark(SUPERLATIVE, "The war is long", mode=logit)
    )
    assert {found.feature: found.mode for found in decode(marked).spans} == {NARRATIVE: mode, SUPERLATIVE: None}


def test_evidence_names_the_source(marker: Callable[[str], Any], decode: Callable[..., Any]) -> None:
    text = "The minister said that the war is lost."
    marked = marker(text).mark(NARRATIVE, "the war is lost")
    marked.relate("said", source="The minister", content="that the war is lost")
    document = decode(marked)
    (found,) = document.spans
    assert found.evidence.voice is Voice.REPORTED
    assert [piece.cut(text) for piece in found.evidence.source] == ["The minister"]
    assert len(document.attributions) == 1


@pytest.mark.parametrize("phrase", ["worst war", "WORST WAR", " worst\nwar ", "worst"])
def test_an_ignored_phrase_scores_nothing_and_is_not_told(
    marker: Callable[[str], Any], decode: Callable[..., Any], phrase: str
) -> None:
    marked = marker(TEXT).mark(SUPERLATIVE, phrase.strip().lower().replace("\n", " "))
    document = decode(marked, ignore=(phrase,))
    assert document.spans == ()
    assert document.scores[SUPERLATIVE].score < 0.01


def test_a_span_that_overlaps_an_ignored_phrase_is_dropped(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    marked = marker(TEXT).mark(SUPERLATIVE, "the worst war ever")
    document = decode(marked, ignore=("worst war",))
    assert all("worst" not in words for _, words in told(document, TEXT))
    assert document.passages[0].flags == (SUPERLATIVE,)


@pytest.mark.parametrize("phrase", ["or", "wors", "", "  ", "peace"])
def test_only_whole_words_are_ignored(marker: Callable[[str], Any], decode: Callable[..., Any], phrase: str) -> None:
    assert decode(marker(TEXT).mark(SUPERLATIVE, "worst war"), ignore=(phrase,)).scores[SUPERLATIVE].flagged


def test_ignored_phrases_are_plain_text_whatever_their_marks(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    text = "Is it (the worst)? They don’t know."
    marked = marker(text).mark(SUPERLATIVE, "the worst").mark(LOADED, "don’t know")
    assert decode(marked, ignore=("(the worst)?", "DON'T KNOW")).spans == ()


def test_offsets_hold_where_case_folding_changes_lengths(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    text = "İİİİ ßßß and the worst war."
    assert decode(marker(text).mark(SUPERLATIVE, "worst war"), ignore=("Worst War",)).spans == ()


def test_quoted_speech_can_be_kept_out_of_the_sourcing_scores(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    marked = marker(TEXT).mark(SUPERLATIVE, "record high").mark(LOADED, "record high")
    assert told(decode(marked), TEXT) == [(SUPERLATIVE, "record high"), (LOADED, "record high")]
    document = decode(marked, exclude_quoted=True)
    assert told(document, TEXT) == [(LOADED, "record high")]
    assert document.scores[SUPERLATIVE].score < 0.01


def test_a_passage_with_no_token_left_scores_zero_and_is_never_flagged(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    text = "“It is a record high.”"
    marked = marker(text).mark(SUPERLATIVE, "record high")
    (passage,) = decode(marked, exclude_quoted=True, thresholds={SUPERLATIVE: 0.0}).passages
    assert passage.scores[SUPERLATIVE] == 0.0
    assert passage.flags == ()
    (passage,) = decode(marked, ignore=("it is a record high",), thresholds={SUPERLATIVE: 0.0}).passages
    assert passage.scores[SUPERLATIVE] == 0.0


def test_a_passage_of_punctuation_scores_zero(marker: Callable[[str], Any], decode: Callable[..., Any]) -> None:
    marked = marker("?!").mark(SUPERLATIVE, "?!")
    assert [passage.flags for passage in decode(marked).passages] == [()]


def test_unknown_features_and_impossible_thresholds_are_refused(
    marker: Callable[[str], Any], decode: Callable[..., Any]
) -> None:
    with pytest.raises(UnknownFeature, match="bias"):
        decode(marker(TEXT), features=("bias",))
    with pytest.raises(InputError, match="nan"):
        decode(marker(TEXT), thresholds={LOADED: float("nan")})


def test_decoding_leaves_the_prediction_as_it_was(readout: Readout, marker: Callable[[str], Any]) -> None:
    prediction = marker(TEXT).mark(SUPERLATIVE, "worst war").predict()
    features = prediction.features.copy()
    first = decode_prediction(prediction, readout, ScoreOptions(ignore=("war",), exclude_quoted=True))
    assert decode_prediction(prediction, readout, ScoreOptions(ignore=("war",), exclude_quoted=True)) == first
    np.testing.assert_array_equal(prediction.features, features)


WORDS = st.lists(
    st.sampled_from(["war", "worst", "it", "“no", "way”", "end.", "so-called", "\n\n", "!", "A"]), max_size=25
)


@settings(max_examples=150, deadline=None)
@given(
    words=WORDS,
    seed=st.integers(0, 10_000),
    threshold=st.floats(0, 1),
    ignore=st.lists(st.sampled_from(["war", "it", "so-called", "no way"]), max_size=2),
    exclude_quoted=st.booleans(),
)
def test_spans_and_flags_never_contradict_each_other(
    encoder: TextEncoder,
    readout: Readout,
    words: list[str],
    seed: int,
    threshold: float,
    ignore: list[str],
    exclude_quoted: bool,
) -> None:
    text = " ".join(words)
    generator = np.random.default_rng(seed)
    encoded = encoder.encode(text)
    arrays = [
        (3 * generator.normal(size=(len(encoded), *width))).astype(np.float32)
        for width in ((19,), (), (14,), (), (3,), (2, 4), (2, 4))
    ]
    prediction = Prediction(text, encoded, *arrays, np.zeros(2, dtype=np.float32))
    options = ScoreOptions(None, dict.fromkeys(FEATURE_IDS, threshold), tuple(ignore), exclude_quoted)
    document = decode_prediction(prediction, readout, options)
    for feature in FEATURE_IDS:
        flagged = [passage.span for passage in document.passages if feature in passage.flags]
        spans = [found.span for found in document.spans if found.feature == feature]
        assert all(any(span.overlap(passage) for passage in flagged) for span in spans)
        assert all(any(span.overlap(passage) for span in spans) for passage in flagged)
        assert all(one.end <= other.start for one, other in pairwise(spans))
        assert document.scores[feature].flagged == bool(flagged)
    for passage in document.passages:
        assert all(0 <= score <= 1 for score in passage.scores.values())
        assert all(passage.scores[feature] >= threshold for feature in passage.flags)


def test_every_threshold_of_the_artifact_is_used(readout: Readout, marker: Callable[[str], Any]) -> None:
    marked = marker("He said the war is the worst war.").mark(NARRATIVE, "the war is", 0.0, mode=0.0)
    marked.mark(LOADED, "worst war", 0.0).relate("said", source="He", content="the war is")
    marked.roles[marked.tokens("said"), 1] = 0.0
    prediction = marked.predict()
    before = decode_prediction(prediction, readout, ScoreOptions())
    changes: list[dict[str, Any]] = [
        {"passage_thresholds": dict.fromkeys(FEATURE_IDS, 0.9)},
        {"span_thresholds": dict.fromkeys(SOURCING_IDS, 0.001)},
        {"presence_threshold": 0.001},
        {"cue_threshold": 0.9},
        {"link_threshold": 1.0},
        {"mode_threshold": 0.9},
    ]
    for change in changes:
        changed = replace(readout, settings=replace(readout.settings, **change))
        assert decode_prediction(prediction, changed, ScoreOptions()) != before, change
