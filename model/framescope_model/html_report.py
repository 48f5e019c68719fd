"""Scored documents as one self-contained HTML page, written document by document."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from framescope_model.errors import FramescopeError
from framescope_model.highlights import Piece, cut_pieces, passage_score, who_vouches
from framescope_model.model_info import ModelInfo
from framescope_model.outcomes import Failed, Scored
from framescope_model.pages import escape, model_label, page_foot, page_head, table
from framescope_model.results import FeatureSpan

_LEGEND = (
    '<p class="note">Words marked <mark class="sourcing">so</mark> carry a feature of sourcing, '
    '<mark class="technique">so</mark> a persuasion technique, <mark class="both">so</mark> both; the name of the '
    "feature follows them. Scores are those of the passages flagged.</p>\n"
)


class UnwritableFile(FramescopeError):
    """A file cannot be written."""

    code = "unwritable_file"


class HtmlReport:
    """A report that is written while scoring goes on, and appears under ``path`` when all is in it."""

    def __init__(self, path: Path, info: ModelInfo) -> None:
        self._path = path
        self._model = model_label(info)

    def __enter__(self) -> "HtmlReport":
        try:
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        except OSError as error:
            raise UnwritableFile(f"{self._path} cannot be written: {error.strerror or error}") from error
        self._unfinished = Path(name)
        # mkstemp keeps everybody else out; a report is a file like any other.
        self._unfinished.chmod(0o666 & ~_umask())
        self._file = os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")
        self._file.write(page_head("Framing report") + _LEGEND)
        return self

    def add(self, outcome: Scored | Failed) -> None:
        """Write one document, or why there is none."""
        self._file.write(failure_section(outcome) if isinstance(outcome, Failed) else document_section(outcome))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._file.write(page_foot(self._model))
        self._file.close()
        if error is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink()


def document_section(outcome: Scored) -> str:
    """A document's text with its spans marked, and a table of them."""
    document = outcome.document
    flagged = sum(bool(passage.flags) for passage in document.passages)
    rows = [
        (
            " ".join(found.span.cut(outcome.text).split()),
            found.feature,
            f"{passage_score(document, found):.2f}",
            who_vouches(outcome.text, found),
        )
        for found in document.spans
    ]
    listed = table(("words", "feature", "score", "who vouches"), rows, frozenset({2})) if rows else ""
    return (
        f'<section>\n<h2 dir="auto">{escape(outcome.name)}</h2>\n'
        f'<p class="note">{flagged} of {len(document.passages)} passages flagged</p>\n'
        f'<div class="text" dir="auto">{marked_html(outcome.text, document.spans)}</div>\n{listed}</section>\n'
    )


def failure_section(failed: Failed) -> str:
    """A document that could not be scored, and why."""
    return (
        f'<section>\n<h2 dir="auto">{escape(failed.name)}</h2>\n'
        f'<p class="note">Not scored: {escape(str(failed.error))}</p>\n</section>\n'
    )


def marked_html(text: str, spans: Sequence[FeatureSpan]) -> str:
    """``text`` escaped, with each piece that carries features in a ``mark`` and a tag behind each span."""
    return "".join(_piece(text, piece) for piece in cut_pieces(len(text), spans))


def _piece(text: str, piece: Piece) -> str:
    shown = escape(piece.span.cut(text))
    if not piece.covering:
        return shown
    family = "both" if len(piece.families) > 1 else next(iter(piece.families)).value
    names = ", ".join(dict.fromkeys(found.feature for found in piece.covering))
    marked = f'<mark class="{family}" title="{names}">{shown}</mark>'
    closing = ", ".join(dict.fromkeys(found.feature for found in piece.closing))
    return f'{marked}<small class="tag">{closing}</small>' if closing else marked


def _umask() -> int:
    # There is no way to read it without setting it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
