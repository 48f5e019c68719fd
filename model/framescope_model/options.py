"""The options that all scoring commands share."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from framescope_model.documents import check_options
from framescope_model.results import ScoreOptions


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a command is to score: ``language`` is the declared one, ``artifact`` is ``None`` for the shipped one."""

    options: ScoreOptions
    language: str | None
    artifact: Path | None


def _parse_thresholds(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, float]:
    thresholds: dict[str, float] = {}
    for value in values:
        name, _, number = value.partition("=")
        try:
            thresholds[name.strip()] = float(number)
        except ValueError as error:
            raise click.BadParameter(f"{value!r} should be NAME=VALUE, such as loaded_language=0.7") from error
    return thresholds


def parse_names(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names in a repeatable option of comma lists, in order; ``None`` if there is none."""
    names = tuple(name.strip() for value in values for name in value.split(",") if name.strip())
    return names or None


artifact_option = click.option(
    "--artifact",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="FRAMESCOPE_ARTIFACT",
    help="Folder of a trained artifact.  [default: the shipped one]",
)
_OPTIONS = (
    click.option("--features", callback=parse_names, multiple=True, metavar="NAME[,NAME]", help="Report only these."),
    click.option(
        "--threshold",
        "thresholds",
        callback=_parse_thresholds,
        multiple=True,
        metavar="NAME=VALUE",
        help="Flag a passage from this score on, instead of the model's threshold.",
    ),
    click.option("--ignore", multiple=True, metavar="PHRASE", help="A phrase that is never reported."),
    click.option("--exclude-quoted", is_flag=True, help="Keep quoted speech out of the sourcing scores."),
    click.option("--language", help="Language of the documents, such as en; wins over detection."),
    artifact_option,
)


def scoring_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``command`` the options of scoring, checked, as one argument ``scoring``."""

    @wraps(command)
    def with_scoring(*arguments: Any, **given: Any) -> None:  # noqa: ANN401 - whatever click passes on
        names = ("features", "thresholds", "ignore", "exclude_quoted")
        options = ScoreOptions(*(given.pop(name) for name in names))
        check_options(options)
        scoring = Scoring(options, given.pop("language"), given.pop("artifact"))
        command(*arguments, scoring=scoring, **given)

    for option in reversed(_OPTIONS):
        with_scoring = option(with_scoring)
    return with_scoring
