"""The command ``framescope batch``."""

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.files import check_carried, describe, joiner, open_reader
from framescope_model.batch.progress import ProgressReport
from framescope_model.batch.records import ColumnNames
from framescope_model.batch.run_state import Phase, RunState
from framescope_model.batch.scoring import MAX_LENGTH, Plan, score_rows
from framescope_model.batch.workspace import Workspace, rejected_path
from framescope_model.highlighted import open_console
from framescope_model.inputs import check_local
from framescope_model.language import check_language
from framescope_model.options import Scoring, parse_names, scoring_options
from framescope_model.presentation import printable

_INTERRUPTED_STATUS = 130


@click.command()
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--text-column", default="text", show_default=True, help="The column with the text.")
@click.option("--id-column", help="The column with the id; ids may repeat.  [default: id, where there is one]")
@click.option(
    "--columns",
    callback=parse_names,
    multiple=True,
    metavar="NAME[,NAME]",
    help="Columns to carry along: outlet, date.",
)
@click.option("--delimiter", default=",", show_default=True, help="What parts the fields of a CSV input.")
@click.option("--spans", is_flag=True, help="Add the words that carry features, as JSON.")
@click.option(
    "--max-length", type=click.IntRange(1), default=MAX_LENGTH, show_default=True, help="Longest text scored."
)
@click.option("--limit", type=click.IntRange(1), help="Stop after this many rows.")
@click.option("--threads", type=click.IntRange(1), help="Processor threads to use.  [default: all cores]")
@click.option("--overwrite", is_flag=True, help="Replace a finished OUT, and drop an unfinished run of something else.")
@scoring_options
@click.pass_context
def batch(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    source: str,
    target: str,
    *,
    text_column: str,
    id_column: str | None,
    columns: tuple[str, ...] | None,
    delimiter: str,
    spans: bool,
    max_length: int,
    limit: int | None,
    threads: int | None,
    overwrite: bool,
    scoring: Scoring,
) -> None:
    """Score the rows of IN, a .jsonl, .csv or .parquet file, into OUT, one row for each.

    Work lies in OUT.work until all is done: after a kill the same command goes on where it stopped. Rows that hold no
    text go to OUT.rejected.jsonl with line and reason.
    """
    check_local(source, target)
    names = ColumnNames(text_column, id_column, columns or ())
    check_carried(names.carried)
    plan = Plan(scoring, spans, max_length, limit)
    if Path(target).resolve() == Path(source).resolve():
        raise BatchRefused(f"{target} is the input; name another output")
    reader = open_reader(Path(source), names, delimiter)
    join = joiner(Path(target), reader, names, plan)
    if scoring.language is not None:
        check_language("", scoring.language)
    from framescope_model.scorer import Scorer  # noqa: PLC0415 - see `score`

    scorer = Scorer.load(scoring.artifact, threads=threads)
    run = describe(Path(source), names, delimiter, plan, scorer.info)
    console = open_console(stderr=True)
    with Workspace(Path(target), run, overwrite=overwrite) as work:
        begun = work.state.position
        if begun.rows:
            _say(console, f"going on behind row {begun.rows:,}")
        try:
            if work.state.phase is Phase.SCORING:
                with ProgressReport(console, begun.rows, reader.share_done(begun)) as progress:
                    score_rows(scorer, reader, work, plan, progress.tell)
            work.publish(join)
        except KeyboardInterrupt:
            _say(console, f"stopped behind row {work.state.position.rows:,}; the same command goes on from there")
            ctx.exit(_INTERRUPTED_STATUS)
        except OSError as error:
            # A full disk, most likely. What was kept before stays.
            raise BatchRefused(f"{error}; the same command goes on behind row {work.state.position.rows:,}") from error
    ctx.exit(_tell_end(console, Path(target), work.state))


def _tell_end(console: Console, target: Path, state: RunState) -> int:
    """Tell what became of the rows, and the exit status: 1 when there were rows and none could be scored."""
    counts = state.counts
    parts = [f"{counts.total:,} {'row' if counts.total == 1 else 'rows'}: {counts.scored:,} scored"]
    if counts.failed:
        parts.append(f"{counts.failed:,} not (see the error in their rows)")
    if counts.rejected:
        parts.append(f"{counts.rejected:,} set aside in {rejected_path(target)}")
    _say(console, f"{', '.join(parts)}; wrote {target}")
    return int(counts.total > 0 and counts.scored == 0)


def _say(console: Console, words: str) -> None:
    console.print(Text(printable(f"framescope: {words}")), soft_wrap=True)
