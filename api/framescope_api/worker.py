"""A thread that runs heavy calls for the event loop, and never keeps the process from ending."""

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")

_Call = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class DaemonWorker:
    """Runs calls one after the other in a daemon thread.

    The executors of the standard library join their threads when the interpreter ends, so that one endless forward
    pass would outlive every bound on the shutdown; a daemon thread does not.
    """

    def __init__(self, name: str) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    async def call(self, function: Callable[[], T]) -> T:
        """The result of ``function``, or what it raises. A call that has begun goes on when its caller is cancelled."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._calls.put((function, loop, future))
        return await future

    def close(self) -> None:
        """End the thread after the calls that are waiting."""
        self._calls.put(None)

    def _run(self) -> None:
        while (call := self._calls.get()) is not None:
            _run_call(*call)


def _run_call(function: Callable[[], Any], loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Any]") -> None:
    if future.cancelled():
        return
    try:
        result, error = function(), None
    # Whatever a call raises belongs to its caller; the thread must live on for the others.
    except BaseException as caught:
        result, error = None, caught
    try:
        loop.call_soon_threadsafe(_deliver, future, result, error)
    except RuntimeError:
        # The event loop has ended; nobody waits any more.
        return


def _deliver(future: "asyncio.Future[Any]", result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):
        # A future refuses StopIteration.
        future.set_exception(RuntimeError("the call raised StopIteration"))
    else:
        future.set_exception(error)
