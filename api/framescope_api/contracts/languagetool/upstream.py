"""The LanguageTool server behind this one, which checks grammar, and other languages than English."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import httpx
from pydantic import TypeAdapter

from framescope_api.body import parse_json
from framescope_api.contracts.languagetool.schemas import CheckAnswer, ListedLanguage
from framescope_api.logs import describe_error, logger

MAX_ANSWER_BYTES = 32 * 1024 * 1024
"""Some two thousand times the answer to a page with an error in each line."""
MAX_NESTING = 32
"""Levels in an answer. LanguageTool's has seven; what nests far deeper could not be written out again."""
MAX_REFUSAL_LENGTH = 1000

SILENT = "The LanguageTool server behind this service gave no answer that could be used."
LATE = "The LanguageTool server behind this service did not answer in time."

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The upstream answered that the request is at fault: a ``status`` of 400 to 499, and why."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Silence:
    """The upstream gave no answer that could be used; the ``reason`` is for people."""

    reason: str


class Upstream:
    """Asks a LanguageTool server, and never raises for what that does.

    Args:
        client: whose base URL is the contract's root on that server, ``…/v2/``.
        timeout_s: the longest that a whole answer may take.
    """

    def __init__(self, client: httpx.AsyncClient, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def check(self, parameters: Mapping[str, str]) -> CheckAnswer | Refusal | Silence:
        """The matches that it finds for a request with ``parameters``."""
        # With it the answer would be a script (JSONP), which is neither read nor served here.
        form = {name: value for name, value in parameters.items() if name != "callback"}
        return await self._asked("POST", "check", form, TypeAdapter(CheckAnswer))

    async def languages(self) -> list[ListedLanguage] | Refusal | Silence:
        """The languages that it checks."""
        return await self._asked("GET", "languages", None, TypeAdapter(list[ListedLanguage]))

    async def _asked(
        self, method: str, path: str, form: Mapping[str, str] | None, schema: TypeAdapter[M]
    ) -> M | Refusal | Silence:
        try:
            async with asyncio.timeout(self._timeout_s):
                status, body = await self._exchange(method, path, form)
                return await asyncio.to_thread(_read, status, body, schema)
        except TimeoutError as error:
            return _silence(LATE, error)
        # Whatever the other server or the way to it does, our own answer has to stand.
        except Exception as error:
            return _silence(SILENT, error)

    async def _exchange(self, method: str, path: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        async with self._client.stream(method, path, data=form) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_ANSWER_BYTES:
                    raise _Unusable("the answer is too long")
            return response.status_code, bytes(body)


class _Unusable(Exception):
    """The upstream's answer cannot be used."""


def upstream_root(url: str) -> str:
    """The root of the contract on the server at ``url``, which operators write with ``/v2`` and without."""
    return url.rstrip("/").removesuffix("/v2") + "/v2/"


def _read(status: int, body: bytes, schema: TypeAdapter[M]) -> M | Refusal:
    if 400 <= status < 500:
        told = body[: 4 * MAX_REFUSAL_LENGTH].decode(errors="replace")[:MAX_REFUSAL_LENGTH]
        return Refusal(status, " ".join(told.split()).removeprefix("Error: "))
    if status != 200:
        raise _Unusable(f"the answer has the status {status}")
    value = parse_json(body)
    if _nests_deeper_than(MAX_NESTING, value):
        raise _Unusable("the answer is nested too deeply")
    return schema.validate_python(value)


def _nests_deeper_than(levels: int, value: object) -> bool:
    here = [value]
    for _ in range(levels):
        nested = [item.values() if isinstance(item, dict) else item for item in here if isinstance(item, dict | list)]
        here = [part for parts in nested for part in parts]
        if not here:
            return False
    return True


def _silence(reason: str, error: Exception) -> Silence:
    logger().warning("upstream_failed", **describe_error(error))
    return Silence(reason)
