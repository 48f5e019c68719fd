"""The settings of the worker, from environment variables with the prefix ``FRAMESCOPE_WORK_``."""

from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from framescope_api.queueing.routing import RouteName, RoutingRule, parse_routing

WORK_PREFIX = "FRAMESCOPE_WORK_"

StreamName = Annotated[str, Field(min_length=1, max_length=200)]


class WorkSettings(BaseSettings):
    """Where the worker takes items from, where results go, and how often it tries.

    Each field is set by ``FRAMESCOPE_WORK_`` and its name in upper case. A class apart from the service's, which needs
    none of them; the worker in turn reads the service's settings of the model, of lengths and of batches.
    """

    model_config = SettingsConfigDict(
        env_prefix=WORK_PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        # Or the password in a refused address would stand in the error.
        hide_input_in_errors=True,
    )

    redis_url: SecretStr = Field(
        SecretStr("redis://127.0.0.1:6379/0"),
        description="Redis, as `redis://` or `rediss://` with `user:password@`, host, port and database.",
    )
    items: StreamName = Field("framescope:items", description="Stream that items are taken from.")
    results: StreamName = Field("framescope:results", description="Stream that scored items are added to.")
    dead: StreamName = Field("framescope:dead", description="Stream that items go to which cannot be scored.")
    group: StreamName = Field("framescope", description="Consumer group; workers that share it share the items.")

    policy: Annotated[tuple[RoutingRule, ...], NoDecode] = Field(
        (), description="Where items go by their scores, as a JSON list of rules; the first that matches decides."
    )
    default_route: RouteName = Field("pass", description="Where an item goes that no rule matches.")

    in_flight: int = Field(32, ge=1, le=10_000, description="Most items being scored at once.")
    max_attempts: int = Field(5, ge=1, le=100, description="How often the scorer may fail on an item.")
    retry_delay_s: float = Field(
        1.0, gt=0, le=300, description="Wait before the second attempt; it doubles with each further one."
    )
    max_deliveries: int = Field(
        10, ge=1, le=1_000_000, description="How often an item may be taken by workers that then die."
    )
    claim_idle_s: float = Field(
        60.0, ge=0.2, le=86_400, description="How long a silent worker keeps its items before another takes them."
    )
    seen_s: int = Field(
        86_400, ge=0, le=31_536_000, description="How long an item that is sent again is known; 0 scores it again."
    )
    metrics_port: int | None = Field(
        None,
        ge=0,
        le=65535,
        description="Port for Prometheus on `FRAMESCOPE_HOST`, 0 for a free one; none when absent.",
    )

    @field_validator("redis_url")
    @classmethod
    def _check_url(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("write redis://host:port/database, or rediss:// for TLS")
        return value

    @field_validator("policy", mode="before")
    @classmethod
    def _parse_policy(cls, value: object) -> object:
        return parse_routing(value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check_streams(self) -> Self:
        if len({self.items, self.results, self.dead}) < 3:
            raise ValueError("items, results and dead must be three streams, or the worker would read its own answers")
        return self
