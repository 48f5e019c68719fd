import re
from pathlib import Path

import pytest

from framescope_api import queueing
from framescope_api.errors import SettingsError
from framescope_api.queueing.settings import WORK_PREFIX, WorkSettings
from framescope_api.settings import load_settings, load_work_settings

ROOM = Path(str(queueing.__file__)).parent
PAGE = Path(__file__).parents[3] / "docs" / "queue.md"


@pytest.mark.parametrize("name", WorkSettings.model_fields)
def test_each_setting_is_read_somewhere(name: str) -> None:
    sources = [path.read_text() for path in ROOM.rglob("*.py") if path.name != "settings.py"]
    assert any(re.search(rf"work\.{name}\b", source) for source in sources)


@pytest.mark.parametrize("name", WorkSettings.model_fields)
def test_each_setting_is_told_with_its_default_and_meaning(name: str) -> None:
    field = WorkSettings.model_fields[name]
    default = field.default.get_secret_value() if name == "redis_url" else field.default
    shown = "" if default in (None, ()) else f"`{default}`"
    assert f"| `{WORK_PREFIX}{name.upper()}` | {shown} | {field.description} |" in PAGE.read_text(encoding="utf-8")


def test_the_service_and_the_worker_can_share_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PORT", "9001")
    monkeypatch.setenv("FRAMESCOPE_WORK_GROUP", "night")
    assert load_settings().port == 9001
    assert load_work_settings().group == "night"


def test_an_unknown_variable_is_refused_with_its_likely_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_WORK_REDIS", "redis://x")
    for load in (load_settings, load_work_settings):
        with pytest.raises(SettingsError, match=r"FRAMESCOPE_WORK_REDIS is not a setting.*FRAMESCOPE_WORK_REDIS_URL\?"):
            load()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "http://127.0.0.1"),
        ("IN_FLIGHT", "0"),
        ("POLICY", '[{"feature": "doubt", "threshold": 0.5}]'),
        ("DEFAULT_ROUTE", "two words"),
        ("CLAIM_IDLE_S", "0"),
        ("METRICS_PORT", "65536"),
    ],
)
def test_an_unusable_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(WORK_PREFIX + name, value)
    with pytest.raises(SettingsError, match=WORK_PREFIX + name):
        load_work_settings()


def test_the_three_streams_must_be_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_WORK_RESULTS", "framescope:items")
    with pytest.raises(SettingsError, match="three streams"):
        load_work_settings()


@pytest.mark.parametrize("url", ["redis://:hunter2@127.0.0.1/0", "http://:hunter2@127.0.0.1"])
def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("FRAMESCOPE_WORK_REDIS_URL", url)
    try:
        shown = repr(load_work_settings())
    except SettingsError as error:
        shown = f"{error!r} {error.__cause__!r}"
    assert "hunter2" not in shown
