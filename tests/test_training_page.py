"""What ``docs/training.md`` tells to type and to paste, run as far as that takes seconds."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import pytest

from framescope_model.features import SOURCING_IDS
from framescope_training.config import TrainingConfig
from framescope_training.corpora import CORPORA, read_contrast
from framescope_training.material import load_material

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
LIMIT_S = 300


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def lines(program: str) -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if re.search(rf"(^| ){program} ", line)]


def run_python(code: str, folder: Path) -> str:
    paths = [str(Path(entry).resolve()) for entry in sys.path if entry]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {paths!r}\n{code}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A folder with the project's own labels and the passages of the page."""
    # A copy, never a link: what is typed here appends to it.
    shutil.copytree(ROOT / "training" / "labels", tmp_path / "training" / "labels")
    (tmp_path / "our-passages.jsonl").write_text("".join(blocks("json")), encoding="utf-8")
    return tmp_path


def test_the_passages_are_read_with_our_own_as_the_page_says(workplace: Path) -> None:
    (copying,) = [block for block in blocks("sh") if "cp -r" in block]
    subprocess.run(["sh", "-ec", copying], cwd=workplace, check=True, timeout=LIMIT_S)
    (reading,) = [block for block in blocks("python") if "read_contrast" in block]
    assert run_python(reading, workplace).splitlines() == [
        "our-001-positive [('unattributed_superlative', 'the worst winter in living memory')]",
        "our-001-negative []",
    ]
    ours = {passage.group for passage in read_contrast(workplace / "our-labels") if passage.id.startswith("our-")}
    assert ours == {"contrast:our-001"}


def accepted(verdicts: dict[str, Any], *spans: dict[str, Any]) -> dict[str, Any]:
    before, text = "It rained. ", "It was the worst winter in living memory."
    start = len(before)
    return {"text": before + text, "start": start, "end": start + len(text), "spans": spans, "judged": verdicts}


def test_feedback_that_judges_every_sourcing_feature_becomes_passages(workplace: Path) -> None:
    none = dict.fromkeys(SOURCING_IDS, False)
    superlative = {"feature": "unattributed_superlative", "start": 18, "end": 51}
    examples = {
        "marked": accepted(none | {"unattributed_superlative": True}, superlative),
        "clean": accepted(none | {"loaded_language": True}),
        "partly": accepted({"unattributed_superlative": True}, superlative),
        "wordless": accepted(none | {"unattributed_superlative": True}),
        "soft": accepted(none | {"unattributed_superlative": 0.4}),
    }
    (workplace / "accepted.jsonl").write_text(
        "".join(json.dumps({"id": name} | example) + "\n" for name, example in examples.items()), encoding="utf-8"
    )
    (workplace / "our-passages.jsonl").rename(workplace / "contrast.jsonl")
    (code,) = [block for block in blocks("python") if "accepted.jsonl" in block]
    run_python(code.replace("our-passages.jsonl", "contrast.jsonl"), workplace)
    passages = {passage.id: passage for passage in read_contrast(workplace)}
    assert set(passages) == {"our-001-positive", "our-001-negative", "our-marked-positive", "our-clean-negative"}
    (found,) = passages["our-marked-positive"].spans
    assert found.span.cut(passages["our-marked-positive"].text) == "the worst winter in living memory"


def test_the_config_is_read_and_takes_no_corpus_for_research_only() -> None:
    (toml,) = blocks("toml")
    config = TrainingConfig.model_validate(tomllib.loads(toml))
    taken = [CORPORA[name] for name in config.corpora]
    assert all(source.commercial and "research" not in source.terms for source in taken)
    left = {name for name, source in CORPORA.items() if source.commercial and "research" not in source.terms}
    assert left == {*config.corpora, "polnear_dev"}


def test_a_corpus_may_be_an_empty_file_when_no_label_names_it(tmp_path: Path) -> None:
    for name in (*CORPORA, "sourcing_articles", "sourcing_sentences"):
        (tmp_path / f"{name}.jsonl").touch()
    (tmp_path / "contrast.jsonl").write_text("".join(blocks("json")), encoding="utf-8")
    material = load_material(tmp_path, tmp_path)
    assert {key for key in material.texts if key not in material.held_out} == {
        ("contrast", "our-001-positive"),
        ("contrast", "our-001-negative"),
    }


@pytest.mark.parametrize("line", lines("framescope"))
def test_every_command_can_be_called_that_way(line: str) -> None:
    words = shlex.split(line)
    words = words[words.index("framescope") + 1 :]
    (entry,) = entry_points(group="framescope.commands", name=words[0])
    command = entry.load()
    assert isinstance(command, click.Command)
    known = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert {word for word in words[1:] if word.startswith("--")} <= known


def test_each_file_of_the_labels_is_told() -> None:
    written = {path.name for path in (ROOT / "training" / "labels").glob("*.jsonl")}
    assert set(re.findall(r"^\| `--labels` \| `(\S+)` \|", PAGE, re.MULTILINE)) == written
