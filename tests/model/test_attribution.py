from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model import attribution as attribution_module
from framescope_model.attribution import EvidenceIndex, find_attributions
from framescope_model.encoding import TextEncoder
from framescope_model.prediction import Prediction
from framescope_model.results import Attribution, Evidence, Voice
from framescope_model.spans import Span

NOBODY = Evidence(Voice.NARRATOR, (), ())


def found(marked: Any) -> list[Attribution]:
    return find_attributions(marked.predict(), 0.5, 0.5)


def test_a_cue_is_told_with_its_source_and_content(marker: Callable[[str], Any]) -> None:
    marked = marker("The minister said that the war is lost.")
    marked.relate("said", source="The minister", content="that the war is lost")
    assert found(marked) == [
        Attribution(
            (marked.span("The minister"),),
            (marked.span("said"),),
            (marked.span("that the war is lost"),),
            Voice.REPORTED,
        )
    ]


def test_a_cue_without_content_is_no_attribution(marker: Callable[[str], Any]) -> None:
    assert found(marker("The minister said so.").relate("said", source="The minister")) == []


def test_a_source_may_be_absent(marker: Callable[[str], Any]) -> None:
    (attribution,) = found(marker("It is said the war is lost.").relate("is said", content="the war is lost"))
    assert attribution.source == ()


def test_content_may_be_discontinuous(marker: Callable[[str], Any]) -> None:
    marked = marker("The war, the minister said, is a lost cause.")
    marked.relate("said", source="the minister", content="The war")
    marked.keys[marked.tokens("is a lost cause"), 1, 0] = 10.0
    (attribution,) = found(marked)
    assert attribution.content == (marked.span("The war"), marked.span("is a lost cause"))


def test_content_mostly_in_quotation_marks_is_quoted(marker: Callable[[str], Any]) -> None:
    quoted = marker("He said: “The war is lost.”").relate("said", source="He", content="The war is lost")
    assert [attribution.voice for attribution in found(quoted)] == [Voice.QUOTED]
    scare = marker("He said the war is a “lost” cause.").relate(
        "said", source="He", content="the war is a “lost” cause"
    )
    assert [attribution.voice for attribution in found(scare)] == [Voice.REPORTED]


def test_two_cues_keep_their_own_sources(marker: Callable[[str], Any]) -> None:
    marked = marker("Ann said the war is lost. Ben denied that it is over.")
    marked.relate("denied", source="Ben", content="that it is over")
    marked.relate("said", source="Ann", content="the war is lost")
    assert [[piece.cut(marked.text) for piece in a.source] for a in found(marked)] == [["Ann"], ["Ben"]]


def test_a_word_is_the_sources_or_the_contents_whichever_link_is_stronger(marker: Callable[[str], Any]) -> None:
    marked = marker("The minister said the war is lost.")
    marked.relate("said", source="The minister", content="the war is lost")
    marked.keys[marked.tokens("The minister"), 1, 0] = 5.0
    (attribution,) = found(marked)
    assert attribution.source == (marked.span("The minister"),)
    assert attribution.content == (marked.span("the war is lost"),)


def test_content_on_both_sides_does_not_swallow_the_cue(marker: Callable[[str], Any]) -> None:
    marked = marker("War said war.").relate("said", content="War said war")
    (attribution,) = found(marked)
    assert [piece.cut(marked.text) for piece in attribution.content] == ["War", "war"]


def test_nothing_is_linked_from_too_far_away(marker: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    marked = marker("A man said it. " + "The war is long. " * 5 + "It is lost.")
    marked.relate("said", source="A man", content="It is lost")
    assert len(found(marked)) == 1
    monkeypatch.setattr(attribution_module, "MAX_LINK_TOKENS", 10)
    assert found(marked) == []


def test_thresholds_are_those_of_cues_and_links(marker: Callable[[str], Any]) -> None:
    marked = marker("It said war.").relate("said", content="war")
    marked.roles[marked.tokens("said"), 1] = 0.0
    prediction = marked.predict()
    assert len(find_attributions(prediction, 0.5, 0.5)) == 1
    assert find_attributions(prediction, 0.51, 0.5) == []
    assert find_attributions(prediction, 0.5, 1.0) == []


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("ab c.,“”'\n-"), max_size=80), seed=st.integers(0, 1000))
def test_pieces_are_disjoint_and_in_order(encoder: TextEncoder, text: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    encoded = encoder.encode(text)
    arrays = [
        generator.normal(size=(len(encoded), *width)).astype(np.float32)
        for width in ((19,), (), (14,), (), (3,), (2, 4), (2, 4))
    ]
    prediction = Prediction(text, encoded, *arrays, np.zeros(2, dtype=np.float32))
    attributions = find_attributions(prediction, 0.6, 0.5)
    starts = [min(a.source + a.cue + a.content) for a in attributions]
    assert starts == sorted(starts)
    for attribution in attributions:
        assert attribution.content
        assert attribution.cue
        for role in (attribution.source, attribution.content):
            assert list(role) == sorted(role)
        pieces = sorted(attribution.source + attribution.cue + attribution.content)
        assert all(one.end <= other.start for one, other in pairwise(pieces))


SAID = Attribution((Span(0, 5),), (Span(6, 10),), (Span(11, 50),), Voice.REPORTED)
INNER = Attribution((Span(11, 15),), (Span(16, 20),), (Span(21, 40),), Voice.REPORTED)


def test_a_span_in_nobodys_content_is_the_narrators() -> None:
    assert EvidenceIndex(100, [], [SAID]).evidence(Span(60, 70)) == NOBODY
    assert EvidenceIndex(100, [], []).evidence(Span(0, 100)) == NOBODY


def test_a_span_mostly_in_content_is_reported_with_its_source_and_cue() -> None:
    index = EvidenceIndex(100, [], [SAID])
    assert index.evidence(Span(45, 54)) == Evidence(Voice.REPORTED, SAID.source, SAID.cue)
    assert index.evidence(Span(45, 56)) == NOBODY


def test_the_smallest_content_around_a_span_wins() -> None:
    index = EvidenceIndex(100, [], [SAID, INNER])
    assert index.evidence(Span(22, 30)).source == INNER.source
    assert index.evidence(Span(41, 50)).source == SAID.source


def test_a_span_mostly_in_quotation_marks_is_quoted_whoever_speaks() -> None:
    index = EvidenceIndex(100, [Span(20, 30), Span(60, 80)], [SAID])
    assert index.evidence(Span(21, 29)) == Evidence(Voice.QUOTED, SAID.source, SAID.cue)
    assert index.evidence(Span(61, 79)) == Evidence(Voice.QUOTED, (), ())


def test_pieces_of_one_content_count_together() -> None:
    pieces = Attribution((), (Span(20, 24),), (Span(0, 19), Span(25, 45)), Voice.REPORTED)
    assert EvidenceIndex(100, [], [pieces]).evidence(Span(0, 45)).voice is Voice.REPORTED
