import hashlib
import hmac
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hand_clock import HandClock

from framescope_api.errors import SettingsError
from framescope_api.keys import Key, KeyRing, hash_key, key_line, new_key, read_keys

SOME_HASH = "blake2b:" + "0" * 64
OTHER_HASH = "blake2b:" + "1" * 64


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


def test_keys_are_long_random_and_known_for_what_they_are() -> None:
    made = {new_key() for _ in range(100)}
    assert len(made) == 100
    # 43 characters of base64 hold 256 bits.
    assert all(key.startswith("framescope_") and len(key) == len("framescope_") + 43 for key in made)


def test_the_hash_is_stable_and_is_no_plain_digest() -> None:
    # The form and the personalisation are promises to the files that operators keep.
    assert hash_key("framescope_a") == "blake2b:a3d46d14abaefd645a9505519f65d6b3d2c37de9e3f5f18682665e898acde43d"
    assert (
        hash_key("framescope_a").removeprefix("blake2b:")
        != hashlib.blake2b(b"framescope_a", digest_size=32).hexdigest()
    )


def test_a_key_of_any_letters_can_be_hashed() -> None:
    assert hash_key("Schlüssel\u20ac\U0001f511").startswith("blake2b:")


@pytest.mark.parametrize(
    "key",
    [
        Key("desk", SOME_HASH),
        Key("desk", SOME_HASH, 600),
        Key("desk_2-b", SOME_HASH, 1, datetime(2031, 2, 3, tzinfo=UTC)),
    ],
)
def test_a_line_that_was_printed_is_read_back(path: Path, key: Key) -> None:
    path.write_text(key_line(key) + "\n")
    assert read_keys(path) == (key,)


def test_a_date_means_its_first_moment_in_utc(path: Path) -> None:
    path.write_text(f'# Our desks.\ndesk = {{ hash = "{SOME_HASH}", expires = 2031-02-03 }}\n')
    assert read_keys(path)[0].expires == datetime(2031, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "holds no key.*framescope keys new NAME"),
        ("desk", r"Expected '=' after a key"),
        ("a = 1\ndesk = framescope_secret", r"line 2"),
        (f'framescope_secret = {{ hash = "{SOME_HASH}" }}', r"a name begins with framescope_, as keys do"),
        ("desk = 3", r"desk: "),
        ("desk = { }", r"desk\.hash: Field required"),
        ('desk = { hash = "framescope_secret" }', r"desk\.hash is no hash as `framescope keys new NAME` prints it"),
        (f'desk = {{ hash = "{SOME_HASH}", quota = 3 }}', r"desk\.quota: Extra inputs"),
        (f'desk = {{ hash = "{SOME_HASH}", quota_per_minute = 0 }}', r"desk\.quota_per_minute: .*greater"),
        (f'desk = {{ hash = "{SOME_HASH}", quota_per_minute = "3" }}', r"desk\.quota_per_minute: .*integer"),
        (f'desk = {{ hash = "{SOME_HASH}", expires = "2031-02-03" }}', r"desk\.expires: "),
        (f'desk = {{ hash = "{SOME_HASH}", expires = 2031-02-03T10:00:00 }}', r"desk\.expires has no time zone"),
        (f'"the desk" = {{ hash = "{SOME_HASH}" }}', r"'the desk' is no name of a key"),
        (f'desk.one = {{ hash = "{SOME_HASH}" }}', r"desk"),
        (f'a = {{ hash = "{SOME_HASH}" }}\na = {{ hash = "{OTHER_HASH}" }}', r"Cannot overwrite a value"),
        (f'a = {{ hash = "{SOME_HASH}" }}\nb = {{ hash = "{SOME_HASH}" }}', "a and b are the same key"),
    ],
)
def test_an_unusable_file_is_refused_with_its_name_and_its_fault(path: Path, content: str, told: str) -> None:
    path.write_text(content)
    with pytest.raises(SettingsError, match=told) as caught:
        read_keys(path)
    assert str(path) in str(caught.value)
    assert "framescope_secret" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(SettingsError, match=r"keys\.toml cannot be read: No such file"):
        read_keys(path)


def test_a_file_that_is_no_text_is_refused(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="unusable"):
        read_keys(path)


def store(path: Path, *keys: tuple[str, str]) -> None:
    path.write_text("".join(key_line(Key(name, hash_key(key))) + "\n" for name, key in keys))


def test_a_presented_key_is_found_by_its_hash_alone(path: Path) -> None:
    key = new_key()
    store(path, ("desk", key), ("wire", new_key()))
    ring = KeyRing(path, HandClock().clock)
    found = ring.find(key)
    assert found is not None
    assert found.name == "desk"
    for other in (new_key(), key + "a", key[:-1], "desk", hash_key(key), ""):
        assert ring.find(other) is None


def test_every_key_is_compared_whatever_was_presented(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [new_key() for _ in range(3)]
    store(path, *((f"k{i}", key) for i, key in enumerate(keys)))
    ring = KeyRing(path, HandClock().clock)
    compared: list[str] = []
    real = hmac.compare_digest

    def counted(one: str, other: str) -> bool:
        compared.append(one)
        return real(one, other)

    monkeypatch.setattr("framescope_api.keys.hmac.compare_digest", counted)
    for presented in (keys[0], keys[2], "unknown"):
        compared.clear()
        ring.find(presented)
        assert len(compared) == 3


def test_a_changed_file_is_read_again_within_a_second(path: Path) -> None:
    hand, old, new = HandClock(), new_key(), new_key()
    store(path, ("desk", old))
    ring = KeyRing(path, hand.clock)
    store(path, ("desk", new), ("wire", new_key()))
    assert ring.find(old) is not None
    hand.advance(1)
    with structlog.testing.capture_logs() as logs:
        assert ring.find(old) is None
    assert ring.find(new) is not None
    assert logs == [{"event": "keys_read_again", "keys": 2, "log_level": "info"}]


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("half a li"), os.unlink])
def test_a_file_that_becomes_unusable_leaves_the_keys_as_they_were_and_is_told_once(path: Path, spoil: object) -> None:
    hand, key = HandClock(), new_key()
    store(path, ("desk", key))
    ring = KeyRing(path, hand.clock)
    spoil(path)  # type: ignore[operator]
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            hand.advance(1)
            assert ring.find(key) is not None
    assert [line["event"] for line in logs] == ["keys_not_read_again"]
    store(path, ("desk", key), ("wire", new_key()))
    hand.advance(1)
    with structlog.testing.capture_logs() as logs:
        ring.find(key)
    assert [line["event"] for line in logs] == ["keys_read_again"]


def test_an_unusable_file_at_the_start_is_an_error(path: Path) -> None:
    with pytest.raises(SettingsError):
        KeyRing(path, HandClock().clock)
