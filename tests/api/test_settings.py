import json
import re
from pathlib import Path

import pytest

from framescope_api import settings as settings_module
from framescope_api.errors import SettingsError
from framescope_api.settings import Settings, load_settings

ROOM = Path(settings_module.__file__).parent


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_read_somewhere(name: str) -> None:
    sources = [path.read_text() for path in ROOM.rglob("*.py") if path.name != "settings.py"]
    assert any(re.search(rf"settings\.{name}\b", source) for source in sources)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_says_what_it_is(name: str) -> None:
    assert Settings.model_fields[name].description


def test_the_service_listens_on_the_documented_address_by_default() -> None:
    assert (load_settings().host, load_settings().port) == ("127.0.0.1", 8765)


def test_a_variable_sets_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_MAX_DOCUMENTS", "7")
    assert load_settings().max_documents == 7


def test_an_override_goes_before_its_variable_and_none_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_PORT", "9001")
    assert load_settings(port=9002).port == 9002
    assert load_settings(port=None).port == 9001


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_ARTIFACT", "")
    assert load_settings().artifact is None


def test_an_unknown_variable_is_refused_with_its_likely_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_MAX_DOCUMENT", "7")
    with pytest.raises(SettingsError, match=r"FRAMESCOPE_MAX_DOCUMENT is not a setting.*FRAMESCOPE_MAX_DOCUMENTS\?"):
        load_settings()


def test_an_unknown_variable_unlike_any_is_refused_with_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_ZZZZ", "7")
    with pytest.raises(SettingsError, match="FRAMESCOPE_PORT"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "high"),
        ("PORT", "65536"),
        ("MAX_BODY_BYTES", "0"),
        ("THREADS", "0"),
        ("LOG_LEVEL", "loud"),
        ("CORS_ORIGINS", "example.org"),
        ("CORS_ORIGINS", "chrome-extension://"),
        ("CORS_ORIGINS", "https://example.org/path"),
        ("CORS_ORIGINS", '["https://a.example"'),
        ("MAX_QUEUED_DOCUMENTS", "1"),
    ],
)
def test_an_unusable_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"FRAMESCOPE_{name}", value)
    with pytest.raises(SettingsError, match=name.lower() if name == "MAX_QUEUED_DOCUMENTS" else f"FRAMESCOPE_{name}"):
        load_settings()


@pytest.mark.parametrize(
    "value", ["https://a.example, http://b.example:3000", json.dumps(["https://a.example", "http://b.example:3000"])]
)
def test_origins_are_a_comma_or_a_json_list(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("FRAMESCOPE_CORS_ORIGINS", value)
    assert load_settings().cors_origins == ("https://a.example", "http://b.example:3000")


def test_add_ons_and_editors_have_origins_of_their_own() -> None:
    origins = ("chrome-extension://abcdefgh", "moz-extension://0-1-2", "app://obsidian.md", "null", "*")
    assert load_settings(cors_origins=",".join(origins)).cors_origins == origins
