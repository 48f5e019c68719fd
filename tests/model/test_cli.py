from importlib.metadata import EntryPoint
from typing import Any

import click
import pytest
from click.testing import CliRunner

from framescope_model import cli
from framescope_model.cli import CommandGroup, framescope, main, missing_requirements
from framescope_model.errors import TextTooLong
from framescope_model.version import __version__


@click.command(help="Count things.")
def count() -> None:
    click.echo("counted")


@click.command()
def fail() -> None:
    raise TextTooLong("the text has 9 letters, the limit is 8")


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, cli.COMMAND_GROUP)


class Loaded:
    """An entry point that yields what it is given, and counts how often it is loaded."""

    def __init__(self, name: str, command: Any, module: str = "framescope_model.commands") -> None:
        self.name, self.module, self.value = name, module, f"{module}:{name}"
        self._command = command
        self.loads = 0

    def load(self) -> Any:
        self.loads += 1
        return self._command


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    points: list[Any] = [Loaded("count", count), Loaded("fail", fail)]
    monkeypatch.setattr(CommandGroup, "find_commands", staticmethod(lambda: points))
    return points


def test_the_rooms_commands_are_found() -> None:
    result = CliRunner().invoke(framescope, ["--help"])
    assert result.exit_code == 0
    assert {"score", "features", "serve", "train", "evaluate"} <= set(result.output.split())


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(framescope, ["--version"]).output == f"framescope, version {__version__}\n"


def test_only_the_command_that_runs_is_loaded(commands: list[Any]) -> None:
    assert CliRunner().invoke(framescope, ["count"]).output == "counted\n"
    assert [command.loads for command in commands] == [1, 0]


def test_an_error_raised_on_purpose_is_told_in_one_line_with_status_2(
    commands: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(["fail"])
    assert exit_info.value.code == 2
    captured = capsys.readouterr()
    assert captured.err == "framescope: the text has 9 letters, the limit is 8\n"
    assert captured.out == ""


def test_an_unknown_command_is_refused(commands: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(["guess"])
    assert exit_info.value.code == 2
    assert "guess" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["config.toml", "--corpora", "x"]])
def test_a_command_whose_extra_is_missing_says_which_and_the_others_run(
    commands: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    commands.append(point("train", "framescope_training.commands:train"))
    monkeypatch.setattr(cli, "missing_requirements", lambda extra: ["torch"] if extra == "training" else [])
    shown = CliRunner().invoke(framescope, ["--help"], terminal_width=200)
    assert "pip install 'framescope[training]'" in shown.output
    assert "Count things." in shown.output
    assert CliRunner().invoke(framescope, ["count"]).output == "counted\n"
    with pytest.raises(SystemExit) as exit_info:
        main(["train", *arguments])
    assert exit_info.value.code == 2
    assert "pip install 'framescope[training]'" in capsys.readouterr().err


def test_a_package_within_a_room_may_need_an_extra_of_its_own(
    commands: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.extend(
        [point("work", "framescope_api.queueing.commands:work"), Loaded("serve", count, "framescope_api.commands")]
    )
    monkeypatch.setattr(cli, "missing_requirements", lambda extra: ["faststream"] if extra == "worker" else [])
    assert CliRunner().invoke(framescope, ["serve"]).output == "counted\n"
    with pytest.raises(SystemExit):
        main(["work"])
    assert "pip install 'framescope[worker]'" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["framescope_model.no_such_module:x", "framescope_model.cli:no_such_name"])
def test_a_command_that_cannot_be_loaded_does_not_break_the_others(
    commands: list[Any], capsys: pytest.CaptureFixture[str], value: str
) -> None:
    commands.append(point("broken", value))
    assert "Count things." in CliRunner().invoke(framescope, ["--help"]).output
    with pytest.raises(SystemExit):
        main(["broken"])
    assert "no_such" in capsys.readouterr().err


def test_an_entry_point_that_is_no_command_is_told(commands: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    commands.append(Loaded("odd", "a string"))
    with pytest.raises(SystemExit):
        main(["odd"])
    assert "is no command" in capsys.readouterr().err


def test_missing_requirements_are_those_of_the_extra_that_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["click>=8", "no-such-thing-1>=1; extra == 'api'", 'pytest[x]>=1; extra == "api"', "no-2; extra == 'other'"]
    monkeypatch.setattr(cli, "requires", lambda name: lines)
    assert missing_requirements("api") == ["no-such-thing-1"]
    assert missing_requirements("other") == ["no-2"]
    assert missing_requirements("none") == []
