from framescope_model.comparison import Claims, Speaker, comparison_json, shared_features, side_of
from framescope_model.features import Mode
from framescope_model.language import DetectedLanguage
from framescope_model.outcomes import Scored
from framescope_model.results import Attribution, Evidence, FeatureScore, FeatureSpan, ScoredDocument, Voice
from framescope_model.spans import Span

TEXT = "Ann Lee said it. “No,” ann  lee said. It is said that it is the worst."
NOBODY = Evidence(Voice.NARRATOR, (), ())


def spot(words: str) -> tuple[Span, ...]:
    start = TEXT.index(words)
    return (Span(start, start + len(words)),)


def scored(*spans: FeatureSpan, scores: dict[str, FeatureScore] | None = None) -> Scored:
    attributions = (
        Attribution(spot("Ann Lee"), spot("said"), spot("it"), Voice.REPORTED),
        Attribution(spot("ann  lee"), spot("said"), spot("No"), Voice.QUOTED),
        Attribution((), spot("is said"), spot("it is the worst"), Voice.REPORTED),
    )
    return Scored("a", TEXT, DetectedLanguage("en", 1.0), ScoredDocument(scores or {}, (), spans, attributions, ()))


def test_a_source_is_one_speaker_whatever_its_case_and_spacing() -> None:
    assert side_of(scored()).speakers == (Speaker("Ann Lee", 1, 1),)


def test_claims_are_counted_by_who_vouches() -> None:
    span = spot("the worst")[0]
    counted = [
        FeatureSpan("unattributed_superlative", span, 0.9, None, NOBODY),
        FeatureSpan("state_official_narrative", span, 0.9, Mode.ADOPTED, NOBODY),
    ]
    others = [
        FeatureSpan("loaded_language", span, 0.9, None, NOBODY),
        FeatureSpan("state_official_narrative", span, 0.9, Mode.RELAYED, NOBODY),
        FeatureSpan("editorial_assertion", span, 0.9, None, Evidence(Voice.QUOTED, (), ())),
        FeatureSpan("editorial_assertion", span, 0.9, None, Evidence(Voice.NARRATOR, spot("Ann Lee"), ())),
    ]
    assert side_of(scored(*counted, *others)).claims == Claims(attributed=2, sourceless=1, unattributed=2)


def test_features_stand_by_their_difference_and_json_tells_it() -> None:
    first = side_of(scored(scores={name: FeatureScore(0.2, flagged=False, share=0.0) for name in ("doubt", "slogans")}))
    second = side_of(
        scored(
            scores={
                "doubt": FeatureScore(0.3, flagged=False, share=0.0),
                "slogans": FeatureScore(0.25, flagged=True, share=0.5),
            }
        )
    )
    assert shared_features(first, second) == ["slogans", "doubt"]
    answer = comparison_json(first, second)
    assert answer["differences"] == {
        "slogans": {"score": 0.05, "share": 0.5},
        "doubt": {"score": 0.1, "share": 0.0},
    }
    assert answer["documents"][0]["sources"] == [{"name": "Ann Lee", "quoted": 1, "reported": 1}]
    assert answer["documents"][1]["claims"] == {"attributed": 2, "sourceless": 1, "unattributed": 0}
