"""The documentation site as ``make docs`` builds it, and the hook that puts it together."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import yaml

from framescope_model.features import FEATURE_IDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS / "hooks"))

from http_reference import http_reference  # noqa: E402
from repository import BORROWED, INCLUDE, LinkLeadsNowhere, lead_to_pages, page_of, section, set_lists_apart, slug  # noqa: E402

BUILD_S = 300
LOADED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("object", "data")}
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPENAPI = json.loads((ROOT / "api" / "openapi.json").read_text(encoding="utf-8"))


class Addresses(HTMLParser):
    """What a page loads and links to, its anchors, and its plain text."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if (tag, name) in LOADED:
                self.loaded.append(value or "")
            if (tag, name) == ("a", "href"):
                self.links.append(value or "")
            if name == "id":
                self.anchors.add(value or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as ``make docs`` does."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_S,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Addresses]:
    # The page for what is not there names everything from the root of a server.
    return {page: Addresses(page) for page in site.rglob("*.html") if page.name != "404.html"}


def nav_pages(item: object) -> list[str]:
    if isinstance(item, dict):
        return [page for inner in item.values() for page in nav_pages(inner)]
    return [page for inner in item for page in nav_pages(inner)] if isinstance(item, list) else [str(item)]


def test_a_page_loads_nothing_from_elsewhere(site: Path, pages: dict[Path, Addresses]) -> None:
    loaded = {address for page in pages.values() for address in page.loaded}
    assert loaded
    assert [address for address in loaded if re.match(r"(?:[a-z]+:)?//", address)] == []
    for style in site.rglob("*.css"):
        assert not re.search(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""", style.read_text(encoding="utf-8")), style


def test_nothing_on_a_page_makes_the_theme_fetch_its_diagrams(pages: dict[Path, Addresses]) -> None:
    # Its script loads mermaid from a foreign host when it meets this class.
    assert [page for page in pages if re.search(r'class="[^"]*\bmermaid\b', page.read_text(encoding="utf-8"))] == []


def test_every_link_leads_to_a_page_and_an_anchor_of_the_site(pages: dict[Path, Addresses]) -> None:
    for page, addresses in pages.items():
        for link in addresses.links:
            if re.match(r"[a-z]+:", link) or link in ("", "."):
                continue
            path, anchor = urldefrag(unquote(link))
            target = (page.parent / path).resolve() if path else page
            assert target in pages, f"{page.name}: {link}"
            assert not anchor or anchor in pages[target].anchors, f"{page.name}: {link}"


def test_no_code_of_the_hook_is_published(site: Path) -> None:
    assert [path for path in site.rglob("*") if path.suffix == ".py" or path.name == "hooks"] == []


def test_no_directive_is_left_on_a_page(pages: dict[Path, Addresses]) -> None:
    assert [page for page in pages if re.search("<!-- (?:include|generate)", page.read_text(encoding="utf-8"))] == []


def test_the_navigation_lists_every_page() -> None:
    # The tags of mkdocs.yml that only MkDocs knows are not used.
    listed = nav_pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.glob("*.md")}
    assert set(listed) == written | set(BORROWED) | {"decisions/*"}
    assert len(listed) == len(set(listed))


def test_every_decision_is_a_page_and_is_listed(site: Path) -> None:
    listed = (site / "decisions" / "index.html").read_text(encoding="utf-8")
    for decision in (DOCS / "decisions").glob("*.md"):
        assert (site / "decisions" / f"{decision.stem}.html").is_file()
        assert f'href="{decision.stem}.html"' in listed


def test_each_section_of_the_readme_stands_on_one_page() -> None:
    included = [found["title"] for page in DOCS.glob("*.md") for found in INCLUDE.finditer(page.read_text("utf-8"))]
    assert sorted([*included, "Contributing"]) == sorted(re.findall(r"^#+ (.+)$", README, re.MULTILINE))


def test_each_page_with_something_to_type_has_a_test() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*_page.py"))
    tests += (ROOT / "tests" / "test_integrations.py").read_text(encoding="utf-8")
    typed = [
        page.name
        for page in DOCS.glob("*.md")
        if re.search(r"^```(?:sh|python|json|toml)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert "training.md" in typed
    assert [name for name in typed if f'"{name}"' not in tests] == []


def test_every_feature_has_its_definition(site: Path) -> None:
    page = (site / "features.html").read_text(encoding="utf-8")
    assert [feature for feature in FEATURE_IDS if f"<td><code>{feature}</code></td>" not in page] == []


def test_every_route_and_every_schema_is_in_the_reference() -> None:
    reference = http_reference()
    for path, methods in OPENAPI["paths"].items():
        for method, operation in methods.items():
            _, _, told = reference.partition(f"### `{method.upper()} {path}`\n")
            told = told.partition("\n### ")[0]
            assert all(f"\n| {status} | " in told for status in operation["responses"]), (method, path)
    assert reference.count(" { #schema-") == len(OPENAPI["components"]["schemas"])


def test_a_member_of_a_schema_is_told_with_its_type_and_whether_it_has_to_be_there(tmp_path: Path) -> None:
    members = {"spans": {"type": "array", "items": {"$ref": "#/components/schemas/Span"}, "description": "a | b"}}
    schemas = {"Answer": {"properties": members, "required": ["spans"]}, "Span": {"enum": ["x", 1]}}
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps({"paths": {}, "components": {"schemas": schemas}}), encoding="utf-8")
    reference = http_reference(path)
    assert "| `spans` | list of [Span](#schema-span) | yes | a \\| b |" in reference
    assert '### Span { #schema-span }\n\n`"x"` or `1`' in reference


class TestLinks:
    def test_a_file_that_is_a_page_is_linked_to_from_where_the_page_stands(self) -> None:
        text = "[a](../docs/queue.md#settings) [b](../README.md#limits) [c](https://example.org) [d](#x)"
        expected = "[a](queue.md#settings) [b](reading.md#limits) [c](https://example.org) [d](#x)"
        assert lead_to_pages(text, "api/README.md", "service.md") == expected

    def test_the_way_out_of_a_folder_is_found(self) -> None:
        led = lead_to_pages("[card](../../model/README.md)", "docs/decisions/0001.md", "decisions/0001.md")
        assert led == "[card](../model-card.md)"

    def test_a_file_on_no_page_is_named(self) -> None:
        assert lead_to_pages("[Apache-2.0](LICENSE) and [LICENSE](LICENSE)", "README.md", "index.md") == (
            "Apache-2.0 (`LICENSE`) and `LICENSE`"
        )

    def test_a_file_that_is_not_there_is_an_error_that_names_the_link(self) -> None:
        with pytest.raises(LinkLeadsNowhere, match=r"nothing\.md"):
            lead_to_pages("[a](nothing.md)", "README.md", "index.md")

    def test_code_stays_as_it_is(self) -> None:
        assert lead_to_pages("```\n[a](b)\n```\n", "README.md", "index.md") == "```\n[a](b)\n```\n"

    def test_a_file_that_no_page_holds_has_none(self) -> None:
        assert page_of("pyproject.toml", "") is None
        assert page_of("README.md", "") == "index.md"


class TestLists:
    @pytest.mark.parametrize("mark", ["- ", "1. "])
    def test_a_list_after_a_paragraph_is_set_apart(self, mark: str) -> None:
        assert set_lists_apart(f"Two\nlines:\n{mark}one\n{mark}two\n") == f"Two\nlines:\n\n{mark}one\n{mark}two\n"

    @pytest.mark.parametrize(
        "text",
        ["- one\nthat goes on\n- two\n", "A line.\n\n- one\n", "## Head\n- one\n", "```\na\n- b\n```\n", "A 1. b\nc\n"],
    )
    def test_what_is_right_stays_as_it_is(self, text: str) -> None:
        assert set_lists_apart(text) == text

    def test_no_list_of_the_guideline_is_lost_in_a_paragraph(self, site: Path) -> None:
        page = (site / "annotation.html").read_text(encoding="utf-8")
        assert re.findall(r"<p>[^<]*(?:<(?!/?p>)[^<]*)*?\n- .*", page) == []


class TestSections:
    def test_a_section_ends_at_the_next_heading(self) -> None:
        text = section("README.md", "Two commands")
        assert text.startswith("## Two commands\n")
        assert "## Score over HTTP" not in text
        assert "make test         # installs" in text

    def test_a_section_that_is_not_there_is_an_error(self) -> None:
        with pytest.raises(KeyError, match="no heading"):
            section("README.md", "No such thing")

    def test_an_anchor_is_the_one_that_the_site_gives(self, site: Path) -> None:
        page = (site / "reading.html").read_text(encoding="utf-8")
        assert f'id="{slug("What the scores mean, and what they do not")}"' in page
