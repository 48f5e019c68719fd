import json
import stat
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from feedback_samples import DOCUMENT, FULL, PASSAGE, feedback

from framescope_api.feedback.entries import KeptFeedback, Origin, Review, ReviewState
from framescope_api.feedback.export import training_example, write_examples

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ACCEPTED = Review(ReviewState.ACCEPTED, "desk", "remark of the reviewer", NOW)
KEPT = KeptFeedback(uuid.uuid4(), NOW, FULL, ACCEPTED)
LABELS = Path(__file__).parents[3] / "training" / "labels"


def test_an_example_bounds_the_passage_in_its_document_and_says_what_was_judged() -> None:
    example = training_example(KEPT)
    assert example["text"] == DOCUMENT
    assert example["text"][example["start"] : example["end"]] == PASSAGE
    (span,) = example["spans"]
    assert (span["feature"], span["mode"]) == ("state_official_narrative", "relayed")
    assert example["text"][span["start"] : span["end"]] == PASSAGE[:-1]
    assert example["judged"] == {"unattributed_superlative": False, "state_official_narrative": True, "doubt": 0.25}
    assert example["model"] == {"name": "keyword", "version": "1.2.3", "revision": "0123456789ab"}
    assert example["reviewed"] == {"by": "desk", "at": "2026-03-01T00:00:00+00:00"}


def test_without_context_the_passage_is_the_whole_text() -> None:
    kept = KeptFeedback(KEPT.id, NOW, feedback("The worst ever.", Origin.PERSPECTIVE), ACCEPTED)
    assert training_example(kept) == {
        "id": str(KEPT.id),
        "split": "train",
        "text": "The worst ever.",
        "start": 0,
        "end": 15,
        "spans": [],
        "judged": {"unattributed_superlative": True},
        "origin": "perspective",
        "model": None,
        "reviewed": {"by": "desk", "at": "2026-03-01T00:00:00+00:00"},
    }


def test_the_members_shared_with_our_own_labels_have_their_form() -> None:
    example = training_example(KEPT)
    passages = [json.loads(line) for line in (LABELS / "contrast.jsonl").read_text().splitlines()]
    sentence = json.loads((LABELS / "sourcing_sentences.jsonl").read_text().splitlines()[0])
    moded = next(span for row in passages for span in row["spans"] if "mode" in span)
    assert {"text", "spans", "split"} <= example.keys() & passages[0].keys()
    assert {"start", "end"} <= example.keys() & sentence.keys()
    assert example["spans"][0].keys() == moded.keys()
    assert {name: type(value) for name, value in moded.items()} == {
        name: type(value) for name, value in example["spans"][0].items()
    }


def test_what_the_sender_told_the_reviewer_and_the_key_stay_behind() -> None:
    line = json.dumps(training_example(KEPT))
    for secret in (FULL.note, "remark of the reviewer", "key_name"):
        assert secret not in line


def test_what_was_not_reviewed_is_no_example() -> None:
    with pytest.raises(ValueError, match="not reviewed"):
        training_example(KeptFeedback(KEPT.id, NOW, FULL, None))


def test_the_file_is_private_and_one_line_an_example(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("an earlier export")
    assert write_examples([KEPT, KEPT], path) == 2
    assert [json.loads(line) for line in path.read_text().splitlines()] == [training_example(KEPT)] * 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_an_export_that_fails_leaves_the_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("an earlier export")
    with pytest.raises(ValueError, match="not reviewed"):
        write_examples([KEPT, KeptFeedback(KEPT.id, NOW, FULL, None)], path)
    assert path.read_text() == "an earlier export"
    assert list(tmp_path.iterdir()) == [path]
