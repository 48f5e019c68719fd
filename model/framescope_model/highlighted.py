"""A scored document on a terminal: its text with the words marked that carry features, then a list of them."""

import os
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from framescope_model.features import FeatureGroup
from framescope_model.highlights import FAMILIES, Piece, cut_pieces, passage_score, who_vouches
from framescope_model.outcomes import Scored
from framescope_model.presentation import printable
from framescope_model.results import FeatureSpan, ScoredDocument

_STYLES = {FeatureGroup.SOURCING: "bold yellow", FeatureGroup.TECHNIQUE: "bold cyan"}
_BOTH = "bold magenta"
_LIST_WORDS = 60
"""Letters of a span that the list shows; the text above shows all."""


def open_console(file: TextIO | None = None, *, stderr: bool = False) -> Console:
    """A console that writes no escape code where NO_COLOR is set or nobody looks."""
    # Rich's own reading of NO_COLOR leaves out the colours and keeps bold and underline.
    plain = bool(os.environ.get("NO_COLOR"))
    console = Console(file=file, stderr=stderr, color_system=None if plain else "auto", highlight=False)
    if not console.is_terminal:
        # Whatever reads it breaks lines itself, or counts them.
        console.soft_wrap = True
    return console


def show_highlighted(console: Console, outcome: Scored) -> None:
    """Print a document's text with its spans marked, and then, a line a span, words, feature, score and who vouches.

    Where the console shows no colours, brackets stand around the words. Scores are those of the passages flagged.
    """
    document = outcome.document
    flagged = sum(bool(passage.flags) for passage in document.passages)
    console.print(Text(printable(outcome.name), style="bold"), Text(f"({outcome.language.code})", style="dim"))
    console.print(marked_text(outcome.text, document.spans, brackets=console.color_system is None))
    console.print()
    console.print(Text(f"{flagged} of {len(document.passages)} passages flagged", style="dim"))
    _show_list(console, outcome.text, document)
    console.print()


def marked_text(text: str, spans: Sequence[FeatureSpan], *, brackets: bool) -> Text:
    """``text`` with the words of ``spans`` styled by family and a tag behind each span that names its feature."""
    clean = printable(text, keep="\n\t")
    marked = Text()
    for piece in cut_pieces(len(text), spans):
        if brackets:
            marked.append("[" * piece.opened)
        marked.append(piece.span.cut(clean), style=_style(piece))
        if piece.closing:
            tag = ", ".join(dict.fromkeys(found.feature for found in piece.closing))
            marked.append("]" * (piece.closed if brackets else 0) + f"‹{tag}›", style="dim")
    return marked


def _style(piece: Piece) -> str:
    if not piece.families:
        return ""
    return _BOTH if len(piece.families) > 1 else _STYLES[next(iter(piece.families))]


def _show_list(console: Console, text: str, document: ScoredDocument) -> None:
    width = max((len(found.feature) for found in document.spans), default=0)
    for found in document.spans:
        style = _STYLES[FAMILIES[found.feature]]
        line = Text(f"  {passage_score(document, found):.2f}  ")
        line.append(found.feature.ljust(width), style=style).append(f"  “{_shortened(found.span.cut(text))}”  ")
        console.print(line.append(printable(who_vouches(text, found)), style="dim"))


def _shortened(words: str) -> str:
    clean = " ".join(printable(words).split())
    return clean if len(clean) <= _LIST_WORDS else clean[: _LIST_WORDS - 1] + "…"
