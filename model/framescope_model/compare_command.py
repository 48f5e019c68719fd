"""The command ``framescope compare``: two texts side by side."""

import json
from collections.abc import Callable

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from framescope_model.comparison import Side, comparison_json, shared_features, side_of
from framescope_model.highlighted import open_console
from framescope_model.inputs import Source, check_local, find_sources
from framescope_model.options import Scoring, scoring_options
from framescope_model.outcomes import Failed, Scored, score_all
from framescope_model.presentation import printable

_CLAIMS: tuple[tuple[str, Callable[[Side], int]], ...] = (
    ("attributed to a source", lambda side: side.claims.attributed),
    ("attributed to nobody named", lambda side: side.claims.sourceless),
    ("in the writer's voice, no source", lambda side: side.claims.unattributed),
)


@click.command()
@click.argument("first")
@click.argument("second")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
@scoring_options
def compare(first: str, second: str, *, as_json: bool, scoring: Scoring) -> None:
    """Compare two texts, FIRST and SECOND: scores and shares by feature, who speaks, which claims are vouched for.

    One of them may be - for standard input.
    """
    check_local(first, second)
    sources = [source for name in (first, second) for source in find_sources([name])]
    if len(sources) != 2 or not all(isinstance(source, Source) for source in sources) or first == second == "-":
        raise click.UsageError("name two files; one may be - for standard input")
    from framescope_model.scorer import Scorer  # noqa: PLC0415 - see `score`

    sides = [side_of(_scored(outcome)) for outcome in score_all(Scorer.load(scoring.artifact), sources, scoring)]
    if as_json:
        click.echo(json.dumps(comparison_json(*sides), allow_nan=False))
    else:
        show_comparison(open_console(), *sides)


def _scored(outcome: Scored | Failed) -> Scored:
    """The scored document; nothing can be compared with one that is not."""
    if isinstance(outcome, Failed):
        raise click.ClickException(f"{outcome.name}: {outcome.error}")
    return outcome


def show_comparison(console: Console, first: Side, second: Side) -> None:
    """Print scores and shares by feature, the greatest difference first, then claims and sources."""
    sides = (first, second)
    for letter, side in zip("AB", sides, strict=True):
        console.print(Text(f"{letter}: {printable(side.name)} (passages: {side.passages})", style="bold"))
    scores = _table("feature", "A score", "A share", "B score", "B share")
    for feature in shared_features(*sides):
        found = [side.scores[feature] for side in sides]
        cells = [cell for of in found for cell in (f"{of.score:.2f}", f"{of.share:.0%}")]
        scores.add_row(feature, *cells, style="bold" if any(of.flagged for of in found) else "dim")
    console.print(scores)
    claims = _table("claims", "A", "B")
    for name, count in _CLAIMS:
        claims.add_row(name, *(str(count(side)) for side in sides))
    console.print(claims)
    for letter, side in zip("AB", sides, strict=True):
        console.print(Text(f"Who speaks in {letter}", style="bold"))
        for speaker in side.speakers:
            counts = f"quoted {speaker.quoted}, paraphrased {speaker.reported}"
            console.print(Text(f"  {printable(speaker.name)}: {counts}"))
        if not side.speakers:
            console.print(Text("  no source found", style="dim"))


def _table(first: str, *numbers: str) -> Table:
    table = Table()
    table.add_column(first, no_wrap=True)
    for name in numbers:
        table.add_column(name, justify="right")
    return table
