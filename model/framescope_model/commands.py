"""The model room's commands: ``framescope score``, ``framescope extract`` and ``framescope features``."""

import json
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from framescope_model.document_json import document_json, failure_json
from framescope_model.errors import FramescopeError
from framescope_model.fail_rules import FailRule, broken_rules, parse_rule
from framescope_model.features import FEATURES
from framescope_model.highlighted import open_console, show_highlighted
from framescope_model.html_report import HtmlReport
from framescope_model.inputs import STANDARD_INPUT, Source, check_local, find_sources, read_source
from framescope_model.options import Scoring, artifact_option, scoring_options
from framescope_model.outcomes import Failed, Scored, score_all
from framescope_model.presentation import printable, show_document, show_features

Writer = Callable[[Scored | Failed], None]


@click.command()
@click.argument("files", nargs=-1)
@click.option("--table", "as_table", is_flag=True, help="Print scores by feature and the flagged passages alone.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON line a document, offsets in code points.")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a self-contained page; print nothing unless --table or --json is given.",
)
@click.option(
    "--fail-on",
    multiple=True,
    metavar="FEATURE[:SCORE]",
    help="Exit with status 1 when a passage reaches SCORE (the threshold if none is given); 'any' is any feature.",
)
@scoring_options
@click.pass_context
def score(
    ctx: click.Context,
    files: tuple[str, ...],
    *,
    as_table: bool,
    as_json: bool,
    page: Path | None,
    fail_on: tuple[str, ...],
    scoring: Scoring,
) -> None:
    """Score text FILES: a folder stands for all files in it that can be read, - for standard input.

    .html, .docx and .pdf files are scored by the text that a reader sees, all others as UTF-8 text.

    Prints the text with the words marked that carry features, and a list of them with who vouches. Nothing is fetched
    from the web.

    A file that cannot be scored is told on standard error, the others are scored, and the exit status is 1.
    """
    if not files and sys.stdin.isatty():
        raise click.UsageError("name a file or a folder, or give a text on standard input", ctx)
    if as_table and as_json:
        raise click.UsageError("--table and --json exclude each other", ctx)
    check_local(*files)
    rules = [parse_rule(value, scoring.options.features) for value in fail_on]
    # Imported here: ONNX Runtime takes half a second, which `--help` and a wrong option need not wait for.
    from framescope_model.scorer import Scorer  # noqa: PLC0415

    scorer = Scorer.load(scoring.artifact)
    sources = list(find_sources(files or (STANDARD_INPUT,)))
    with ExitStack() as stack:
        writers = [_write_json if as_json else _printer(as_table)] if as_table or as_json or page is None else []
        if page is not None:
            writers.append(stack.enter_context(HtmlReport(page, scorer.info)).add)
        progress = stack.enter_context(_progress(len(sources)))
        task = progress.add_task("scoring", total=len(sources))
        failed = False
        for outcome in score_all(scorer, sources, scoring):
            for write in writers:
                write(outcome)
            failed |= _tell_faults(progress.console, outcome, rules)
            progress.advance(task)
    if failed:
        ctx.exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@artifact_option
def features(*, as_json: bool, artifact: Path | None) -> None:
    """List the features with their definitions, thresholds and measured quality."""
    from framescope_model.artifact import load_artifact  # noqa: PLC0415

    info = load_artifact(artifact).info
    if not as_json:
        show_features(open_console(), FEATURES, info)
        return
    listed = [
        {
            "id": feature.id,
            "group": feature.group.value,
            "definition": feature.definition,
            "threshold": info.thresholds[feature.id],
            "quality": dict(info.quality.get(feature.id, {})) or None,
        }
        for feature in FEATURES
    ]
    model = {"name": info.name, "version": info.version, "revision": info.revision}
    click.echo(json.dumps({"model": model, "features": listed}, ensure_ascii=False))


def _progress(sources: int) -> Progress:
    """A bar on standard error; results that scroll by are progress enough."""
    errors = open_console(stderr=True)
    unseen = sources < 2 or not errors.is_terminal or errors.color_system is None or sys.stdout.isatty()
    # Rich must not redirect: results would go to where the bar is.
    return Progress(console=errors, transient=True, disable=unseen, redirect_stdout=False, redirect_stderr=False)


def _tell_faults(errors: Console, outcome: Scored | Failed, rules: Sequence[FailRule]) -> bool:
    """Tell on standard error why a document was not scored, or which of its passages break ``rules``.

    What could not be read of a file is told too, and is no fault.
    """
    lines = _faults(outcome, rules)
    warnings = [f"{outcome.name}: {warning}" for warning in outcome.warnings] if isinstance(outcome, Scored) else []
    for line in (*warnings, *lines):
        errors.print(Text(printable(f"framescope: {line}")), soft_wrap=True)
    return bool(lines)


def _faults(outcome: Scored | Failed, rules: Sequence[FailRule]) -> list[str]:
    if isinstance(outcome, Failed):
        return [f"{outcome.name}: {outcome.error}"]
    return list(broken_rules(rules, outcome))


def _write_json(outcome: Scored | Failed) -> None:
    if isinstance(outcome, Failed):
        line = failure_json(outcome.name, outcome.error)
    else:
        line = document_json(outcome.name, outcome.language, outcome.document)
    click.echo(json.dumps(line, allow_nan=False))


def _printer(as_table: bool) -> Writer:
    console = open_console()

    def write(outcome: Scored | Failed) -> None:
        if isinstance(outcome, Failed):
            return
        if as_table:
            show_document(console, outcome.name, outcome.text, outcome.language, outcome.document)
        else:
            show_highlighted(console, outcome)

    return write


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def extract(ctx: click.Context, file: Path) -> None:
    """Print the text of FILE as `framescope score` scores it; offsets point into it.

    FILE is a .txt, .md, .html, .docx or .pdf file.
    """
    try:
        found = read_source(Source(str(file), file), sys.stdin.buffer)
    except FramescopeError as error:
        click.echo(f"framescope: {file}: {error}", err=True)
        ctx.exit(1)
    for warning in found.warnings:
        click.echo(f"framescope: {file}: {warning}", err=True)
    # As bytes, so that no line end is changed on the way.
    sys.stdout.buffer.write(found.text.encode())
