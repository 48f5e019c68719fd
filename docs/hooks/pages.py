"""The hook of MkDocs that puts the site together from what is written once, anywhere in the repository.

- A page of ``BORROWED`` is a file that lies outside ``docs``.
- ``<!-- include FILE: HEADING -->`` stands for a section of a file, ``<!-- generate NAME -->`` for what is in the code.
- Links between the repository's files become links between pages.
- ``decisions/*`` in the navigation stands for every decision.
"""

import re
from collections.abc import Callable
from typing import Any

from feature_table import feature_table
from http_reference import http_reference
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from repository import BORROWED, DECISIONS, DOCS, INCLUDE, ROOT, lead_to_pages, section, set_lists_apart, source_of

GENERATED: dict[str, Callable[[], str]] = {"features": feature_table, "http": http_reference}
GENERATE = re.compile(r"^<!-- generate (?P<name>\w+) -->$", re.MULTILINE)
ALL_DECISIONS = "decisions/*"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every decision into the navigation."""
    config.nav = _with_decisions(config.nav)
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages whose text lies outside ``docs``, and the list of decisions."""
    for page, source in BORROWED.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    files.append(File.generated(config, DECISIONS, content=_decision_list()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Lead the links to pages, then bring in what the page includes, whose links start elsewhere."""
    here = page.file.src_uri
    text = markdown if here == DECISIONS else lead_to_pages(markdown, source_of(here), here)
    text = INCLUDE.sub(lambda found: lead_to_pages(section(found["file"], found["title"]), found["file"], here), text)
    return set_lists_apart(GENERATE.sub(lambda found: GENERATED[found["name"]](), text))


def decision_pages() -> list[str]:
    """The site's path of each decision, in their order."""
    return [f"decisions/{path.name}" for path in sorted((DOCS / "decisions").glob("*.md"))]


def _decision_list() -> str:
    titles = [(DOCS / page).read_text(encoding="utf-8").partition("\n")[0].lstrip("# ") for page in decision_pages()]
    names = [page.removeprefix("decisions/") for page in decision_pages()]
    lines = [f"- [{title}]({name})" for title, name in zip(titles, names, strict=True)]
    return "# Decisions\n\nWhat was worth arguing about, and why it was decided so.\n\n" + "\n".join(lines) + "\n"


def _with_decisions(item: Any) -> Any:  # noqa: ANN401 - the navigation is any shape of YAML
    if item == ALL_DECISIONS:
        return [DECISIONS, *decision_pages()]
    if isinstance(item, dict):
        return {title: _with_decisions(inner) for title, inner in item.items()}
    return [_with_decisions(inner) for inner in item] if isinstance(item, list) else item
