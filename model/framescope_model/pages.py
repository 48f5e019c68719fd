"""Self-contained HTML pages: no script, no address, light and dark, fit for print."""

import html
import unicodedata
from collections.abc import Sequence

from framescope_model.model_info import ModelInfo

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fff; --dim: #5c5f66; --line: #d5d7dc;
  --sourcing: #ffe9a8; --technique: #cfe8ff; --both: #ead5ff; --sourcing-ink: #7a5200; --technique-ink: #004f8c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6ea; --paper: #17181b; --dim: #a3a6ae; --line: #3a3d44;
  --sourcing: #4d3c00; --technique: #06395f; --both: #45246b; --sourcing-ink: #ffd666; --technique-ink: #8fcbff; } }
body { color: var(--ink); background: var(--paper); font: 1rem/1.6 Georgia, serif; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem; }
h1, h2, h3, table, .note, small, footer { font-family: system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; }
.note, footer { color: var(--dim); font-size: .85rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
mark { color: inherit; background: none; border-bottom: .12em solid; }
mark.sourcing { background: var(--sourcing); border-color: var(--sourcing-ink); }
mark.technique { background: var(--technique); border-color: var(--technique-ink); border-bottom-style: dotted; }
mark.both { background: var(--both); border-bottom-style: double; border-color: var(--dim); }
small.tag { font-size: .7rem; margin: 0 .2em; color: var(--dim); }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
th, td { border-bottom: 1px solid var(--line); text-align: left; padding: .3rem .5rem; vertical-align: top;
  overflow-wrap: break-word; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1.5rem 0; } figure img { max-width: 100%; background: #fff; border-radius: .3rem; }
@media print { :root { color-scheme: light; --ink: #000; --paper: #fff; --dim: #333; --line: #888; --sourcing: none;
  --technique: none; --both: none; --sourcing-ink: #000; --technique-ink: #000; }
  body { max-width: none; margin: 0; font-size: 10pt; } h2, h3 { break-after: avoid; }
  tr, figure { break-inside: avoid; } }
"""
_NUMBER = ' class="number"'
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""The characters that change the writing direction of what follows them, markup included."""


def escape(text: str) -> str:
    """``text`` for any place in a page; what HTML cannot hold, and what turns the writing direction, becomes U+FFFD."""
    clean = "".join("\ufffd" if _unfit(letter) else letter for letter in text)
    # A parser would turn a bare carriage return into a line end of its own; browsers break at the line feed alone.
    return html.escape(clean.replace("\r\n", "\n").replace("\r", "\n"), quote=True)


def _unfit(letter: str) -> bool:
    if letter in "\n\r\t":
        return False
    number = ord(letter)
    return (
        unicodedata.category(letter) in ("Cc", "Cs")
        or letter in _TURNING
        or 0xFDD0 <= number <= 0xFDEF
        or number & 0xFFFE == 0xFFFE
    )


def page_head(title: str) -> str:
    """The page up to and with its title; ``title`` is text."""
    shown = escape(title)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{shown}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{shown}</h1>\n"
    )


def page_foot(model: str) -> str:
    """The end of the page, which names the model and says what a score is; ``model`` is text."""
    return (
        f"<footer><p>Scored by {escape(model)}. A score is a calibrated probability that a careful reader would "
        "mark the feature in a passage. It says how a claim is carried, never whether it is true, and is a prompt to "
        "look, no verdict.</p></footer>\n</body>\n</html>\n"
    )


def model_label(info: ModelInfo) -> str:
    """How answers name a model: ``NAME/VERSION+REVISION``."""
    return f"{info.name}/{info.version}+{info.revision}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: frozenset[int] = frozenset()) -> str:
    """A table of text cells; the columns in ``numbers`` are set to the right."""
    columns = "".join(_head_cell(name, at in numbers) for at, name in enumerate(head))
    body = "".join(f"<tr>{''.join(_cell(cell, at in numbers) for at, cell in enumerate(row))}</tr>\n" for row in rows)
    return f"<table>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"


def _cell(text: str, number: bool) -> str:
    return f"<td{_NUMBER}>{escape(text)}</td>" if number else f'<td dir="auto">{escape(text)}</td>'


def _head_cell(text: str, number: bool) -> str:
    return f'<th scope="col"{_NUMBER if number else ""}>{escape(text)}</th>'
