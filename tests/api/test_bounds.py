import asyncio
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from conftest import Opened
from starlette.requests import Request
from starlette.types import Message

from framescope_api.bounds import BoundedBodies
from framescope_api.errors import BodyTimeout, BodyTooLarge


def part(body: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def read_within(messages: Sequence[Message], max_bytes: int = 4, timeout_s: float = 60) -> tuple[bytes, str]:
    """What an application reads that sets no bounds of its own: the body and the next message."""
    waiting = list(messages)
    seen: list[tuple[bytes, str]] = []

    async def receive() -> Message:
        if not waiting:
            await asyncio.sleep(3600)
        return waiting.pop(0)

    async def send(message: Message) -> None:
        pass

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = await Request(scope, receive).body()
        seen.append((body, (await receive())["type"]))

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    await BoundedBodies(app, max_bytes, timeout_s)(scope, receive, send)
    return seen[0]


async def test_a_body_within_the_bounds_passes_and_so_does_what_follows() -> None:
    leaving: Message = {"type": "http.disconnect"}
    assert await read_within([part(b"ab"), part(b"cd", more=False), leaving]) == (b"abcd", "http.disconnect")


async def test_a_body_over_the_limit_raises_for_a_reader_that_has_none() -> None:
    with pytest.raises(BodyTooLarge, match="4 bytes"):
        await read_within([part(b"ab"), part(b"cde")])


async def test_a_path_may_have_a_limit_of_its_own(opened: Opened) -> None:
    async with opened(max_body_bytes=1024, max_file_bytes=2048) as client:
        assert (await client.post("/v1/extract?kind=txt", content=b"a" * 2048)).status_code == 200
        assert (await client.post("/v1/extract?kind=txt", content=b"a" * 2049)).status_code == 413
        assert (await client.post("/v1/score", content=b"a" * 1025)).status_code == 413


@pytest.mark.parametrize("messages", [[], [part(b"ab")]])
async def test_a_body_that_does_not_arrive_in_time_raises(messages: list[Message]) -> None:
    with pytest.raises(BodyTimeout, match=r"within 0\.05 seconds"):
        await read_within(messages, timeout_s=0.05)


async def test_a_trickle_does_not_put_the_limit_off() -> None:
    async def receive() -> Message:
        await asyncio.sleep(0.01)
        return part(b"a")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await Request(scope, receive).body()

    async def send(message: Message) -> None:
        pass

    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    with pytest.raises(BodyTimeout):
        await asyncio.wait_for(BoundedBodies(app, 10**9, 0.1)(scope, receive, send), 60)


async def test_the_wait_for_a_client_to_leave_has_no_limit() -> None:
    messages = [part(b"ab", more=False)]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.sleep(0.2)
        return {"type": "http.disconnect"}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        assert (await receive())["type"] == "http.disconnect"

    async def send(message: Message) -> None:
        pass

    await BoundedBodies(app, 4, 0.05)({"type": "http", "path": "/"}, receive, send)


async def test_a_body_that_is_too_slow_is_answered_by_a_problem(opened: Opened) -> None:
    async def body() -> Any:
        yield b'{"text": '
        await asyncio.sleep(3600)

    # httpx sends the parts to an application as they are asked for.
    async with opened(body_timeout_s=0.05) as client:
        response = await client.post("/v1/score", content=body(), headers={"content-type": "application/json"})
    assert (response.status_code, response.json()["code"]) == (408, "body_timeout")
    assert response.headers["connection"] == "close"


async def test_other_answers_leave_the_connection_open(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/score", json={"text": "Nothing."})
    assert "connection" not in response.headers
