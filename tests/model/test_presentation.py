import io

from rich.console import Console

from framescope_model.features import Mode
from framescope_model.language import DetectedLanguage
from framescope_model.presentation import printable, show_document
from framescope_model.results import Evidence, FeatureScore, FeatureSpan, ScoredDocument, ScoredPassage, Voice
from framescope_model.spans import Span

TEXT = "It rained. The ministry said the enemy fled."


def shown(document: ScoredDocument) -> str:
    output = io.StringIO()
    show_document(Console(file=output, width=200), "a.txt", TEXT, DetectedLanguage("en", 1.0), document)
    return output.getvalue()


def test_only_flagged_sentences_are_shown_with_words_and_evidence() -> None:
    start = TEXT.index("The ministry")
    words = Span(TEXT.index("the enemy"), len(TEXT) - 1)
    source, cue = Span(start, start + 12), Span(start + 13, start + 17)
    feature = "state_official_narrative"
    evidence = Evidence(Voice.REPORTED, (source,), (cue,))
    document = ScoredDocument(
        {feature: FeatureScore(0.9, flagged=True, share=0.5)},
        (
            ScoredPassage(Span(0, 10), {feature: 0.1}, ()),
            ScoredPassage(Span(start, len(TEXT)), {feature: 0.9}, (feature,)),
        ),
        (FeatureSpan(feature, words, 0.8, Mode.RELAYED, evidence),),
        (),
        (),
    )
    output = shown(document)
    assert "It rained" not in output
    assert "1 of 2 passages flagged" in output
    assert "“the enemy fled”  reported; relayed; source: The ministry; cue: said" in output


def test_a_document_without_passages_is_shown() -> None:
    assert "0 of 0 passages flagged" in shown(ScoredDocument({}, (), (), (), ()))


def test_printable_text_keeps_its_length() -> None:
    assert printable("a\x1b[0m\u202eb\nc") == "a [0m b c"
