"""The settings of the service, from environment variables with the prefix ``FRAMESCOPE_``."""

import difflib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from framescope_api.contracts.coral.policy import Rule, parse_policy
from framescope_api.errors import SettingsError
from framescope_api.queueing.settings import WORK_PREFIX, WorkSettings

ENV_PREFIX = "FRAMESCOPE_"
FEEDBACK_DATABASE_FORMS = "sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
MAX_QUOTA_PER_MINUTE = 100_000
"""Each request of the last minute is remembered, so that a quota needs a bound."""

# Browser add-ons and editors have schemes of their own, such as moz-extension and vscode-webview.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s]+")

MIN_SECRET_LENGTH = 16
"""Coral makes secrets of 64 hex digits; what is much shorter was typed by hand and can be guessed."""


class Settings(BaseSettings):
    """How the service listens, what it accepts and how it batches.

    Each field is set by ``FRAMESCOPE_`` and its name in upper case. Lengths are Unicode code points, sizes are bytes,
    and other units are in the name.
    """

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        # Or a refused secret would stand in the error.
        hide_input_in_errors=True,
    )

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8765, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    artifact: Path | None = Field(None, description="Folder of a trained artifact; the shipped one when absent.")
    threads: int | None = Field(None, ge=1, le=1024, description="Threads of the model; its own choice when absent.")

    keys_file: Path | None = Field(None, description="TOML file of the API keys; keys are asked for when it is set.")
    quota_per_minute: int | None = Field(
        None,
        ge=1,
        le=MAX_QUOTA_PER_MINUTE,
        description="Most requests a minute of a key without a quota of its own, "
        "and of an address where no keys are asked for.",
    )
    allow_public_without_keys: bool = Field(
        False, description="Listen beyond this machine although no keys are asked for."
    )

    max_body_bytes: int = Field(4 * 1024 * 1024, ge=1024, description="Largest request body.")
    body_timeout_s: float = Field(30.0, gt=0, le=3600, description="How long a request body may take to arrive.")
    max_file_bytes: int = Field(16 * 1024 * 1024, ge=1024, description="Largest file whose text is taken out.")
    max_extractions: int = Field(2, ge=1, le=64, description="Most files whose text is taken out at once.")
    extraction_timeout_s: float = Field(
        20.0, gt=0, le=600, description="How long taking the text out of a file may take."
    )
    max_documents: int = Field(100, ge=1, description="Most documents in a request.")
    max_document_length: int = Field(200_000, ge=1, description="Longest document.")

    max_queued_documents: int = Field(512, ge=1, description="Most documents waiting or being scored.")
    max_queued_length: int = Field(4_000_000, ge=1, description="Most text waiting or being scored.")
    max_batch_documents: int = Field(32, ge=1, description="Most documents scored together.")
    max_batch_length: int = Field(40_000, ge=1, description="Most text scored together; a longer document goes alone.")
    max_wait_ms: float = Field(2.0, ge=0, le=1000, description="How long a batch waits for company.")
    long_document_length: int = Field(
        20_000, ge=1, description="From this length on, a document waits in the lane of long ones."
    )

    feedback_database: SecretStr | None = Field(
        None, description="Where feedback is kept: the URL of an SQLite or PostgreSQL database; nowhere when absent."
    )
    store_text: bool = Field(
        True, description="Whether any text may be stored, given a database; `false` overrules everything else."
    )
    feedback_retention_days: int = Field(
        180, ge=1, le=36_500, description="How long feedback is kept; then it is deleted, whatever became of it."
    )

    shutdown_delay_s: float = Field(
        0.5, ge=0, le=300, description="How long /readyz answers 503 before the service stops accepting connections."
    )
    shutdown_grace_s: int = Field(30, ge=1, le=3600, description="How long requests in flight may take to finish.")

    languagetool_upstream: str | None = Field(
        None, description="URL of a LanguageTool server whose matches `/v2/check` adds to its own; none by default."
    )
    languagetool_upstream_timeout_s: float = Field(
        5.0, gt=0, le=600, description="How long that server may take; then the answer goes out without its matches."
    )

    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Web origins that may call the service, separated by commas; `*` for all, none by default."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")

    coral_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Signing secrets of Coral's external moderation phase, separated by commas; without one it is off.",
    )
    coral_policy: Annotated[tuple[Rule, ...], NoDecode] = Field(
        (), description="What is done with a comment from Coral, as a JSON list of rules; by default nothing."
    )
    coral_deadline_ms: float = Field(
        150.0, gt=0, le=60_000, description="Time for a comment from Coral; after it the answer is 204."
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        """Accept a comma-separated list, and a JSON list as other tools write it."""
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            return tuple(json.loads(value))
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin; write scheme://host[:port] without a path, or *")
        return value

    @field_validator("languagetool_upstream")
    @classmethod
    def _check_upstream(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        # Asking for the port refuses one that is no number or too high.
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        if not usable or parts.query or parts.fragment or any(letter.isspace() for letter in value):
            raise ValueError(f"{value!r} is no address of a server; write http://host:port, or https")
        return value

    @field_validator("coral_secrets", mode="before")
    @classmethod
    def _split_secrets(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @field_validator("coral_secrets")
    @classmethod
    def _check_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(secret) < MIN_SECRET_LENGTH for secret in value):
            raise ValueError(f"a secret is shorter than {MIN_SECRET_LENGTH} characters; copy it whole from Coral")
        return value

    @field_validator("coral_policy", mode="before")
    @classmethod
    def _parse_policy(cls, value: object) -> object:
        return parse_policy(value) if isinstance(value, str) else value

    @field_validator("feedback_database")
    @classmethod
    def _check_database(cls, value: SecretStr | None) -> SecretStr | None:
        # Only the form, so that reading settings needs no database driver. The message must not show a password.
        if value is not None and not value.get_secret_value().startswith(("sqlite:///", "postgresql")):
            raise ValueError(f"this is no database that can be used; write {FEEDBACK_DATABASE_FORMS}")
        return value

    @model_validator(mode="after")
    def _check_queue(self) -> Self:
        if self.max_queued_documents < self.max_documents:
            raise ValueError(
                f"max_queued_documents ({self.max_queued_documents}) must not be under max_documents "
                f"({self.max_documents}), or the largest request could wait for ever"
            )
        return self


S = TypeVar("S", bound=BaseSettings)

_PREFIXES: Mapping[type[BaseSettings], str] = {Settings: ENV_PREFIX, WorkSettings: WORK_PREFIX}
"""All classes of settings; the service and the worker may share an environment."""


def load_settings(**overrides: object) -> Settings:
    """The settings in the environment, with ``overrides`` (those that are not ``None``) before them.

    Args:
        overrides: values by field name, as a command line gives them.

    Raises:
        SettingsError: a variable with our prefix names no setting, or a value is unusable.
    """
    return _load(Settings, overrides)


def load_work_settings(**overrides: object) -> WorkSettings:
    """The worker's own settings, as ``load_settings`` does.

    Raises:
        SettingsError: a variable with our prefix names no setting, or a value is unusable.
    """
    return _load(WorkSettings, overrides)


def _load(settings: type[S], overrides: Mapping[str, object]) -> S:
    _refuse_unknown(os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise SettingsError("; ".join(_explain(_PREFIXES[settings], item) for item in found)) from error


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {prefix + name.upper() for settings, prefix in _PREFIXES.items() for name in settings.model_fields}
    for name in sorted(environ):
        if name.upper().startswith(ENV_PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), sorted(known), n=1)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(sorted(known))}"
            raise SettingsError(f"{name} is not a setting of framescope; {hint}")


def _explain(prefix: str, item: Mapping[str, object]) -> str:
    location = item.get("loc")
    name = str(location[0]) if isinstance(location, tuple) and location else ""
    return f"{prefix}{name.upper()}: {item['msg']}" if name else str(item["msg"])
