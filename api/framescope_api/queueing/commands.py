"""The command ``framescope work``."""

import click

from framescope_api.settings import load_settings, load_work_settings
from framescope_model.errors import FramescopeError


@click.command()
def work() -> None:
    """Score the items of a moderation queue in Redis, and route them.

    Every setting is an environment variable FRAMESCOPE_WORK_<NAME>; the model and the batches are set as for serve.
    """
    try:
        settings, work_settings = load_settings(), load_work_settings()
        # Imported late, because `framescope --help` asks every command for its help.
        from framescope_api.queueing.runner import work_forever  # noqa: PLC0415

        status = work_forever(settings, work_settings)
    except FramescopeError as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(status)
