from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framescope_model.decoding import DecodingSettings, best_span, layout_of, sourcing_spans, technique_spans
from framescope_model.encoding import TextEncoder
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS
from framescope_model.layout import is_edge_mark
from framescope_model.prediction import Prediction
from framescope_model.spans import Span
from framescope_model.techniques import TechniqueClassifier

SUPERLATIVE, NARRATIVE = "unattributed_superlative", "state_official_narrative"
HALF = dict.fromkeys(SOURCING_IDS, 0.5)
LOADED, LABEL = TECHNIQUE_IDS.index("loaded_language"), TECHNIQUE_IDS.index("name_calling")

UNFITTED = TechniqueClassifier.unfitted()


def words(found: list[tuple[str, Span]], text: str, feature: str | None = None) -> list[str]:
    return [span.cut(text) for name, span in found if feature in (None, name)]


def sourcing(marked: Any) -> list[str]:
    return words(sourcing_spans(marked.predict(), HALF), marked.text)


@pytest.mark.parametrize(
    ("text", "marked", "found"),
    [
        ("It was unprecedented, they wrote.", "preced", "unprecedented"),
        ("It was unprecedented, they wrote.", "unprecedented,", "unprecedented"),
        ("A so-called plan failed.", "called", "so-called"),
        ("The people's will counts.", "s will", "people's will"),
        ("He said (the worst ever) again.", "(the worst ever)", "the worst ever"),
        ("They called it “a disgrace”.", "“a disgrace”.", "a disgrace"),
        ("Prices rose 1.5 percent.", "5", "1.5"),
        ("A record 40% fall.", "40% fall", "40% fall"),
        ("A $40 record.", "$40", "$40"),
        ("Not the workers' fault.", "workers' fault.", "workers' fault"),
    ],
)
def test_a_span_is_snapped_to_whole_words_without_punctuation_at_its_edges(
    marker: Callable[[str], Any], text: str, marked: str, found: str
) -> None:
    assert sourcing(marker(text).mark(SUPERLATIVE, marked)) == [found]


def test_a_gap_of_one_token_is_bridged_and_a_longer_one_is_not(marker: Callable[[str], Any]) -> None:
    one = marker("x y z w.").mark(SUPERLATIVE, "x").mark(SUPERLATIVE, "z")
    assert sourcing(one) == ["x y z"]
    two = marker("x y z w.").mark(SUPERLATIVE, "x").mark(SUPERLATIVE, "w")
    assert sourcing(two) == ["x", "w"]


def test_the_stop_between_two_sentences_is_not_bridged(marker: Callable[[str], Any]) -> None:
    marked = marker("The war is lost. Years have gone by.").mark(SUPERLATIVE, "lost").mark(SUPERLATIVE, "Years")
    assert len(marked.encoded.segmentation.passages) == 2
    assert sourcing(marked) == ["lost", "Years"]


def test_a_span_never_crosses_a_paragraph(marker: Callable[[str], Any]) -> None:
    text = "The war is lost\n\nThe end is near."
    prediction = marker(text).predict()
    prediction.features[:] = 6.0
    prediction.presence[:] = 6.0
    expected = ["The war is lost", "The end is near"]
    assert words(sourcing_spans(prediction, {SUPERLATIVE: 0.5}), text) == expected
    assert words(technique_spans(prediction, 0.5, UNFITTED), text) == expected


def test_punctuation_alone_is_no_span(marker: Callable[[str], Any]) -> None:
    assert sourcing(marker("Well ... no!").mark(SUPERLATIVE, "...")) == []


def test_spans_of_different_features_may_overlap(marker: Callable[[str], Any]) -> None:
    marked = marker("It is the worst war.").mark(SUPERLATIVE, "the worst").mark(NARRATIVE, "worst war")
    assert sourcing_spans(marked.predict(), HALF) == [
        (SUPERLATIVE, marked.span("the worst")),
        (NARRATIVE, marked.span("worst war")),
    ]


def test_only_the_features_asked_for_are_found_each_with_its_own_threshold(marker: Callable[[str], Any]) -> None:
    marked = marker("It is the worst war.").mark(SUPERLATIVE, "worst", 0.0).mark(NARRATIVE, "worst war", 0.0)
    prediction = marked.predict()
    assert sourcing_spans(prediction, {SUPERLATIVE: 0.5}) == [(SUPERLATIVE, marked.span("worst"))]
    assert sourcing_spans(prediction, {SUPERLATIVE: 0.51, NARRATIVE: 0.5}) == [(NARRATIVE, marked.span("worst war"))]


def test_a_run_is_split_where_its_technique_changes(marker: Callable[[str], Any]) -> None:
    text = "This is a vile and wicked deed those cunning traitors did."
    marked = marker(text).mark("loaded_language", "vile and wicked deed").mark("name_calling", "those cunning traitors")
    assert technique_spans(marked.predict(), 0.5, UNFITTED) == [
        ("loaded_language", marked.span("vile and wicked deed")),
        ("name_calling", marked.span("those cunning traitors")),
    ]


@pytest.mark.parametrize("odd", ["vile", "wicked", "deed"])
def test_a_single_odd_word_does_not_split_a_run(marker: Callable[[str], Any], odd: str) -> None:
    marked = marker("This vile and wicked deed.").mark("loaded_language", "vile and wicked deed")
    tokens = marked.tokens(odd)
    marked.classes[tokens, LOADED], marked.classes[tokens, LABEL] = 0.0, 6.0
    assert technique_spans(marked.predict(), 0.5, UNFITTED) == [
        ("loaded_language", marked.span("vile and wicked deed"))
    ]


def test_a_technique_is_that_of_the_mean_class_logits(marker: Callable[[str], Any]) -> None:
    marked = marker("x y z.").mark("loaded_language", "x y z", 1.0)
    tokens = marked.tokens("x")
    marked.classes[tokens, LABEL] = 20.0
    assert technique_spans(marked.predict(), 0.5, UNFITTED) == [("name_calling", marked.span("x y z"))]


def test_the_best_span_lies_around_the_highest_logit_among_the_kept(marker: Callable[[str], Any]) -> None:
    marked = (
        marker("The worst war of all is a war.").mark(SUPERLATIVE, "worst war", -1.0).mark(SUPERLATIVE, "all", -3.0)
    )
    prediction = marked.predict()
    layout, logits = layout_of(prediction), prediction.features[:, 0]
    everything, kept = (0, len(logits)), np.ones(len(logits), dtype=np.bool_)
    assert best_span(layout, logits, kept, everything) == marked.span("worst war")
    kept[marked.tokens("worst war")] = False
    assert best_span(layout, logits, kept, everything) == marked.span("all")
    kept[:] = False
    assert best_span(layout, logits, kept, everything) is None


def test_the_best_span_is_never_punctuation(marker: Callable[[str], Any]) -> None:
    marked = marker("No war!").mark(SUPERLATIVE, "!", 9.0).mark(SUPERLATIVE, "war", -2.0)
    prediction = marked.predict()
    kept = np.ones(len(prediction.encoded), dtype=np.bool_)
    found = best_span(layout_of(prediction), prediction.features[:, 0], kept, (0, len(kept)))
    assert found == marked.span("war")


TEXT = st.text(
    st.sampled_from("abcX é's-—.,!?“”\"$%3\n\u0301\u200d\u00adﬁİ你🔥\ufffd\ud800"),
    min_size=1,
    max_size=60,
)


def random_prediction(encoder: TextEncoder, text: str, seed: int) -> Prediction:
    generator = np.random.default_rng(seed)
    encoded = encoder.encode(text)
    count = len(encoded)

    def draw(*width: int) -> Any:
        return (2 * generator.normal(size=(count, *width))).astype(np.float32)

    return Prediction(
        text,
        encoded,
        draw(19),
        draw(),
        draw(14),
        draw(),
        draw(3),
        draw(2, 8),
        draw(2, 8),
        np.zeros(2, dtype=np.float32),
    )


RANDOM = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_well_formed(prediction: Prediction, spans: list[Span]) -> None:
    text = prediction.text
    paragraphs = prediction.encoded.segmentation.paragraphs
    previous_end = 0
    for span in sorted(spans):
        assert previous_end <= span.start < span.end <= len(text)
        previous_end = span.end
        assert not is_edge_mark(text[span.start])
        assert not is_edge_mark(text[span.end - 1])
        for edge in (span.start, span.end):
            assert not (0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum())
        assert sum(paragraph.overlap(span) > 0 for paragraph in paragraphs) == 1


@RANDOM
@given(text=TEXT, seed=st.integers(0, 1000), threshold=st.floats(0, 1))
def test_spans_are_in_range_disjoint_snapped_and_within_a_paragraph(
    encoder: TextEncoder, text: str, seed: int, threshold: float
) -> None:
    prediction = random_prediction(encoder, text, seed)
    techniques = technique_spans(prediction, threshold, UNFITTED)
    assert [span for _, span in techniques] == sorted(span for _, span in techniques)
    assert_well_formed(prediction, [span for _, span in techniques])
    found = sourcing_spans(prediction, dict.fromkeys(SOURCING_IDS, threshold))
    for feature in SOURCING_IDS:
        assert_well_formed(prediction, [span for name, span in found if name == feature])


def told(text: str, spans: list[tuple[str, Span]]) -> set[int]:
    return {at for _, span in spans for at in range(span.start, span.end) if not is_edge_mark(text[at])}


@RANDOM
@given(text=TEXT, seed=st.integers(0, 1000), thresholds=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_higher_threshold_never_finds_more(
    encoder: TextEncoder, text: str, seed: int, thresholds: tuple[float, float]
) -> None:
    low, high = sorted(thresholds)
    prediction = random_prediction(encoder, text, seed)
    assert told(text, technique_spans(prediction, high, UNFITTED)) <= told(
        text, technique_spans(prediction, low, UNFITTED)
    )
    few, many = (sourcing_spans(prediction, {SUPERLATIVE: threshold}) for threshold in (high, low))
    assert told(text, few) <= told(text, many)


def data() -> dict[str, Any]:
    return {
        "passage_thresholds": dict.fromkeys(FEATURE_IDS, 0.25),
        "span_thresholds": dict.fromkeys(SOURCING_IDS, 0.5),
        "presence_threshold": 0.1,
        "cue_threshold": 0.2,
        "link_threshold": 0.3,
        "mode_threshold": 0.4,
    }


def test_settings_survive_writing_and_reading() -> None:
    assert DecodingSettings.from_data(data()).to_data() == data()


@pytest.mark.parametrize("name", list(data()))
def test_settings_that_lack_a_threshold_are_refused(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        DecodingSettings.from_data({key: value for key, value in data().items() if key != name})


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "0.5", None])
def test_settings_with_what_is_no_probability_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="probability"):
        DecodingSettings.from_data(data() | {"link_threshold": value})
