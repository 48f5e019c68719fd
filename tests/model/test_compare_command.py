import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from framescope_model.compare_command import compare
from framescope_model.features import FEATURE_IDS
from framescope_model.inputs import RemoteSource


@pytest.fixture
def run(tiny_artifact: Path, tmp_path: Path) -> Any:
    for name, text in {"a.txt": "The war is the worst.", "b.txt": "It rained. The minister said so."}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def invoke(*names: str, stdin: str | None = None) -> Result:
        paths = [str(tmp_path / name) if name.endswith(".txt") and "://" not in name else name for name in names]
        return CliRunner().invoke(compare, ["--artifact", str(tiny_artifact), *paths], input=stdin)

    return invoke


def test_two_texts_stand_side_by_side(run: Any) -> None:
    result = run("a.txt", "b.txt")
    assert result.exit_code == 0
    shown = " ".join(result.stdout.split())
    assert "(passages: 1)" in shown
    assert "(passages: 2)" in shown
    assert all(feature in shown for feature in FEATURE_IDS)
    assert "Who speaks in A" in shown
    assert "attributed to nobody named" in shown


def test_json_tells_both_and_the_differences(run: Any) -> None:
    answer = json.loads(run("a.txt", "-", "--json", "--features", "doubt", stdin="It rained.").stdout)
    assert [document["id"] for document in answer["documents"]][1] == "-"
    one, other = (document["scores"]["doubt"]["score"] for document in answer["documents"])
    assert answer["differences"]["doubt"]["score"] == pytest.approx(other - one, abs=2e-6)


def test_a_text_that_cannot_be_scored_stops_it(run: Any) -> None:
    result = run("a.txt", "none.txt")
    assert result.exit_code == 1
    assert "none.txt: cannot be read" in result.stderr


def test_anything_but_two_texts_is_refused(run: Any, tmp_path: Path) -> None:
    assert run("a.txt", str(tmp_path)).exit_code == 2
    assert run("-", "-", stdin="x").exit_code == 2
    assert run("a.txt").exit_code == 2
    assert isinstance(run("a.txt", "https://example.org/b.txt").exception, RemoteSource)
