"""The settings of the service, from environment variables with the prefix ``FRAMESCOPE_``."""

import difflib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from framescope_api.errors import SettingsError

ENV_PREFIX = "FRAMESCOPE_"

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/]+")


class Settings(BaseSettings):
    """How the service listens, what it accepts and how it batches.

    Each field is set by ``FRAMESCOPE_`` and its name in upper case. Lengths are Unicode code points, sizes are bytes,
    and other units are in the name.
    """

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8765, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    artifact: Path | None = Field(None, description="Folder of a trained artifact; the shipped one when absent.")
    threads: int | None = Field(None, ge=1, le=1024, description="Threads of the model; its own choice when absent.")

    max_body_bytes: int = Field(4 * 1024 * 1024, ge=1024, description="Largest request body.")
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
            # Add-ons and editors have origins such as chrome-extension://id, app://host, or null.
            if origin not in {"*", "null"} and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin; write scheme://host[:port] without a path, null, or *")
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

    @model_validator(mode="after")
    def _check_queue(self) -> Self:
        if self.max_queued_documents < self.max_documents:
            raise ValueError(
                f"max_queued_documents ({self.max_queued_documents}) must not be under max_documents "
                f"({self.max_documents}), or the largest request could wait for ever"
            )
        return self


def load_settings(**overrides: object) -> Settings:
    """The settings in the environment, with ``overrides`` (those that are not ``None``) before them.

    Args:
        overrides: values by field name, as a command line gives them.

    Raises:
        SettingsError: a variable with our prefix names no setting, or a value is unusable.
    """
    _refuse_unknown(os.environ)
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("; ".join(_explain(item) for item in error.errors(include_url=False))) from error


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {ENV_PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(environ):
        if name.upper().startswith(ENV_PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), sorted(known), n=1)
            hint = f"did you mean {near[0]}?" if near else f"the settings are {', '.join(sorted(known))}"
            raise SettingsError(f"{name} is not a setting of framescope; {hint}")


def _explain(item: Mapping[str, object]) -> str:
    location = item.get("loc")
    name = str(location[0]) if isinstance(location, tuple) and location else ""
    return f"{ENV_PREFIX}{name.upper()}: {item['msg']}" if name else str(item["msg"])
