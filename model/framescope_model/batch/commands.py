"""The command ``framescope batch``."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.formats import TableFormat, format_of
from framescope_model.batch.join import write_csv, write_parquet
from framescope_model.batch.progress import ProgressReport
from framescope_model.batch.read_csv import CsvReader
from framescope_model.batch.read_jsonl import JsonlReader
from framescope_model.batch.records import ColumnNames, TableReader
from framescope_model.batch.rows import OWN_COLUMNS, flat_columns, score_columns
from framescope_model.batch.run_state import Phase, RunState
from framescope_model.batch.scoring import MAX_LENGTH, Plan, score_rows
from framescope_model.batch.workspace import Workspace, rejected_path
from framescope_model.features import FEATURE_IDS
from framescope_model.highlighted import open_console
from framescope_model.inputs import check_local
from framescope_model.language import check_language
from framescope_model.options import Scoring, parse_names, scoring_options
from framescope_model.presentation import printable

if TYPE_CHECKING:
    from framescope_model.model_info import ModelInfo

_SAMPLE_BYTES = 1024 * 1024
_INTERRUPTED_STATUS = 130


@click.command()
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT")
@click.option("--text-column", default="text", show_default=True, help="The column with the text.")
@click.option("--id-column", help="The column with the id; ids may repeat.  [default: id, where there is one]")
@click.option(
    "--columns", callback=parse_names, multiple=True, metavar="NAME[,NAME]", help="Columns to carry along: outlet, date."
)
@click.option("--delimiter", default=",", show_default=True, help="What parts the fields of a CSV input.")
@click.option("--spans", is_flag=True, help="Add the words that carry features, as JSON.")
@click.option("--max-length", type=click.IntRange(1), default=MAX_LENGTH, show_default=True, help="Longest text scored.")
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
    _check_carried(names.carried)
    plan = Plan(scoring, spans, max_length, limit)
    if Path(target).resolve() == Path(source).resolve():
        raise BatchRefused(f"{target} is the input; name another output")
    reader = _open_reader(Path(source), names, delimiter)
    join = _joiner(Path(target), reader, names, plan)
    if scoring.language is not None:
        check_language("", scoring.language)
    from framescope_model.scorer import Scorer  # noqa: PLC0415 - see `score`

    scorer = Scorer.load(scoring.artifact, threads=threads)
    run = _describe(Path(source), names, delimiter, plan, scorer.info)
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
    ctx.exit(_tell_end(console, Path(target), work.state))


def _check_carried(carried: tuple[str, ...]) -> None:
    taken = OWN_COLUMNS | set(score_columns(FEATURE_IDS))
    for name in carried:
        if name in taken:
            raise BatchRefused(f"a column {name!r} cannot be carried along: the output has one of its own; rename it first")
        if carried.count(name) > 1:
            raise BatchRefused(f"the column {name!r} is named twice")


def _open_reader(path: Path, names: ColumnNames, delimiter: str) -> TableReader:
    found = format_of(path)
    if len(delimiter) != 1:
        raise click.UsageError("--delimiter takes one character")
    try:
        if found is TableFormat.PARQUET:
            from framescope_model.batch.read_parquet import ParquetReader  # noqa: PLC0415 - needs an extra

            return ParquetReader(path, names)
        return JsonlReader(path, names) if found is TableFormat.JSONL else CsvReader(path, names, delimiter)
    except OSError as error:
        raise BatchRefused(f"{path} cannot be read: {error.strerror or error}") from error


def _joiner(
    target: Path, reader: TableReader, names: ColumnNames, plan: Plan
) -> Callable[[Path, Path], None] | None:
    """What makes the output of the working file of rows; JSON Lines need nothing."""
    columns = flat_columns(plan.scoring.options.features, names.carried, spans=plan.spans)
    found = format_of(target)
    if found is TableFormat.CSV:
        return partial(write_csv, columns=columns)
    if found is TableFormat.JSONL:
        return None
    types = dict(getattr(reader, "types", {}))
    told = types.get(names.id or "id")
    carried = {name: types[name] for name in names.carried if name in types}
    return partial(write_parquet, columns=columns, types=carried | ({"id": told} if told else {}))


def _describe(path: Path, names: ColumnNames, delimiter: str, plan: Plan, info: "ModelInfo") -> dict[str, Any]:
    """What makes a run this one; threads do not, nor does the input's place."""
    with path.open("rb") as file:
        size = path.stat().st_size
        digest = sha256(file.read(_SAMPLE_BYTES))
        file.seek(max(0, size - _SAMPLE_BYTES))
        digest.update(file.read(_SAMPLE_BYTES))
    told = {
        "input": {"format": format_of(path).value, "bytes": size, "sha256_of_ends": digest.hexdigest()[:16]},
        "model": {"name": info.name, "version": info.version, "revision": info.revision},
        "columns": asdict(names),
        "delimiter": delimiter,
        "options": asdict(plan.scoring.options),
        "language": plan.scoring.language,
        "spans": plan.spans,
        "max_length": plan.max_length,
        "limit": plan.limit,
    }
    # As it will be read again: with lists for tuples.
    described: dict[str, Any] = json.loads(json.dumps(told))
    return described


def _tell_end(console: Console, target: Path, state: RunState) -> int:
    """Tell what became of the rows, and the exit status: 1 when there were rows and none could be scored."""
    counts = state.counts
    parts = [f"{counts.total:,} rows: {counts.scored:,} scored"]
    if counts.failed:
        parts.append(f"{counts.failed:,} not (see the error in their rows)")
    if counts.rejected:
        parts.append(f"{counts.rejected:,} set aside in {rejected_path(target)}")
    _say(console, f"{', '.join(parts)}; wrote {target}")
    return int(counts.total > 0 and counts.scored == 0)


def _say(console: Console, words: str) -> None:
    console.print(Text(printable(f"framescope: {words}")), soft_wrap=True)
