from framescope_model.document_json import document_json, failure_json
from framescope_model.errors import EmptyText
from framescope_model.features import Mode
from framescope_model.language import DetectedLanguage
from framescope_model.results import (
    Attribution,
    Evidence,
    FeatureScore,
    FeatureSpan,
    ScoredDocument,
    ScoredPassage,
    Skipped,
    Voice,
)
from framescope_model.spans import Span


def test_a_document_has_the_shape_of_the_native_contract() -> None:
    document = ScoredDocument(
        {"doubt": FeatureScore(0.1234567, flagged=True, share=0.5)},
        (ScoredPassage(Span(0, 9), {"doubt": 0.1234567}, ("doubt",)),),
        (
            FeatureSpan("doubt", Span(1, 4), 0.5, None, Evidence(Voice.NARRATOR, (), ())),
            FeatureSpan(
                "state_official_narrative",
                Span(5, 8),
                0.5,
                Mode.ADOPTED,
                Evidence(Voice.REPORTED, (Span(0, 2), Span(3, 4)), (Span(4, 5),)),
            ),
        ),
        (Attribution((), (Span(4, 5),), (Span(5, 8),), Voice.QUOTED),),
        (Skipped(Span(9, 12), "boilerplate"),),
    )
    assert document_json("a.txt", DetectedLanguage("en", 0.98), document) == {
        "id": "a.txt",
        "language": {"code": "en", "score": 0.98},
        "scores": {"doubt": {"score": 0.123457, "flagged": True, "share": 0.5}},
        "passages": [{"start": 0, "end": 9, "scores": {"doubt": 0.123457}, "flags": ["doubt"]}],
        "spans": [
            {
                "feature": "doubt",
                "start": 1,
                "end": 4,
                "score": 0.5,
                "mode": None,
                "evidence": {"voice": "narrator", "source": None, "cue": None},
            },
            {
                "feature": "state_official_narrative",
                "start": 5,
                "end": 8,
                "score": 0.5,
                "mode": "adopted",
                "evidence": {"voice": "reported", "source": [[0, 2], [3, 4]], "cue": [[4, 5]]},
            },
        ],
        "attributions": [{"source": [], "cue": [[4, 5]], "content": [[5, 8]], "voice": "quoted"}],
        "skipped": [{"start": 9, "end": 12, "reason": "boilerplate"}],
    }


def test_a_failure_carries_its_code_and_what_to_do() -> None:
    assert failure_json("b.txt", EmptyText("holds no text")) == {
        "id": "b.txt",
        "error": {"code": "empty_text", "detail": "holds no text"},
    }
