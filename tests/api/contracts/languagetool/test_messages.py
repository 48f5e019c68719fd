import pytest

from framescope_api.contracts.languagetool.messages import MAX_CUT_LENGTH, TECHNIQUES, cut, message
from framescope_model.features import FEATURE_IDS, TECHNIQUE_IDS, Mode
from framescope_model.results import Evidence, FeatureSpan, Voice
from framescope_model.spans import Span

TEXT = "The Ministry of Defence insisted that it was the worst raid ever."
SOURCE = (Span(0, 23),)


def found(
    feature: str, voice: Voice = Voice.NARRATOR, source: tuple[Span, ...] = (), mode: Mode | None = None
) -> FeatureSpan:
    return FeatureSpan(feature, Span(24, 32), 0.9, mode, Evidence(voice, source, ()))


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (found("unattributed_superlative"), "No source is named for this superlative."),
        (found("unattributed_superlative", Voice.REPORTED, SOURCE), "rests on “The Ministry of Defence”;"),
        (
            found("state_official_narrative", Voice.REPORTED, SOURCE, Mode.RELAYED),
            "This is the word of “The Ministry of Defence”, and nobody in the paragraph questions it.",
        ),
        (
            found("state_official_narrative", mode=Mode.RELAYED),
            "A state actor's claim is passed on here, and nobody in the paragraph questions it.",
        ),
        (found("state_official_narrative", mode=Mode.ADOPTED), "plain fact, in the writer's own voice"),
        (found("vague_attribution"), "“insisted” names nobody whom the reader could identify."),
        (found("loaded_reporting_verb"), "“insisted” judges the claim that it introduces"),
        (found("editorial_assertion"), "and names no source."),
        (found("editorial_assertion", Voice.QUOTED, SOURCE), "quoted from “The Ministry of Defence”."),
        (found("loaded_language", Voice.QUOTED), "The words are quoted."),
        (found("loaded_language", Voice.REPORTED, SOURCE), "reports this from “The Ministry of Defence”."),
    ],
)
def test_a_message_says_what_was_found_and_why(span: FeatureSpan, told: str) -> None:
    assert told in message(span, TEXT)


@pytest.mark.parametrize("feature", FEATURE_IDS)
def test_every_feature_has_a_message_of_whole_sentences(feature: str) -> None:
    for voice in Voice:
        for source in ((), SOURCE):
            told = message(found(feature, voice, source), TEXT)
            assert told[0].isupper() or told[0] == "“"
            assert told.endswith(".")


def test_every_technique_has_a_sentence_of_its_own() -> None:
    assert set(TECHNIQUES) == set(TECHNIQUE_IDS)
    assert len(set(TECHNIQUES.values())) == len(TECHNIQUES)


def test_a_narrators_technique_is_told_without_a_voice() -> None:
    assert message(found("slogans"), TEXT) == TECHNIQUES["slogans"]


def test_words_in_pieces_and_lines_come_on_one_line() -> None:
    assert cut("the\r\nlong  war and peace", [Span(0, 14), Span(19, 24)]) == "the long war … peace"


def test_long_words_are_shortened() -> None:
    assert cut("word " * 100, [Span(0, 500)]) == "word " * 15 + "word …"
    assert len(cut("x" * 500, [Span(0, 500)])) == MAX_CUT_LENGTH + 2
