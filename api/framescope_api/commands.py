"""The commands that the service adds to ``framescope``."""

import click

from framescope_api.settings import Settings, load_settings
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
