"""The commands that the service adds to ``framescope``."""

from datetime import UTC, datetime

import click

from framescope_api.keys import Key, check_name, hash_key, key_line, new_key
from framescope_api.settings import MAX_QUOTA_PER_MINUTE, Settings, load_settings
from framescope_model.errors import FramescopeError


@click.command()
@click.option("--host", help=f"Address to listen on.  [default: {Settings.model_fields['host'].default}]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"Port to listen on.  [default: {Settings.model_fields['port'].default}]",
)
def serve(host: str | None, port: int | None) -> None:
    """Serve the scores over HTTP.

    Every setting can be given as an environment variable FRAMESCOPE_<NAME>; an option goes before its variable.
    """
    try:
        settings = load_settings(host=host, port=port)
        # Imported late, because `framescope --help` asks every command for its help.
        from framescope_api.server import serve_forever  # noqa: PLC0415

        status = serve_forever(settings)
    except FramescopeError as error:
        raise click.ClickException(str(error)) from error
    raise SystemExit(status)


@click.group()
def keys() -> None:
    """Make API keys for the service."""


@keys.command("new")
@click.argument("name")
@click.option(
    "--quota-per-minute",
    type=click.IntRange(1, MAX_QUOTA_PER_MINUTE),
    help="Most requests a minute.  [default: the setting of that name]",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC) on which it is refused.")
def new(name: str, quota_per_minute: int | None, expires: datetime | None) -> None:
    """Make a key for NAME; the key is shown this once.

    Standard output has only the line to store, so that `framescope keys new NAME >> keys.toml` stores it.
    """
    try:
        check_name(name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="NAME") from error
    key = new_key()
    ends = None if expires is None else expires.replace(tzinfo=UTC)
    click.echo(f"The key of {name}, which is not stored anywhere and cannot be shown again:\n\n    {key}\n", err=True)
    click.echo("The line for the file that FRAMESCOPE_KEYS_FILE names:\n", err=True)
    click.echo(key_line(Key(name, hash_key(key), quota_per_minute, ends)))
