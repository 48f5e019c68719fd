"""API keys: making them, the file that stores their hashes, and finding the one that a caller presents."""

import hashlib
import hmac
import re
import secrets
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from framescope_api.clock import Clock
from framescope_api.errors import SettingsError
from framescope_api.logs import logger
from framescope_api.settings import MAX_QUOTA_PER_MINUTE

KEY_PREFIX = "framescope_"
"""So that a key is known for what it is where it should not be, by people and by secret scanners."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")

LOOK_AGAIN_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; the key itself is not.

    Args:
        name: who holds it, for the log and the quota.
        hash: as ``hash_key`` gives it.
        quota_per_minute: requests a minute; that of the settings when absent.
        expires: the moment from which it is refused.
    """

    name: str
    hash: str
    quota_per_minute: int | None = None
    expires: datetime | None = None


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    hash: str = Field(pattern=r"^blake2b:[0-9a-f]{64}$")
    quota_per_minute: int | None = Field(None, ge=1, le=MAX_QUOTA_PER_MINUTE)
    expires: datetime | date | None = None


_FILE = TypeAdapter(dict[str, _Entry])


def new_key() -> str:
    """A new random key of 256 bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def check_name(name: str) -> None:
    """Whether a key can have this name, which stands in the log and is a bare key of TOML.

    Raises:
        ValueError: it cannot; the message does not repeat what may be a key in the wrong place.
    """
    if name.startswith(KEY_PREFIX):
        raise ValueError(f"a name begins with {KEY_PREFIX}, as keys do; put the name of who holds the key in its place")
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a key; take up to 64 letters, digits, _ and -")


def hash_key(key: str) -> str:
    """The form in which ``key`` is stored.

    BLAKE2b (RFC 7693) and none of the slow hashes for passwords: those make guessing a weak secret dear, but ours has
    256 random bits, which nobody guesses, and a slow hash would be paid with each request. Against SHA-256, the
    personalisation keeps these hashes apart from those of any other program.
    """
    return "blake2b:" + hashlib.blake2b(key.encode(), digest_size=32, person=b"framescope-key").hexdigest()


def key_line(key: Key) -> str:
    """The line that stores ``key`` in a keys file."""
    members = [f'hash = "{key.hash}"']
    if key.quota_per_minute is not None:
        members.append(f"quota_per_minute = {key.quota_per_minute}")
    if key.expires is not None:
        members.append(f"expires = {key.expires.isoformat()}")
    return f"{key.name} = {{ {', '.join(members)} }}"


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys in the file at ``path``.

    Raises:
        SettingsError: it cannot be read, is not as it should be, or holds no key. No value is told, since it might be a
            key put there by mistake.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for name in content:
            check_name(name)
        entries = _FILE.validate_python(content)
        keys = tuple(
            Key(name, entry.hash, entry.quota_per_minute, _moment(name, entry.expires))
            for name, entry in entries.items()
        )
        _check_keys(keys)
    except OSError as error:
        raise SettingsError(f"the keys file {path} cannot be read: {error.strerror or type(error).__name__}") from error
    except ValidationError as error:
        raise SettingsError(f"the keys file {path} is unusable: {_explain(error)}") from None
    except ValueError as error:
        raise SettingsError(f"the keys file {path} is unusable: {error}") from None
    return keys


class KeyRing:
    """The keys of a file, read again within a second of a change, so that a key is revoked without a restart.

    A changed file that is unusable is told in the log, and the keys that were read last stay in force.

    Args:
        path: the keys file.
        clock: tells when to look at the file again.

    Raises:
        SettingsError: the file is unusable at the start.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._looked_at = clock.monotonic()
        self._stamp = _stamp(path)
        self._keys = read_keys(path)

    def find(self, presented: str) -> Key | None:
        """The key that ``presented`` is, expired or not."""
        self._refresh()
        digest = hash_key(presented)
        found = None
        for key in self._keys:
            # Every key is compared in full, so that the time taken tells nothing of a match.
            if hmac.compare_digest(key.hash, digest):
                found = key
        return found

    def _refresh(self) -> None:
        if self._clock.monotonic() < self._looked_at + LOOK_AGAIN_AFTER_S:
            return
        self._looked_at = self._clock.monotonic()
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = read_keys(self._path)
        except SettingsError as error:
            logger().error("keys_not_read_again", detail=str(error))
        else:
            logger().info("keys_read_again", keys=len(self._keys))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _moment(name: str, expires: datetime | date | None) -> datetime | None:
    """A date means its first moment in UTC."""
    if expires is None:
        return None
    if not isinstance(expires, datetime):
        return datetime.combine(expires, time(), UTC)
    if expires.tzinfo is None:
        raise ValueError(f"{name}.expires has no time zone; write 2027-01-31, or 2027-01-31T12:00:00Z")
    return expires


def _check_keys(keys: tuple[Key, ...]) -> None:
    if not keys:
        raise ValueError("it holds no key; `framescope keys new NAME` makes one")
    by_hash: dict[str, str] = {}
    for key in keys:
        if key.hash in by_hash:
            raise ValueError(f"{by_hash[key.hash]} and {key.name} are the same key")
        by_hash[key.hash] = key.name


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("datetime", "date"))
    if first["loc"][-1] == "hash" and first["type"] == "string_pattern_mismatch":
        return f"{where} is no hash as `framescope keys new NAME` prints it; a key itself has no place there"
    return f"{where}: {first['msg']}"
