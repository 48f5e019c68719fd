import socket
from pathlib import Path
from typing import Any

import pytest
import structlog

from framescope_api import server
from framescope_api.errors import SettingsError
from framescope_api.exposure import check_exposure, is_loopback
from framescope_api.keys import Key, hash_key, key_line
from framescope_api.server import serve_forever
from framescope_api.settings import Settings


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "::1%lo"])
def test_loopback_is_of_either_family(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "172.17.0.2", "8.8.8.8", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1"],
)
def test_all_interfaces_and_private_networks_are_no_loopback(address: str) -> None:
    assert not is_loopback(address)


def test_an_open_address_without_keys_is_refused_with_each_way_out() -> None:
    with pytest.raises(SettingsError) as caught:
        check_exposure(Settings(), "0.0.0.0")
    for told in ("0.0.0.0", "framescope keys new", "FRAMESCOPE_KEYS_FILE", "127.0.0.1", "ALLOW_PUBLIC_WITHOUT_KEYS"):
        assert told in str(caught.value)


def test_keys_open_every_address() -> None:
    check_exposure(Settings(keys_file=Path("keys.toml")), "0.0.0.0")


def test_an_explicit_wish_is_followed_and_told_in_the_log() -> None:
    with structlog.testing.capture_logs() as logs:
        check_exposure(Settings(allow_public_without_keys=True), "::")
        check_exposure(Settings(allow_public_without_keys=True), "::1")
    assert logs == [{"event": "listening_without_keys", "address": "::", "log_level": "warning"}]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses on which the server would have run."""
    seen: list[str] = []

    def run(app: Any, settings: Settings, listener: socket.socket) -> int:
        seen.append(listener.getsockname()[0])
        listener.close()
        return 0

    monkeypatch.setattr(server, "_run", run)
    monkeypatch.setattr(server, "configure_logging", lambda level: None)
    return seen


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1"])
def test_this_machine_is_served_without_keys_by_any_of_its_names(ran: list[str], host: str) -> None:
    serve_forever(Settings(host=host, port=0))
    assert ran == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["0.0.0.0", "0", "::"])
def test_the_server_does_not_start_open_without_keys(ran: list[str], host: str) -> None:
    with pytest.raises(SettingsError):
        serve_forever(Settings(host=host, port=0))
    assert ran == []


def test_the_server_starts_open_with_keys(ran: list[str], tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(key_line(Key("desk", hash_key("k"))))
    serve_forever(Settings(host="0.0.0.0", port=0, keys_file=path))
    assert ran == ["0.0.0.0"]


def test_a_keys_file_that_is_missing_keeps_the_server_from_starting(ran: list[str], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        serve_forever(Settings(port=0, keys_file=tmp_path / "none.toml"))
    assert ran == []
