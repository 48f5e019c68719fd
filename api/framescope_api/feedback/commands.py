"""``framescope feedback``: look through what was kept, decide on it, hand it to training, delete it."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framescope_api.errors import SettingsError, UnknownFeedback
from framescope_api.feedback.entries import Origin, Review, ReviewState
from framescope_api.settings import Settings, load_settings
from framescope_model.errors import FramescopeError

# SQLAlchemy and Alembic are imported late, because `framescope --help` asks every command for its help.
if TYPE_CHECKING:
    from framescope_api.feedback.database import Database
    from framescope_api.feedback.repository import FeedbackRepository


@click.group()
def feedback() -> None:
    """Review, export and delete the feedback that the service kept.

    The database is the one that FRAMESCOPE_FEEDBACK_DATABASE names. Deleting and purging are for good.
    """


@feedback.command("migrate")
def migrate_() -> None:
    """Bring the tables up to date; make a backup before."""
    with _opened() as (database, _):
        from framescope_api.feedback.migrating import migrate  # noqa: PLC0415

        before, after = migrate(database)
    click.echo(f"at revision {after} already" if before == after else f"from revision {before or 'none'} to {after}")


@feedback.command("list")
@click.option("--state", type=click.Choice([state.value for state in ReviewState]), help="Only those in this state.")
@click.option("--origin", type=click.Choice([origin.value for origin in Origin]), help="Only those of this origin.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Most that are listed.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON line each, in full.")
def list_(state: str | None, origin: str | None, limit: int, *, as_json: bool) -> None:
    """List feedback, the oldest first."""
    from framescope_api.feedback.presentation import feedback_json, list_line  # noqa: PLC0415

    with _repository() as (repository, _):
        found = repository.find(ReviewState(state) if state else None, Origin(origin) if origin else None, limit)
        for kept in found:
            click.echo(json.dumps(feedback_json(kept)) if as_json else list_line(kept))


@feedback.command("show")
@click.argument("feedback_id", type=click.UUID, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def show(feedback_id: uuid.UUID, *, as_json: bool) -> None:
    """Show one feedback in full."""
    from framescope_api.feedback.presentation import feedback_json, show_lines  # noqa: PLC0415

    with _repository() as (repository, _):
        kept = repository.get(feedback_id)
    click.echo(json.dumps(feedback_json(kept)) if as_json else "\n".join(show_lines(kept)))


@feedback.command("review")
@click.argument("feedback_id", type=click.UUID, metavar="ID")
@click.option("--accept", "state", flag_value=ReviewState.ACCEPTED.value, help="It is right: train on it.")
@click.option(
    "--reject", "state", flag_value=ReviewState.REJECTED.value, help="It is wrong or no use: never train on it."
)
@click.option("--reviewer", help="Who decides.")
@click.option("--note", default="", help="Why.")
@click.option("--change", is_flag=True, help="Replace an earlier decision.")
def review(feedback_id: uuid.UUID, state: str | None, reviewer: str | None, note: str, *, change: bool) -> None:
    """Accept or reject one feedback by the annotation guideline."""
    from framescope_api.feedback.store import utc_now  # noqa: PLC0415

    if state is None:
        raise click.UsageError("say --accept or --reject")
    with _repository() as (repository, _):
        repository.review(feedback_id, Review(ReviewState(state), reviewer, note, utc_now()), change=change)
    click.echo(f"{feedback_id} {state}")


@feedback.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT.jsonl")
def export(path: Path) -> None:
    """Write the accepted feedback as training examples, replacing the file.

    An export holds texts and outlives deletion and retention in the database: delete it after training.
    """
    from framescope_api.feedback.export import write_examples  # noqa: PLC0415

    with _repository() as (repository, _):
        try:
            written = write_examples(repository.trainable(), path)
        except OSError as error:
            raise SettingsError(f"{path} cannot be written: {error.strerror or error}") from error
    click.echo(f"{written} examples in {path}")


@feedback.command("delete")
@click.option("--id", "feedback_id", type=click.UUID, help="The one with this id.")
@click.option("--key", "key_name", help="All that came with the API key of this name.")
def delete(feedback_id: uuid.UUID | None, key_name: str | None) -> None:
    """Delete one feedback, or all of an API key."""
    if (feedback_id is None) == (key_name is None):
        raise click.UsageError("say either --id or --key")
    with _repository() as (repository, _):
        if key_name is not None:
            click.echo(f"{repository.delete_of_key(key_name)} deleted")
        elif feedback_id is not None:
            if not repository.delete(feedback_id):
                raise UnknownFeedback(f"there is no feedback {feedback_id}")
            click.echo("1 deleted")


@feedback.command("purge")
def purge() -> None:
    """Delete what is older than FRAMESCOPE_FEEDBACK_RETENTION_DAYS; the service does so every hour."""
    from framescope_api.feedback.store import utc_now  # noqa: PLC0415

    with _repository() as (repository, settings):
        deleted = repository.purge(utc_now(), settings.feedback_retention_days)
    click.echo(f"{deleted} deleted")


@contextmanager
def _repository() -> Iterator[tuple["FeedbackRepository", Settings]]:
    """What is stored, in a database whose tables fit."""
    with _opened() as (database, settings):
        from framescope_api.feedback.migrating import ensure_schema  # noqa: PLC0415
        from framescope_api.feedback.repository import FeedbackRepository  # noqa: PLC0415

        ensure_schema(database)
        yield FeedbackRepository(database), settings


@contextmanager
def _opened() -> Iterator[tuple["Database", Settings]]:
    """The database of the settings; its errors, and ours, end the command with a plain message."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from framescope_api.feedback.database import Database, explain  # noqa: PLC0415

    try:
        settings = load_settings()
        if settings.feedback_database is None:
            raise SettingsError("no feedback is kept: FRAMESCOPE_FEEDBACK_DATABASE is not set")
        database = Database(settings.feedback_database.get_secret_value())
        try:
            yield database, settings
        finally:
            database.close()
    except FramescopeError as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"the feedback database cannot be used: {explain(error)}") from error
