"""Clients that are in use, pointed at the service as their users would do it."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from language_tool_python import LanguageTool
from language_tool_python.exceptions import LanguageToolError
from languagetool_servers import PATIENCE_S, UpstreamServer, answering, service, spelling_match

TEXT = "😀 Headline 😀\r\n\r\nIt was the worst ever 👍, and “the regime 😀” fell. State media denied it."
WORDS = ["worst ever", "regime", "State media"]

GRAMMA = Path(__file__).parents[3] / "npm" / "node_modules" / "gramma" / "src" / "cli.js"
NODE = shutil.which("node")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service(tmp_path_factory.mktemp("service")) as url:
        yield url


class TestLanguageToolPython:
    """PyPI ``language-tool-python``: asks for the languages first, and turns UTF-16 offsets into code points."""

    @pytest.mark.parametrize("language", ["en-US", "en-GB", "en", "auto"])
    def test_matches_stand_at_the_right_words_after_emoji(self, url: str, language: str) -> None:
        with LanguageTool(language, remote_server=url) as tool:
            matches = tool.check(TEXT)
        assert [TEXT[match.offset : match.offset + match.error_length] for match in matches] == WORDS
        assert matches[0].rule_id == "UNATTRIBUTED_SUPERLATIVE"
        assert (matches[0].category, matches[0].rule_issue_type) == ("SOURCING", "style")
        assert matches[0].message == "No source is named for this superlative."
        assert matches[0].replacements == []

    def test_rules_and_categories_can_be_switched_off(self, url: str) -> None:
        with LanguageTool("en-US", remote_server=url) as tool:
            tool.disabled_rules = {"UNATTRIBUTED_SUPERLATIVE"}
            tool.disabled_categories = {"PERSUASION_TECHNIQUES"}
            tool.picky = True
            assert [match.rule_id for match in tool.check(TEXT)] == ["STATE_OFFICIAL_NARRATIVE"]

    def test_nothing_is_corrected(self, url: str) -> None:
        with LanguageTool("en-US", remote_server=url) as tool:
            assert tool.correct(TEXT) == TEXT

    def test_a_language_that_is_not_checked_is_refused_at_the_start(self, url: str) -> None:
        with pytest.raises(ValueError, match="unsupported language"):
            LanguageTool("de-DE", remote_server=url)

    def test_another_language_in_the_text_is_an_error_and_no_empty_list(self, url: str) -> None:
        with (
            LanguageTool("auto", remote_server=url) as tool,
            pytest.raises(LanguageToolError, match=r"Error: .*Russian"),
        ):
            tool.check("Добрый день")

    def test_a_text_that_is_too_long_is_an_error(self, url: str) -> None:
        with (
            LanguageTool("en-US", remote_server=url) as tool,
            pytest.raises(LanguageToolError, match=r"Error: .*200000"),
        ):
            tool.check("a" * 200_001)

    def test_matches_of_an_upstream_come_with_ours(self, tmp_path: Path) -> None:
        with UpstreamServer.running() as upstream:
            upstream.check = answering(spelling_match(3, 8))
            settings = {"languagetool_upstream": upstream.url, "languagetool_upstream_timeout_s": str(PATIENCE_S)}
            with service(tmp_path, **settings) as url, LanguageTool("de-DE", remote_server=url) as tool:
                tool.language = "en-US"
                matches = tool.check(TEXT)
        assert [TEXT[match.offset : match.offset + match.error_length] for match in matches] == ["Headline", *WORDS]


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.skipif(not GRAMMA.exists(), reason="gramma is not installed: npm ci --ignore-scripts --prefix tests/npm")
class TestGramma:
    """npm ``gramma``: prints the words of a match as JavaScript cuts them, and sends Markdown as annotations."""

    def test_plain_text_is_shown_with_its_words_and_reasons(self, url: str, tmp_path: Path) -> None:
        done = run_gramma(url, tmp_path, "article.txt", TEXT)
        assert done.returncode == 1, done.stderr
        assert "Language: English (US)" in done.stdout
        assert "Found 3 potential mistakes" in done.stdout
        assert [line[6:] for line in done.stdout.splitlines() if line.startswith("Word: ")] == WORDS
        assert "Rule: sourcing\nExplanation: No source is named for this superlative." in done.stdout

    def test_markdown_is_read_without_its_marks(self, url: str, tmp_path: Path) -> None:
        markdown = "# 😀 Headline\n\nIt was the **worst** ever, see [the regime](https://desk.example/regime).\n"
        done = run_gramma(url, tmp_path, "article.md", markdown)
        assert [line[6:] for line in done.stdout.splitlines() if line.startswith("Word: ")] == [
            "worst** ever",
            "regime",
        ]

    def test_a_text_without_findings_is_told_so(self, url: str, tmp_path: Path) -> None:
        done = run_gramma(url, tmp_path, "article.txt", "The council met on Tuesday.")
        assert done.returncode == 0, done.stderr
        assert "No mistakes found!" in done.stdout

    def test_another_language_is_told_to_be_an_error(self, url: str, tmp_path: Path) -> None:
        done = run_gramma(url, tmp_path, "article.txt", "Guten Tag.", "--language", "de-DE")
        assert done.returncode == 1
        assert "Details: Error: the language de-DE is not checked here" in done.stdout
        assert "No mistakes found!" not in done.stdout


def run_gramma(url: str, home: Path, name: str, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    for folder in (home / ".config" / "gramma", home / "Library" / "Preferences" / "gramma"):
        folder.mkdir(parents=True)
        (folder / "gramma.json").write_text(
            json.dumps({"api_url": f"{url}/v2/check", "dictionary": [], "language": "en-US", "rules": {}})
        )
        # It looks for a newer version once a day, and tests need no network.
        (folder / ".update").write_text(str(round(time.time() * 1000)))
    (home / name).write_bytes(text.encode())
    command = [str(NODE), str(GRAMMA), "check", "--print", "-n", *options, name]
    environment = {**os.environ, "HOME": str(home)}
    return subprocess.run(
        command, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
