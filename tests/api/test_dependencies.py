import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from framescope_api.dependencies import while_connected
from framescope_api.errors import ClientLeft


def request_that_leaves(left: asyncio.Event) -> Request:
    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)


async def test_work_that_ends_first_gives_its_result() -> None:
    async def work() -> int:
        return 1

    assert await while_connected(request_that_leaves(asyncio.Event()), work()) == 1


async def test_what_work_raises_is_raised() -> None:
    async def work() -> None:
        raise KeyError("no")

    with pytest.raises(KeyError):
        await while_connected(request_that_leaves(asyncio.Event()), work())


async def test_work_is_cancelled_when_the_client_leaves() -> None:
    left, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    asyncio.get_running_loop().call_later(0.02, left.set)
    with pytest.raises(ClientLeft):
        await asyncio.wait_for(while_connected(request_that_leaves(left), work()), 60)
    assert cancelled.is_set()


async def test_work_is_cancelled_with_its_request() -> None:
    started, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.sleep(10)
        finally:
            cancelled.set()

    task = asyncio.create_task(while_connected(request_that_leaves(asyncio.Event()), work()))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancelled.is_set()
