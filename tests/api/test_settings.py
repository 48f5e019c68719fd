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
        ("CORS_ORIGINS", "https://example.org/"),
        ("CORS_ORIGINS", "null"),
        ("QUOTA_PER_MINUTE", "0"),
        ("BODY_TIMEOUT_S", "0"),
        ("ALLOW_PUBLIC_WITHOUT_KEYS", "perhaps"),
        ("CORS_ORIGINS", '["https://a.example"'),
        ("MAX_QUEUED_DOCUMENTS", "1"),
        ("CORAL_SECRETS", "short"),
        ("CORAL_POLICY", '{"feature": "doubt"}'),
        ("CORAL_POLICY", '[{"feature": "doubt", "threshold": 0.5, "status": "HIDDEN"}]'),
        ("CORAL_DEADLINE_MS", "0"),
        ("FEEDBACK_DATABASE", "/var/lib/feedback.db"),
        ("FEEDBACK_DATABASE", "mysql://desk:hunter2@db/desk"),
        ("FEEDBACK_RETENTION_DAYS", "0"),
        ("STORE_TEXT", "perhaps"),
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


def test_secrets_are_a_comma_list_and_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_CORAL_SECRETS", f"{'a' * 64}, {'b' * 64},")
    settings = load_settings()
    assert [secret.get_secret_value() for secret in settings.coral_secrets] == ["a" * 64, "b" * 64]
    shown = repr(settings) + str(settings) + str(settings.model_dump()) + settings.model_dump_json()
    assert "aaa" not in shown
    assert "bbb" not in shown


def test_a_secret_that_is_refused_is_not_shown_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_CORAL_SECRETS", "tooshort")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    error: BaseException | None = caught.value
    while error is not None:
        assert "tooshort" not in repr(error) + str(error)
        error = error.__cause__ or error.__context__


def test_a_policy_is_a_json_list_of_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_CORAL_POLICY", '[{"feature": "doubt", "threshold": 0.9, "status": "PREMOD"}]')
    (rule,) = load_settings().coral_policy
    assert (rule.feature, rule.threshold, rule.status) == ("doubt", 0.9, "PREMOD")


def test_by_default_no_comment_from_coral_is_touched_and_the_answer_keeps_to_corals_limit() -> None:
    assert load_settings().coral_policy == ()
    assert load_settings().coral_deadline_ms < 200


@pytest.mark.parametrize("origin", ["moz-extension://0a1b-2c", "chrome-extension://abcd", "http://localhost:3000", "*"])
def test_the_origins_of_add_ons_are_origins(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("FRAMESCOPE_CORS_ORIGINS", origin)
    assert load_settings().cors_origins == (origin,)


def test_no_keys_are_asked_for_by_default() -> None:
    settings = load_settings()
    assert (settings.keys_file, settings.quota_per_minute, settings.allow_public_without_keys) == (None, None, False)


def test_no_feedback_is_kept_by_default() -> None:
    assert load_settings().feedback_database is None


def test_the_password_of_the_database_shows_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRAMESCOPE_FEEDBACK_DATABASE", "postgresql+psycopg://desk:hunter2@db/desk")
    assert "hunter2" not in repr(load_settings())
    monkeypatch.setenv("FRAMESCOPE_FEEDBACK_DATABASE", "mysql://desk:hunter2@db/desk")
    with pytest.raises(SettingsError, match="sqlite:///PATH") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)
