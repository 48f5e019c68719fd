import pytest
from feedback_samples import DOCUMENT, FULL, PASSAGE

from framescope_api.body import validate
from framescope_api.errors import InvalidRequest
from framescope_api.feedback.schemas import FeedbackRequest
from framescope_api.offsets import OffsetMap, OffsetUnit

UNITS = [unit.value for unit in OffsetUnit]


def request_in(unit: str) -> dict[str, object]:
    within, around = OffsetMap(PASSAGE, OffsetUnit(unit)), OffsetMap(DOCUMENT, OffsetUnit(unit))
    (span,) = FULL.spans
    return {
        "text": PASSAGE,
        "context": {
            "text": DOCUMENT,
            "start": around.from_codepoints(17),
            "end": around.from_codepoints(17 + len(PASSAGE)),
        },
        "labels": dict(FULL.labels),
        "spans": [
            {
                "feature": span.feature,
                "start": within.from_codepoints(span.span.start),
                "end": within.from_codepoints(span.span.end),
                "mode": "relayed",
            }
        ],
        "offsets": unit,
        "note": FULL.note,
        "model": {"name": "keyword", "version": "1.2.3", "revision": "0123456789ab"},
    }


@pytest.mark.parametrize("unit", UNITS)
def test_offsets_in_each_unit_become_code_points(unit: str) -> None:
    assert validate(request_in(unit), FeedbackRequest).to_feedback("desk") == FULL


@pytest.mark.parametrize(("unit", "inside"), [("utf16", 51), ("utf8", 51), ("utf8", 52)])
def test_an_offset_within_a_character_is_pointed_at(unit: str, inside: int) -> None:
    body = request_in(unit)
    body["spans"] = [{"feature": "state_official_narrative", "start": 0, "end": inside}]
    with pytest.raises(InvalidRequest, match="within a character") as caught:
        validate(body, FeedbackRequest).to_feedback(None)
    assert caught.value.errors[0].pointer == "#/spans/0"


@pytest.mark.parametrize("ends", [(5, 4), (0, 1000)])
def test_a_passage_that_cannot_be_in_the_context_is_pointed_at(ends: tuple[int, int]) -> None:
    body = request_in("codepoint") | {"context": {"text": DOCUMENT, "start": ends[0], "end": ends[1]}}
    with pytest.raises(InvalidRequest) as caught:
        validate(body, FeedbackRequest).to_feedback(None)
    assert caught.value.errors[0].pointer == "#/context"


@pytest.mark.parametrize(
    "change",
    [
        {"labels": {}},
        {"labels": {"doubt": "yes"}},
        {"labels": {"doubt": 1.5}},
        {"labels": {"doubt": None}},
        {"labels": None},
        {"origin": "moderation_action"},
        {"state": "accepted"},
        {"key_name": "desk"},
        {"do_not_store": "no"},
        {"offsets": "bytes"},
        {"note": "a" * 2001},
        {"model": {"name": "keyword"}},
        {"context": {"text": DOCUMENT}},
    ],
)
def test_what_the_contract_does_not_know_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        validate(request_in("codepoint") | change, FeedbackRequest)


def test_a_label_keeps_its_kind() -> None:
    labels = {"doubt": True, "slogans": 1, "repetition": 0.5}
    feedback = validate({"text": "A.", "labels": labels}, FeedbackRequest).to_feedback(None)
    assert [type(label) for label in feedback.labels.values()] == [bool, float, float]
