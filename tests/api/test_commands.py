import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from framescope_api import server
from framescope_api.commands import keys, serve
from framescope_api.keys import Key, hash_key, read_keys
from framescope_api.settings import Settings


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings that the command would have served with."""
    seen: list[Settings] = []

    def keep(settings: Settings, *_: Any) -> int:
        seen.append(settings)
        return 0

    monkeypatch.setattr(server, "serve_forever", keep)
    return seen


def test_without_options_the_defaults_serve(served: list[Settings]) -> None:
    assert CliRunner().invoke(serve).exit_code == 0
    assert (served[0].host, served[0].port) == ("127.0.0.1", 8765)


def test_an_option_goes_before_its_variable(served: list[Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PORT", "9001")
    monkeypatch.setenv("FRAMESCOPE_HOST", "0.0.0.0")
    assert CliRunner().invoke(serve, ["--port", "9002"]).exit_code == 0
    assert (served[0].host, served[0].port) == ("0.0.0.0", 9002)


def test_the_status_of_the_server_is_that_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "serve_forever", lambda settings: 1)
    assert CliRunner().invoke(serve).exit_code == 1


def test_a_port_that_is_taken_is_said_plainly_and_ends_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "configure_logging", lambda level: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(serve, ["--port", str(port)])
    assert result.exit_code == 1
    assert f"Error: port {port} on 127.0.0.1 is taken" in result.output
    assert "Traceback" not in result.output


def test_an_unknown_setting_is_said_plainly(served: list[Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PROT", "9001")
    result = CliRunner().invoke(serve)
    assert result.exit_code == 1
    assert "did you mean FRAMESCOPE_PORT?" in result.output
    assert served == []


@pytest.mark.parametrize("port", ["-1", "65536", "high"])
def test_a_port_that_cannot_be_is_refused(served: list[Settings], port: str) -> None:
    assert CliRunner().invoke(serve, ["--port", port]).exit_code == 2
    assert served == []


def test_the_help_tells_the_default_address() -> None:
    output = CliRunner().invoke(serve, ["--help"]).output
    assert "127.0.0.1" in output
    assert "8765" in output


def test_a_new_key_is_shown_beside_the_line_that_stores_it(tmp_path: Path) -> None:
    result = CliRunner().invoke(keys, ["new", "desk", "--quota-per-minute", "60", "--expires", "2031-02-03"])
    assert result.exit_code == 0
    (key,) = [word for word in result.stderr.split() if word.startswith("framescope_")]
    # Standard output can be appended to the file as it is, and does not hold the key.
    path = tmp_path / "keys.toml"
    path.write_text(result.stdout)
    assert read_keys(path) == (Key("desk", hash_key(key), 60, datetime(2031, 2, 3, tzinfo=UTC)),)
    assert key not in result.stdout


def test_every_new_key_is_another() -> None:
    assert len({CliRunner().invoke(keys, ["new", "desk"]).stdout for _ in range(5)}) == 5


@pytest.mark.parametrize(
    "arguments",
    [
        ["new"],
        ["new", "the desk"],
        ["new", "framescope_abc"],
        ["new", "desk", "--quota-per-minute", "0"],
        ["new", "desk", "--expires", "soon"],
    ],
)
def test_a_key_that_no_file_could_store_is_refused(arguments: list[str]) -> None:
    result = CliRunner().invoke(keys, arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
