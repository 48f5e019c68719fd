"""The worked example of ``docs/reading.md``, held against what the shipped model answers."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import framescope_model
from framescope_model.decoding import DecodingSettings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
ARTIFACT = Path(str(framescope_model.__file__)).parent / "default_artifact"
LIMIT_S = 300
TOLERANCE = 1e-3

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(not ARTIFACT.is_dir() and not os.environ.get("CI"), reason=f"no weights in {ARTIFACT}"),
]


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def table() -> list[list[str]]:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
    return [[cell.strip("`") for cell in row] for row in rows]


FEATURES, *ROWS = table()
SUMS = {row[0]: [float(cell) for cell in row[1:]] for row in ROWS if row[0].startswith("*")}
PASSAGES = [row for row in ROWS if not row[0].startswith("*")]


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the command on the page prints about the text on the page."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "story.txt").write_text(block("text"), encoding="utf-8")
    _, *words = shlex.split(block("sh"))
    code = "from framescope_model.cli import main; main()"
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_passages_are_those_of_the_table(answer: Any) -> None:
    text = block("text")
    assert [text[found["start"] : found["end"]].strip() for found in answer["passages"]] == [row[0] for row in PASSAGES]


@pytest.mark.parametrize("column", range(1, len(FEATURES)))
def test_the_scores_and_the_flags_are_those_of_the_table(answer: Any, column: int) -> None:
    feature = FEATURES[column]
    for row, passage in zip(PASSAGES, answer["passages"], strict=True):
        assert float(row[column].strip("*")) == pytest.approx(passage["scores"][feature], abs=0.005 + TOLERANCE)
        assert row[column].startswith("**") == (feature in passage["flags"])


@pytest.mark.parametrize("column", range(1, len(FEATURES)))
def test_the_threshold_and_the_document_are_those_of_the_table(answer: Any, column: int) -> None:
    feature = FEATURES[column]
    settings = DecodingSettings.from_data(json.loads((ARTIFACT / "decoding.json").read_text(encoding="utf-8")))
    expected = {
        "*threshold*": settings.passage_thresholds[feature],
        "*document: score*": answer["scores"][feature]["score"],
        "*document: share*": answer["scores"][feature]["share"],
    }
    for name, value in expected.items():
        assert SUMS[name][column - 1] == pytest.approx(value, abs=0.005 + TOLERANCE)


def test_the_span_is_answered_as_it_is_shown(answer: Any) -> None:
    shown = json.loads(block("json"))
    (span,) = [span for span in answer["spans"] if span["feature"] == shown["feature"]]
    assert span.pop("score") == pytest.approx(shown.pop("score"), abs=TOLERANCE)
    assert span == shown


def test_what_the_page_says_of_the_sources_is_what_stands_at_their_offsets() -> None:
    for start, end in re.findall(r"\((\d+) to (\d+)\)", PAGE):
        assert block("text")[int(start) : int(end)] in ("The interior ministry", "Critics")
