import pytest
from pydantic import ValidationError

from framescope_api.schemas import ScoreRequest


def test_a_text_is_one_document_without_an_id() -> None:
    assert [(d.id, d.text) for d in ScoreRequest(text="a").listed()] == [(None, "a")]


def test_the_language_of_the_request_is_that_of_documents_without_their_own() -> None:
    request = ScoreRequest.model_validate(
        {"documents": [{"text": "a"}, {"text": "b", "language": "en-GB"}], "language": "en"}
    )
    assert [d.language for d in request.listed()] == ["en", "en-GB"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"text": "a", "documents": [{"text": "a"}]},
        {"documents": []},
        {"documents": [{"text": "a", "extra": 1}]},
        {"text": 1},
        {"text": "a", "spans": "yes"},
        {"text": "a", "spans": 1},
        {"text": "a", "offsets": "utf32"},
        {"text": "a", "thresholds": {"doubt": "0.5"}},
        {"text": "a", "thresholds": {"doubt": True}},
        {"text": "a", "thresholds": {"doubt": -0.01}},
        {"text": "a", "thresholds": {"doubt": float("nan")}},
        {"text": "a", "features": []},
        {"text": "a", "ignore": [""]},
        {"text": "a", "ignore": ["x" * 201]},
        {"documents": [{"text": "a", "id": ""}]},
    ],
)
def test_what_the_contract_does_not_know_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        ScoreRequest.model_validate(value)


@pytest.mark.parametrize("threshold", [0, 1, 0.5])
def test_thresholds_reach_from_zero_to_one(threshold: float) -> None:
    request = ScoreRequest.model_validate({"text": "a", "thresholds": {"doubt": threshold}})
    assert request.thresholds == {"doubt": threshold}
