"""The command line ``framescope``: the commands of all rooms, found by the entry-point group ``framescope.commands``.

A command is loaded when it is asked for. One whose extra is not installed stays listed, says how to install it, and
keeps no other from running.
"""

import re
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, PackageNotFoundError, distribution, entry_points, requires

import click

from framescope_model.errors import FramescopeError
from framescope_model.version import __version__

COMMAND_GROUP = "framescope.commands"
ERROR_STATUS = 2
_DISTRIBUTION = "framescope"
_EXTRAS = {
    "framescope_api": "api",
    "framescope_api.queueing": "worker",
    "framescope_model.reporting": "report",
    "framescope_training": "training",
}
"""The extra that the commands of a package need, beside those of the model room; the innermost package decides."""


class CommandUnavailable(FramescopeError):
    """A command cannot run with what is installed."""

    code = "command_unavailable"


def _installed_commands() -> Sequence[EntryPoint]:
    return tuple(entry_points(group=COMMAND_GROUP))


class CommandGroup(click.Group):
    """A group whose commands are entry points."""

    find_commands: Callable[[], Sequence[EntryPoint]] = staticmethod(_installed_commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, those that cannot run as well."""
        return sorted({*super().list_commands(ctx), *(point.name for point in self.find_commands())})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or one in its place that says what it lacks."""
        for point in self.find_commands():
            if point.name == cmd_name:
                return _load(point)
        return super().get_command(ctx, cmd_name)


def _load(point: EntryPoint) -> click.Command:
    extra = _extra_of(point.module)
    if extra is not None and missing_requirements(extra):
        return _unavailable(point.name, f"needs an extra: pip install '{_DISTRIBUTION}[{extra}]'")
    try:
        command = point.load()
    except (ImportError, AttributeError) as error:
        hint = f"pip install '{_DISTRIBUTION}[{extra}]'" if extra else f"reinstall {_DISTRIBUTION}"
        return _unavailable(point.name, f"cannot be loaded ({error}): {hint}")
    if not isinstance(command, click.Command):
        return _unavailable(point.name, f"is no command: {point.value}")
    return command


def _extra_of(module: str) -> str | None:
    """The extra of the innermost package around ``module`` that has one; the model room needs none."""
    around = [package for package in _EXTRAS if f"{module}.".startswith(f"{package}.")]
    return _EXTRAS[max(around, key=len)] if around else None


def missing_requirements(extra: str) -> list[str]:
    """The distributions that ``extra`` asks for and that are not installed; reads metadata and imports nothing."""
    try:
        requirements = requires(_DISTRIBUTION) or []
    except PackageNotFoundError:
        return []
    wanted = [line for line in requirements if re.search(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]", line)]
    names = [match.group() for match in (re.match(r"[\w.-]+", line) for line in wanted) if match]
    return [name for name in names if not _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def _unavailable(name: str, reason: str) -> click.Command:
    """A command that only says why it cannot run, whatever it is given."""

    def explain() -> None:
        raise CommandUnavailable(f"the command {name!r} {reason}")

    return click.Command(
        name,
        callback=explain,
        short_help=f"[unavailable] {reason}",
        help=f"This command {reason}",
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )


@click.group(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
@click.version_option(__version__, prog_name="framescope")
def framescope() -> None:
    """Score news passages for framing: how a claim is carried, never whether it is true."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; an error raised on purpose is told on standard error, with exit status 2."""
    try:
        framescope(args=list(arguments) if arguments is not None else None, prog_name="framescope")
    except FramescopeError as error:
        click.echo(f"framescope: {error}", err=True)
        sys.exit(ERROR_STATUS)
