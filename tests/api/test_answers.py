from dataclasses import replace

import pytest
from keyword_engine import INFO, KeywordLanguage

from framescope_api.answers import features_answer, is_measured, render_answer
from framescope_api.offsets import OffsetUnit
from framescope_api.schemas import ScoreAnswer
from framescope_api.service import Failure, Scored
from framescope_model.errors import EmptyText
from framescope_model.results import Attribution, FeatureScore, ScoredDocument, ScoredPassage, Voice
from framescope_model.spans import Span


def scored(text: str, document: ScoredDocument) -> Scored:
    return Scored("a", text, KeywordLanguage("en", 1.0), document)


def test_pieces_and_an_empty_source_are_told_as_lists() -> None:
    attribution = Attribution((), (Span(0, 1),), (Span(2, 3), Span(4, 5)), Voice.QUOTED)
    document = ScoredDocument({}, (), (), (attribution,), ())
    answer = ScoreAnswer.model_validate_json(
        render_answer(INFO, OffsetUnit.UTF16, [scored("😀 b c", document)], spans=True)
    )
    told = answer.documents[0].attributions[0]  # type: ignore[union-attr]
    assert (told.source, told.cue, told.content) == ([], [[0, 2]], [[3, 4], [5, 6]])


def test_scores_are_told_with_six_decimals() -> None:
    passage = ScoredPassage(Span(0, 1), {"doubt": 0.12345678}, ())
    document = ScoredDocument({"doubt": FeatureScore(0.12345678, False, 1 / 3)}, (passage,), (), (), ())
    answer = render_answer(INFO, OffsetUnit.CODEPOINT, [scored("a", document)], spans=False)
    assert b'"doubt":{"score":0.123457,"flagged":false,"share":0.333333}' in answer


def test_ids_are_written_as_json_whatever_they_hold() -> None:
    answer = render_answer(INFO, OffsetUnit.UTF8, [Failure('"\\\n', EmptyText("empty"))], spans=True)
    assert ScoreAnswer.model_validate_json(answer).documents[0].id == '"\\\n'


def test_no_documents_make_an_empty_list() -> None:
    assert b'"documents":[]' in render_answer(INFO, OffsetUnit.UTF8, [], spans=True)


@pytest.mark.parametrize(
    ("feature", "measured"),
    [
        ("unattributed_superlative", True),
        ("state_official_narrative", False),
        ("vague_attribution", True),
        ("loaded_language", False),
        ("doubt", False),
    ],
)
def test_a_feature_is_measured_from_an_f1_of_one_half_on(feature: str, measured: bool) -> None:
    assert is_measured(INFO, feature) is measured


def test_only_features_that_the_model_scores_are_listed() -> None:
    answer = features_answer(replace(INFO, thresholds={"doubt": 0.3, "slogans": 0.4}))
    assert [(feature.id, feature.threshold) for feature in answer.features] == [("doubt", 0.3), ("slogans", 0.4)]
