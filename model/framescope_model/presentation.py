"""Scored documents and features on a terminal, for people."""

import unicodedata
from collections.abc import Sequence

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from framescope_model.features import Feature
from framescope_model.language import DetectedLanguage
from framescope_model.model_info import ModelInfo
from framescope_model.results import FeatureSpan, ScoredDocument, ScoredPassage, Voice
from framescope_model.spans import Span

_VOICES = {
    Voice.NARRATOR: "the writer's own words",
    Voice.REPORTED: "reported",
    Voice.QUOTED: "quoted",
}


def show_document(console: Console, name: str, text: str, language: DetectedLanguage, document: ScoredDocument) -> None:
    """Print a document's scores, then each flagged sentence with the words that carry its features, and why."""
    flagged = [passage for passage in document.passages if passage.flags]
    console.print()
    console.print(Text(printable(name), style="bold"), Text(f"({language.code})", style="dim"))
    console.print(_score_table(document))
    console.print(f"{len(flagged)} of {len(document.passages)} passages flagged", style="dim")
    for passage in flagged:
        console.print(_flagged_passage(text, passage, document.spans))


def show_features(console: Console, features: Sequence[Feature], info: ModelInfo) -> None:
    """Print what each feature means, where it is flagged, and what was measured of it."""
    table = Table(title=f"{info.name} {info.version} ({info.revision})", title_justify="left")
    table.add_column("feature", no_wrap=True)
    table.add_column("threshold", justify="right")
    table.add_column("F1", justify="right")
    table.add_column("definition")
    for feature in features:
        f1 = info.quality.get(feature.id, {}).get("f1")
        measured = f"{f1:.2f}" if isinstance(f1, int | float) else "not measured"
        table.add_row(feature.id, f"{info.thresholds[feature.id]:.2f}", measured, feature.definition)
    console.print(table)


def printable(text: str, keep: str = "") -> str:
    """``text`` of the same length without characters that could steer a terminal or turn the writing direction.

    The characters in ``keep`` stay, whatever they are.
    """
    steering = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join(" " if unicodedata.category(each) in steering and each not in keep else each for each in text)


def _score_table(document: ScoredDocument) -> Table:
    table = Table()
    table.add_column("feature", no_wrap=True)
    table.add_column("score", justify="right")
    table.add_column("flagged")
    table.add_column("passages flagged", justify="right")
    ranked = sorted(document.scores.items(), key=lambda item: (not item[1].flagged, -item[1].score))
    for feature, of in ranked:
        style = "bold red" if of.flagged else "dim"
        table.add_row(feature, f"{of.score:.2f}", "yes" if of.flagged else "no", f"{of.share:.0%}", style=style)
    return table


def _flagged_passage(text: str, passage: ScoredPassage, spans: Sequence[FeatureSpan]) -> Group:
    carrying = [span for span in spans if span.span.overlap(passage.span) and span.feature in passage.flags]
    sentence = Text(printable(passage.span.cut(text)))
    for found in carrying:
        start, end = (max(0, offset - passage.span.start) for offset in (found.span.start, found.span.end))
        sentence.stylize("bold yellow", start, end)
    lines = [Text(), sentence]
    for feature in passage.flags:
        lines.append(Text(f"  {feature} {passage.scores[feature]:.2f}", style="red"))
        lines.extend(_reason(text, found) for found in carrying if found.feature == feature)
    return Group(*lines)


def _reason(text: str, found: FeatureSpan) -> Text:
    """The words that carry a feature, whose they are, and who vouches for them."""
    line = Text(f"    “{printable(found.span.cut(text))}”", style="yellow")
    notes = [_VOICES[found.evidence.voice]]
    if found.mode is not None:
        notes.append(found.mode.value)
    if found.evidence.source:
        notes.append(f"source: {_cut(text, found.evidence.source)}")
    if found.evidence.cue:
        notes.append(f"cue: {_cut(text, found.evidence.cue)}")
    return line.append(f"  {'; '.join(notes)}", style="default")


def _cut(text: str, pieces: Sequence[Span]) -> str:
    return printable(" … ".join(piece.cut(text) for piece in pieces))
