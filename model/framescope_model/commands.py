"""The model room's commands: ``framescope score`` and ``framescope features``."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress
from rich.text import Text

from framescope_model.document_json import document_json, failure_json
from framescope_model.documents import check_options
from framescope_model.errors import FramescopeError
from framescope_model.features import FEATURES
from framescope_model.inputs import STANDARD_INPUT, Source, UnreadableFile, find_sources, read_source
from framescope_model.language import DetectedLanguage, check_language
from framescope_model.presentation import printable, show_document, show_features
from framescope_model.results import ScoredDocument, ScoreOptions

if TYPE_CHECKING:
    from framescope_model.scorer import Scorer

CHUNK_DOCUMENTS = 16
"""Files read and scored together: enough for full batches, few enough to hold in memory."""


@dataclass(frozen=True, slots=True)
class _Scored:
    name: str
    text: str
    language: DetectedLanguage
    document: ScoredDocument


@dataclass(frozen=True, slots=True)
class _Failed:
    name: str
    error: FramescopeError


def _parse_thresholds(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    thresholds: dict[str, float] = {}
    for value in values:
        name, _, number = value.partition("=")
        try:
            thresholds[name.strip()] = float(number)
        except ValueError as error:
            raise click.BadParameter(f"{value!r} should be NAME=VALUE, such as loaded_language=0.7") from error
    return thresholds


def _parse_features(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    names = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    return names or None


_ARTIFACT = click.option(
    "--artifact",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="FRAMESCOPE_ARTIFACT",
    help="Folder of a trained artifact.  [default: the shipped one]",
)


@click.command()
@click.argument("files", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON line a document, offsets in code points.")
@click.option("--features", callback=_parse_features, multiple=True, metavar="NAME[,NAME]", help="Report only these.")
@click.option(
    "--threshold",
    "thresholds",
    callback=_parse_thresholds,
    multiple=True,
    metavar="NAME=VALUE",
    help="Flag a passage from this score on, instead of the model's threshold.",
)
@click.option("--ignore", multiple=True, metavar="PHRASE", help="A phrase that is never reported.")
@click.option("--exclude-quoted", is_flag=True, help="Keep quoted speech out of the sourcing scores.")
@click.option("--language", help="Language of the documents, such as en; wins over detection.")
@_ARTIFACT
@click.pass_context
def score(  # noqa: PLR0913 - one parameter an option
    ctx: click.Context,
    files: tuple[str, ...],
    *,
    as_json: bool,
    features: tuple[str, ...] | None,
    thresholds: dict[str, float],
    ignore: tuple[str, ...],
    exclude_quoted: bool,
    language: str | None,
    artifact: Path | None,
) -> None:
    """Score text FILES: a folder stands for all .txt and .md files in it, - for standard input.

    A file that cannot be scored is told on standard error, the others are scored, and the exit status is 1.
    """
    if not files and sys.stdin.isatty():
        raise click.UsageError("name a file or a folder, or give a text on standard input", ctx)
    options = ScoreOptions(features, thresholds, ignore, exclude_quoted)
    check_options(options)
    # Imported here: ONNX Runtime takes half a second, which `--help` and a wrong option need not wait for.
    from framescope_model.scorer import Scorer  # noqa: PLC0415

    scorer = Scorer.load(artifact)
    write = _write_json if as_json else _table_writer()
    failures = 0
    sources = list(find_sources(files or (STANDARD_INPUT,)))
    errors = Console(stderr=True, soft_wrap=True)
    # Results that scroll by are progress enough. Rich must not redirect: results would go to where the bar is.
    unseen = len(sources) < 2 or not errors.is_terminal or sys.stdout.isatty()
    with Progress(
        console=errors, transient=True, disable=unseen, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task("scoring", total=len(sources))
        for outcome in _score_all(scorer, sources, options, language):
            if isinstance(outcome, _Failed):
                failures += 1
                errors.print(Text(printable(f"framescope: {outcome.name}: {outcome.error}")))
            write(outcome)
            progress.advance(task)
    if failures:
        ctx.exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@_ARTIFACT
def features(*, as_json: bool, artifact: Path | None) -> None:
    """List the features with their definitions, thresholds and measured quality."""
    from framescope_model.artifact import load_artifact  # noqa: PLC0415

    info = load_artifact(artifact).info
    if not as_json:
        show_features(Console(), FEATURES, info)
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


def _score_all(
    scorer: "Scorer", sources: Sequence[Source | UnreadableFile], options: ScoreOptions, language: str | None
) -> Iterator[_Scored | _Failed]:
    """The outcome of every source, in order; texts are read and scored a chunk at a time."""
    remaining = iter(sources)
    while chunk := list(islice(remaining, CHUNK_DOCUMENTS)):
        read = [_read(source, language) for source in chunk]
        documents = iter(scorer.score([item[1] for item in read if not isinstance(item, _Failed)], options))
        for item in read:
            yield item if isinstance(item, _Failed) else _Scored(*item, next(documents))


def _read(source: Source | UnreadableFile, language: str | None) -> tuple[str, str, DetectedLanguage] | _Failed:
    """The name, text and language of a source."""
    if isinstance(source, UnreadableFile):
        return _Failed(source.name, source)
    try:
        text = read_source(source, sys.stdin.buffer)
        return source.name, text, check_language(text, language)
    except FramescopeError as error:
        return _Failed(source.name, error)


def _write_json(outcome: _Scored | _Failed) -> None:
    if isinstance(outcome, _Failed):
        line = failure_json(outcome.name, outcome.error)
    else:
        line = document_json(outcome.name, outcome.language, outcome.document)
    click.echo(json.dumps(line, allow_nan=False))


def _table_writer() -> Callable[[_Scored | _Failed], None]:
    console = Console()

    def write(outcome: _Scored | _Failed) -> None:
        if isinstance(outcome, _Scored):
            show_document(console, outcome.name, outcome.text, outcome.language, outcome.document)

    return write
