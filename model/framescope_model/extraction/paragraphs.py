"""From lines with their places on pages to paragraphs: a PDF holds no paragraphs, only where each letter stands."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SOFT_HYPHEN = "\u00ad"

_MARGIN = 0.09
"""The part of a page's height at its top and at its foot in which heads and page numbers stand."""
_INDENT = 0.6
"""In line heights: what the first line of a paragraph is indented by at least."""
_BREAK_LEFT = 0.25
"""The part of a column's width that the last line of a paragraph leaves empty at least, after a full stop."""
_ENDED = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_PARTED = re.compile(rf"(\w+)[-{SOFT_HYPHEN}\u2010]$")
_BULLET = re.compile(r"^(?:[•·▪◦‣*–—]|\d{1,3}[.)])\s")
_PAGE_NUMBER = re.compile(r"^\W*(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, from ``left`` to ``right``, with its foot at ``bottom``; all in points, upwards."""

    text: str
    left: float
    right: float
    bottom: float
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of lines on a page that reaches from ``bottom`` to ``top``, in reading order."""

    bottom: float
    top: float
    boxes: Sequence[Sequence[Line]]


def paragraphs(pages: Sequence[Page]) -> list[str]:
    """The paragraphs of ``pages``, without page numbers and heads that stand on most pages.

    A paragraph goes on in the next column or on the next page where its sentence does.
    """
    heads = _running_heads(pages)
    known = {word for page in pages for box in page.boxes for line in box for word in _words(line.text)}
    told: list[str] = []
    for page in pages:
        for box in page.boxes:
            if _is_furniture(page, box, heads):
                continue
            for found in _split(box):
                if told and _goes_on(told[-1], found[0].text):
                    told[-1] = _joined([told[-1], *(line.text for line in found)], known)
                else:
                    told.append(_joined([line.text for line in found], known))
    return told


def _split(box: Sequence[Line]) -> Iterator[list[Line]]:
    """The paragraphs within a block: a new one is indented, set in another size, or follows a line that ends short."""
    left, right = min(line.left for line in box), max(line.right for line in box)
    current: list[Line] = []
    for line in box:
        if current and _begins(current, line, left, right):
            yield current
            current = []
        current.append(line)
    yield current


def _begins(before: Sequence[Line], line: Line, left: float, right: float) -> bool:
    last = before[-1]
    if abs(last.height - line.height) > 0.15 * max(last.height, line.height) or _BULLET.match(line.text):
        return True
    indented = line.left - left > _INDENT * line.height
    # One line after another that is indented is a quotation or a list, and no paragraph each.
    if indented and last.left - left <= _INDENT * line.height:
        return True
    short = right - last.right > _BREAK_LEFT * (right - left)
    return bool(short and _ENDED.search(last.text) and not line.text[:1].islower())


def _goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on from one block to the next: it has not ended, and no new one begins."""
    return not _ENDED.search(before) and after[:1].islower()


def _joined(lines: Sequence[str], known: set[str]) -> str:
    text = ""
    for line in lines:
        parted = _PARTED.search(text)
        if not parted:
            text = f"{text} {line}" if text else line
        elif text.endswith(SOFT_HYPHEN) or not _keeps_hyphen(parted[1], line, known):
            text = text[:-1] + line
        else:
            text += line
    return re.sub(r"[ \t\u00a0]+", " ", text).replace(SOFT_HYPHEN, "")


def _keeps_hyphen(before: str, after: str, known: set[str]) -> bool:
    """Whether the hyphen between two lines belongs to the word: no lower-case letter follows, or the text has it so."""
    rest = re.match(r"\w+", after)
    if not rest or not after[0].islower() or not before[-1].isalpha():
        return True
    whole, hyphened = before + rest[0], f"{before}-{rest[0]}"
    return hyphened.lower() in known and whole.lower() not in known


def _words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"\w+(?:-\w+)*", text)]


def _running_heads(pages: Sequence[Page]) -> set[str]:
    """What stands in the margins of more than half of three or more pages, whatever its digits."""
    seen = Counter(head for page in pages for head in {_masked(box) for box in page.boxes if _in_margin(page, box)})
    return {head for head, count in seen.items() if len(pages) > 2 and count > len(pages) / 2}


def _is_furniture(page: Page, box: Sequence[Line], heads: set[str]) -> bool:
    return _in_margin(page, box) and (_masked(box) in heads or bool(_PAGE_NUMBER.match(box[0].text)))


def _in_margin(page: Page, box: Sequence[Line]) -> bool:
    margin = _MARGIN * (page.top - page.bottom)
    line = box[0]
    return len(box) == 1 and not page.bottom + margin < line.bottom + line.height / 2 < page.top - margin


def _masked(box: Sequence[Line]) -> str:
    return re.sub(r"\d+", "0", box[0].text)
