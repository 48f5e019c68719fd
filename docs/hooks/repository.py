"""Where each file of the repository stands on the site, and links between them led there."""

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

BORROWED = {
    "service.md": "api/README.md",
    "model-card.md": "model/README.md",
    "labels.md": "training/labels/README.md",
    "security.md": "SECURITY.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
}
"""Pages whose text lies elsewhere in the repository, by their path on the site."""

DECISIONS = "decisions/index.md"
INCLUDE = re.compile(r"^<!-- include (?P<file>\S+): (?P<title>.+) -->$", re.MULTILINE)

_LIST_IN_PARAGRAPH = re.compile(r"(^(?![-|#>\s]|1\. ).+\n(?:(?!- |1\. ).+\n)*)(?=(?:- |1\. ).)", re.MULTILINE)
_FENCED = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)


class LinkLeadsNowhere(Exception):
    """A link names a file that the repository does not have."""


def slug(title: str) -> str:
    """The anchor of a heading, as the site and code hosts make it."""
    return re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-")


def section(file: str, title: str) -> str:
    """The part of ``file`` under the heading ``title``, that heading included, up to the next heading.

    Raises:
        KeyError: there is no such heading.
    """
    text = (ROOT / file).read_text(encoding="utf-8")
    outside = _outside_code(text, lambda part: re.sub(r"^(#+ )", "\0\\1", part, flags=re.MULTILINE))
    for part in outside.split("\0"):
        if re.match(rf"#+ {re.escape(title)}$", part.partition("\n")[0]):
            return part.rstrip() + "\n"
    raise KeyError(f"{file} has no heading {title!r}")


def source_of(page: str) -> str:
    """The repository's path of a page's text."""
    return BORROWED.get(page, f"docs/{page}")


def page_of(path: str, anchor: str) -> str | None:
    """The page that holds ``path``, and of a file that is included by sections the one with the section ``anchor``."""
    pages = {source: page for page, source in BORROWED.items()} | {"docs/decisions": DECISIONS}
    if not anchor:
        pages["README.md"] = "index.md"
    if path in pages:
        return pages[path]
    if path.startswith("docs/") and path.endswith(".md"):
        return path.removeprefix("docs/")
    for page in sorted(DOCS.glob("*.md")):
        for found in INCLUDE.finditer(page.read_text(encoding="utf-8")):
            if found["file"] == path and slug(found["title"]) == anchor:
                return page.name
    return None


def lead_to_pages(text: str, source: str, page: str) -> str:
    """``text`` of the file ``source`` with its links to files made links from ``page``.

    A file that is on no page is named by its path instead of being linked to.

    Raises:
        LinkLeadsNowhere: naming the file and the link.
    """

    def lead(found: re.Match[str]) -> str:
        words, target = found["text"], found["target"]
        if _ELSEWHERE.match(target):
            return found[0]
        relative, _, anchor = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), relative))
        if not (ROOT / path).exists():
            raise LinkLeadsNowhere(f"{source} links to {target}, and there is no {path}")
        leads_to = page_of(path, anchor)
        if leads_to is None:
            return f"`{path}`" if words.strip("`") in (path, posixpath.basename(path)) else f"{words} (`{path}`)"
        here = posixpath.relpath(leads_to, posixpath.dirname(page) or ".")
        return f"[{words}]({here}{'#' + anchor if anchor else ''})"

    return _outside_code(text, lambda part: _LINK.sub(lead, part))


def set_lists_apart(text: str) -> str:
    """``text`` with a blank line before each list that follows a paragraph.

    Code hosts see a list there without one; MkDocs' Markdown takes it for more of the paragraph.
    """

    def set_apart(part: str) -> str:
        blocks = re.split(r"(\n{2,})", part)
        return "".join(_LIST_IN_PARAGRAPH.sub(r"\1\n", block, count=1) if _opens(block) else block for block in blocks)

    return _outside_code(text, set_apart)


def _opens(block: str) -> bool:
    # In a block that begins with a list, a line without a mark goes on with the item before it.
    return re.match(r"\n*(?:[-|>]|\d+\. )", block) is None


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    # Splitting by one group leaves the code at the odd places.
    parts = _FENCED.split(text)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))
