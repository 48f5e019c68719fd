import socket
from typing import Any

import pytest
from click.testing import CliRunner

from framescope_api.queueing import runner
from framescope_api.queueing.commands import work
from framescope_api.queueing.settings import WorkSettings
from framescope_api.settings import Settings


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, WorkSettings]]:
    """The settings that the command would have worked with."""
    seen: list[tuple[Settings, WorkSettings]] = []

    def keep(*settings: Any) -> int:
        seen.append(settings)
        return 3

    monkeypatch.setattr(runner, "work_forever", keep)
    return seen


def test_the_settings_come_from_the_environment_and_the_status_from_the_worker(
    worked: list[tuple[Settings, WorkSettings]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_THREADS", "2")
    monkeypatch.setenv("FRAMESCOPE_WORK_GROUP", "night")
    assert CliRunner().invoke(work).exit_code == 3
    ((settings, work_settings),) = worked
    assert (settings.threads, work_settings.group) == (2, "night")


def test_an_unknown_setting_is_said_plainly(
    worked: list[tuple[Settings, WorkSettings]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_WORK_GRUOP", "night")
    result = CliRunner().invoke(work)
    assert result.exit_code == 1
    assert "did you mean FRAMESCOPE_WORK_GROUP?" in result.output
    assert worked == []


def test_a_metrics_port_that_is_taken_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "configure_logging", lambda level: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("FRAMESCOPE_WORK_METRICS_PORT", str(port))
        result = CliRunner().invoke(work)
    assert result.exit_code == 1
    assert f"Error: cannot listen on port {port} of 127.0.0.1" in result.output
    assert "Traceback" not in result.output
