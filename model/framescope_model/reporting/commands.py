"""The command ``framescope report``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from framescope_model.errors import InputError, UnknownFeature
from framescope_model.features import SOURCING_IDS
from framescope_model.inputs import check_local
from framescope_model.options import parse_names
from framescope_model.reporting.periods import Period
from framescope_model.reporting.result_rows import ResultFile
from framescope_model.reporting.tallies import Dimension, Summary, column_of, summarise

if TYPE_CHECKING:
    from framescope_model.reporting.report_page import Layout

MIN_ROWS = 30
"""Under it, a 95 % interval of a share may be wider than a third."""
MAX_GROUPS = 30


@click.command()
@click.argument("result")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The page to write, such as report.html.",
)
@click.option("--outlet-column", help="The column of outlets.  [default: outlet, where there is one]")
@click.option("--date-column", help="The column of dates (ISO 8601).  [default: date, where there is one]")
@click.option("--section-column", help="The column of sections.  [default: section, where there is one]")
@click.option("--period", type=click.Choice([*Period], case_sensitive=False), default=Period.MONTH, show_default=True)
@click.option(
    "--features",
    callback=parse_names,
    multiple=True,
    metavar="NAME[,NAME]",
    help="Features to show.  [default: the five of sourcing]",
)
@click.option("--min-rows", type=click.IntRange(1), default=MIN_ROWS, show_default=True, help="Fewer rows get no bar.")
@click.option(
    "--max-groups", type=click.IntRange(1, 100), default=MAX_GROUPS, show_default=True, help="Most bars a figure."
)
@click.option("--format", "image", type=click.Choice(["svg", "png"]), default="svg", show_default=True)
@click.option(
    "--figures", type=click.Path(file_okay=False, path_type=Path), help="Save the figures in this folder too."
)
def report(  # noqa: PLR0913 - one parameter an option
    result: str,
    *,
    output: Path,
    outlet_column: str | None,
    date_column: str | None,
    section_column: str | None,
    period: Period,
    features: tuple[str, ...] | None,
    min_rows: int,
    max_groups: int,
    image: str,
    figures: Path | None,
) -> None:
    """Plot, over RESULT of `framescope batch`, the share of texts flagged: by outlet, over time, by section.

    The columns must have been carried along (`framescope batch --columns outlet,date,section`).
    """
    check_local(result)
    found = ResultFile(Path(result))
    outlet, moment, section = (
        column_of(given, usual, found.columns)
        for given, usual in ((outlet_column, "outlet"), (date_column, "date"), (section_column, "section"))
    )
    dimensions = [Dimension("by outlet", outlet)] if outlet else []
    dimensions += [Dimension(f"by {period}", moment, Period(period))] if moment else []
    dimensions += [Dimension("by section", section)] if section else []
    if not dimensions:
        raise InputError(f"{result} has none of the columns outlet, date, section: carry them along, or name yours")
    shown = _shown_features(features, found.features)
    # Imported here: `--help` and a wrong option need not wait for matplotlib.
    from framescope_model.reporting.report_page import Layout  # noqa: PLC0415

    summary = summarise(found.rows([dimension.column for dimension in dimensions], shown), dimensions)
    layout = Layout(shown, min_rows, max_groups, "png" if image == "png" else "svg")
    count = write_report(output, Path(result).name, summary, layout, figures)
    click.echo(f"framescope: wrote {output} with {count} figures over {summary.scored:,} rows", err=True)


def write_report(output: Path, source: str, summary: Summary, layout: "Layout", figures: Path | None) -> int:
    """Write the page, and each figure into the folder ``figures`` too; returns the number of figures.

    Raises:
        InputError: a file cannot be written.
    """
    from framescope_model.reporting.report_page import (  # noqa: PLC0415 - see `report`
        draw_all,
        drawing_section,
        foot_section,
        head_section,
    )

    count = 0
    unfinished = output.with_name(output.name + ".new")
    try:
        if figures is not None:
            figures.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8") as page:
            page.write(head_section(source, summary, layout))
            for tally in summary.tallies:
                page.write(f"<h2>{tally.dimension.title.capitalize()}</h2>\n")
                if tally.undated:
                    page.write(f'<p class="note">{tally.undated:,} rows without a date of that precision.</p>\n')
                for drawing in draw_all(tally, layout):
                    page.write(drawing_section(drawing, layout, tally.dimension.column))
                    count += drawing.image is not None
                    if figures is not None and drawing.image is not None:
                        (figures / f"{drawing.name}.{layout.image}").write_bytes(drawing.image)
            page.write(foot_section(summary))
        unfinished.replace(output)
    except OSError as error:
        raise InputError(f"{error.filename or output} cannot be written: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _shown_features(named: tuple[str, ...] | None, scored: list[str]) -> list[str]:
    for feature in named or ():
        if feature not in scored:
            raise UnknownFeature(f"the result has no scores of {feature!r}; it has {', '.join(scored)}")
    return list(named or [feature for feature in SOURCING_IDS if feature in scored] or scored)
