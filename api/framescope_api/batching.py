"""Micro-batching: documents of concurrent requests share forward passes, in turn and within bounds.

There are two lanes, each with a thread of its own: one for short documents, one for long ones, so that a short document
never waits for a long one. Within a lane the requests take turns, one document each, so that a request with a hundred
documents does not hold up a request with one.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeAlias

from framescope_api.errors import Overloaded, ShuttingDown
from framescope_api.worker import DaemonWorker

Outcome: TypeAlias = Any
"""A prediction, or the exception that one document raised."""

MAX_RETRY_AFTER_S = 60


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """The bounds of batching; lengths are in code points.

    ``max_queued_*`` count what waits or is being scored, ``max_batch_*`` bound one forward pass, ``max_wait_ms`` is how
    long a batch waits for company, and documents of ``long_length`` or more use the lane of long documents.
    """

    max_queued_documents: int
    max_queued_length: int
    max_batch_documents: int
    max_batch_length: int
    max_wait_ms: float
    long_length: int


class BatchObserver(Protocol):
    """Is told what happens to the queue, for the metrics."""

    def queue_changed(self, documents: int, length: int) -> None:
        """So much waits or is being scored."""

    def batch_finished(self, documents: int, seconds: float) -> None:
        """A forward pass over so many documents took so long."""


@dataclass(slots=True, eq=False)
class _Job:
    """One document on its way; the outcome goes to ``future``."""

    text: str
    future: asyncio.Future[Outcome]


@dataclass(slots=True, eq=False)
class _Ticket:
    """What one request still has waiting in a lane."""

    jobs: deque[_Job] = field(default_factory=deque)


class _Lane:
    """A queue of tickets, served in turn by one thread."""

    def __init__(self, name: str, predict: Callable[[Sequence[str]], Sequence[Any]], limits: BatchLimits) -> None:
        self._predict = predict
        self._limits = limits
        # A dict keeps the order of turns and lets a ticket leave from the middle.
        self._tickets: dict[_Ticket, None] = {}
        self._filled = asyncio.Event()
        self._worker = DaemonWorker(f"framescope-{name}")

    def add(self, ticket: _Ticket) -> None:
        if ticket.jobs:
            self._tickets[ticket] = None
            self._filled.set()

    def discard(self, ticket: _Ticket) -> None:
        self._tickets.pop(ticket, None)

    def close(self) -> None:
        self._worker.close()

    async def serve(self, finished: Callable[[Sequence[_Job], float], None]) -> None:
        """Score what waits, batch by batch, until cancelled; tells ``finished`` the jobs and seconds of each pass."""
        while True:
            await self._filled.wait()
            if self._limits.max_wait_ms and not self._is_full():
                await asyncio.sleep(self._limits.max_wait_ms / 1000)
            batch = self._take()
            if not batch:
                self._filled.clear()
                continue
            started = time.perf_counter()
            outcomes = await self._worker.call(partial(_predict_each, self._predict, [job.text for job in batch]))
            finished(batch, time.perf_counter() - started)
            for job, outcome in zip(batch, outcomes, strict=True):
                if not job.future.done():
                    job.future.set_result(outcome)

    def _is_full(self) -> bool:
        return sum(len(ticket.jobs) for ticket in self._tickets) >= self._limits.max_batch_documents

    def _take(self) -> list[_Job]:
        """The next batch: a document of each request in turn, at least one, until a bound is met."""
        batch: list[_Job] = []
        length = 0
        while self._tickets and len(batch) < self._limits.max_batch_documents:
            ticket = next(iter(self._tickets))
            job = ticket.jobs[0]
            if batch and length + len(job.text) > self._limits.max_batch_length:
                break
            ticket.jobs.popleft()
            del self._tickets[ticket]
            self.add(ticket)
            batch.append(job)
            length += len(job.text)
        return batch


class Batcher:
    """Scores documents of concurrent requests together.

    Args:
        predict: one prediction for each text, in order; called in the threads of the lanes.
        limits: the bounds.
        observer: is told what happens.
    """

    def __init__(
        self,
        predict: Callable[[Sequence[str]], Sequence[Any]],
        limits: BatchLimits,
        observer: BatchObserver,
    ) -> None:
        self._limits = limits
        self._observer = observer
        self._short = _Lane("short", predict, limits)
        self._long = _Lane("long", predict, limits)
        self._documents = 0
        self._length = 0
        self._seconds_per_codepoint = 0.0
        self._servers: list[asyncio.Task[None]] = []

    @property
    def queued_documents(self) -> int:
        """The number of documents that wait or are being scored."""
        return self._documents

    def start(self) -> None:
        """Begin to serve; needs a running event loop."""
        self._servers = [asyncio.create_task(lane.serve(self._finished)) for lane in (self._short, self._long)]

    async def close(self) -> None:
        """Stop to serve; what still waits is left to its requests to cancel."""
        for server in self._servers:
            server.cancel()
        await asyncio.gather(*self._servers, return_exceptions=True)
        for lane in (self._short, self._long):
            lane.close()

    async def predict(self, texts: Sequence[str]) -> list[Outcome]:
        """A prediction, or the exception it raised, for each text, in order.

        When the caller is cancelled, what has not begun leaves the queue at once.

        Raises:
            Overloaded: the queue has no room for the texts.
            ShuttingDown: the batcher is closed.
        """
        if not self._servers or any(server.done() for server in self._servers):
            raise ShuttingDown("the service is not scoring any more; send the request to another instance")
        self._admit(texts)
        jobs = [self._enter(text) for text in texts]
        short, long = _Ticket(), _Ticket()
        for job in jobs:
            (long if len(job.text) >= self._limits.long_length else short).jobs.append(job)
        self._short.add(short)
        self._long.add(long)
        try:
            # When the caller is cancelled, so are the futures, which frees the slots.
            return await asyncio.gather(*(job.future for job in jobs))
        finally:
            self._short.discard(short)
            self._long.discard(long)

    def _admit(self, texts: Sequence[str]) -> None:
        """Refuse what does not fit; an idle service takes any request, so that none is refused for ever."""
        length = sum(map(len, texts))
        fits = (
            self._documents + len(texts) <= self._limits.max_queued_documents
            and self._length + length <= self._limits.max_queued_length
        )
        if self._documents and not fits:
            seconds = self.retry_after_s()
            raise Overloaded(
                f"{self._documents} documents are waiting already; try again in {seconds} s, or send fewer at once",
                seconds,
            )

    def retry_after_s(self) -> int:
        """How long the present queue takes to empty, from the measured speed; whole seconds in [1, 60]."""
        return min(MAX_RETRY_AFTER_S, max(1, math.ceil(self._length * self._seconds_per_codepoint)))

    def _enter(self, text: str) -> _Job:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._count(1, len(text))
        future.add_done_callback(lambda _: self._count(-1, -len(text)))
        return _Job(text, future)

    def _count(self, documents: int, length: int) -> None:
        self._documents += documents
        self._length += length
        self._observer.queue_changed(self._documents, self._length)

    def _finished(self, batch: Sequence[_Job], seconds: float) -> None:
        measured = seconds / max(1, sum(len(job.text) for job in batch))
        known = self._seconds_per_codepoint
        # A moving average over about five batches follows a change of load without jumping at each.
        self._seconds_per_codepoint = measured if not known else 0.8 * known + 0.2 * measured
        self._observer.batch_finished(len(batch), seconds)


def _predict_each(predict: Callable[[Sequence[str]], Sequence[Any]], texts: Sequence[str]) -> list[Outcome]:
    """Predict all texts together; if that fails, one by one, so that a bad document fails alone."""
    try:
        return _checked(predict(texts), len(texts))
    # Even SystemExit: in this thread it would end the lane and leave every waiting request without an answer.
    except BaseException as error:
        if len(texts) == 1:
            return [error]
    return [outcome for text in texts for outcome in _predict_each(predict, [text])]


def _checked(predictions: Sequence[Any], count: int) -> list[Outcome]:
    if len(predictions) != count:
        raise RuntimeError(f"the engine gave {len(predictions)} predictions for {count} texts")
    return list(predictions)
