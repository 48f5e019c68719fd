import asyncio
import threading

import pytest

from framescope_api.worker import DaemonWorker


async def test_a_call_runs_in_the_named_thread_and_gives_its_result() -> None:
    worker = DaemonWorker("named")
    assert await worker.call(lambda: threading.current_thread().name) == "named"
    worker.close()


@pytest.mark.parametrize("error", [ValueError("no"), StopIteration("no")])
async def test_what_a_call_raises_reaches_its_caller_and_the_thread_lives_on(error: Exception) -> None:
    def fail() -> None:
        raise error

    worker = DaemonWorker("failing")
    with pytest.raises((ValueError, RuntimeError)):
        await worker.call(fail)
    assert await worker.call(lambda: 1) == 1
    worker.close()


async def test_a_call_that_is_cancelled_before_it_begins_is_not_made() -> None:
    worker, gate, made = DaemonWorker("cancelled"), threading.Event(), []
    first = asyncio.create_task(worker.call(gate.wait))
    second = asyncio.create_task(worker.call(lambda: made.append(1)))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    gate.set()
    await first
    await worker.call(lambda: None)
    assert made == []
    worker.close()


async def test_a_call_that_was_cancelled_while_running_harms_nobody() -> None:
    worker, gate = DaemonWorker("running"), threading.Event()
    call = asyncio.create_task(worker.call(gate.wait))
    await asyncio.sleep(0.05)
    call.cancel()
    gate.set()
    assert await worker.call(lambda: 2) == 2
    worker.close()
