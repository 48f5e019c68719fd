"""What ``docs/command-line.md`` tells, held against the code, and its commands run as written, in their order."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

# The tests are no package, so what makes their files is found through the path.
sys.path.insert(0, str(Path(__file__).parent))

from made_files import column, pdf, word

import framescope_model
from framescope_model.batch import read_csv, read_jsonl, read_parquet, records
from framescope_model.batch.scoring import MAX_LENGTH
from framescope_model.extraction.confinement import MAX_SECONDS
from framescope_model.extraction.process import MAX_MEMORY_BYTES
from framescope_model.reporting.commands import MAX_GROUPS, MIN_ROWS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
ARTIFACT = Path(str(framescope_model.__file__)).parent / "default_artifact"
LIMIT_S = 300
STORIES = [
    "The budget was read on Monday. It was the most shameful budget in living memory.",
    "The ministry said the protests were the work of foreign agents. Nobody in the room spoke.",
    "It rained all night, the mayor said. The bridge stays open.",
]


def commands() -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every input that the page names."""
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "articles").mkdir()
    for name, text in (("article.txt", STORIES[0]), ("other.txt", STORIES[1]), ("articles/a.txt", STORIES[2])):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "article.html").write_text(f"<p>{STORIES[0]}</p><p>{STORIES[1]}</p>", encoding="utf-8")
    (folder / "article.docx").write_bytes(word(*STORIES))
    (folder / "article.pdf").write_bytes(pdf(column(20, *STORIES[2].split(". "))))
    rows = [
        {"id": n, "text": STORIES[n % 3], "outlet": "AB"[n % 2], "date": f"2026-0{1 + n % 2}-02", "section": "World"}
        for n in range(12)
    ]
    (folder / "archive.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    lines = [f'{row["id"]},"{row["text"]}",{row["outlet"]},{row["date"]},{row["section"]}' for row in rows]
    (folder / "archive.csv").write_text("\n".join(["key,body,outlet,date,section", *lines]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which ``framescope`` is this one, whatever else is installed."""
    folder = tmp_path_factory.mktemp("bin")
    wrapper = folder / "framescope"
    code = "from framescope_model.cli import main; main()"
    wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    return {
        **kept,
        "PATH": f"{folder}{os.pathsep}{kept.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path if path),
    }


@pytest.mark.weights
@pytest.mark.skipif(not ARTIFACT.is_dir() and not os.environ.get("CI"), reason=f"no weights in {ARTIFACT}")
@pytest.mark.parametrize("line", commands())
def test_each_command_runs_as_written(newsroom: Path, programs: dict[str, str], line: str) -> None:
    # A later one reads what an earlier one wrote, as on the page.
    for needed in ("scores.csv", "scores.parquet"):
        if line.startswith("framescope report ") and needed in line and not (newsroom / needed).exists():
            maker = next(earlier for earlier in commands() if f" {needed} " in earlier and "batch" in earlier)
            subprocess.run(["sh", "-c", maker], cwd=newsroom, env=programs, check=True, timeout=LIMIT_S)
    done = subprocess.run(
        ["sh", "-c", line], cwd=newsroom, env=programs, capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_each_reason_to_set_a_row_aside_is_told_and_no_other() -> None:
    sources = [
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (records, read_csv, read_jsonl, read_parquet)
    ]
    raised = {code for source in sources for code in re.findall(r'(?:RowFault|Rejected)\([^")]*"(\w+)"', source)}
    table = PAGE.partition("| code | the row |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == raised


def test_the_numbers_on_the_page_are_those_of_the_code() -> None:
    assert f"more than {MAX_LENGTH:,} code points" in PAGE
    assert f"fewer than {MIN_ROWS} rows (`--min-rows`)" in PAGE
    assert f"at most {MAX_GROUPS} groups (`--max-groups`)" in PAGE
    assert f"({MAX_SECONDS:.0f} seconds a file)" in PAGE
    assert f"({MAX_MEMORY_BYTES // 1024**3} GiB, not on macOS)" in PAGE
    assert f"more than {records.MAX_RECORD_BYTES // 1024**2} MiB" in PAGE


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\((?!https?://)([^)]+)", PAGE))))
def test_every_link_leads_somewhere(target: str) -> None:
    path, _, anchor = target.partition("#")
    page = (ROOT / "docs" / path).resolve() if path else ROOT / "docs" / "command-line.md"
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert not anchor or anchor in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
