"""Runs the worker: loads the model, takes entries until a signal, and leaves nothing half done."""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import start_http_server
from redis.asyncio import Redis
from redis.exceptions import RedisError

from framescope_api.engine import EngineFactory, LanguageCheck, default_engine, default_language_check
from framescope_api.errors import SettingsError
from framescope_api.lifecycle import Lifecycle
from framescope_api.logs import configure_logging, logger
from framescope_api.metrics import Metrics
from framescope_api.queueing.consumer import Consumer, connection_options
from framescope_api.queueing.handler import Handler
from framescope_api.queueing.metrics import WorkMetrics
from framescope_api.queueing.settings import WorkSettings
from framescope_api.queueing.streams import Streams
from framescope_api.settings import Settings

MAX_TICK_S = 5.0
FIRST_RECONNECT_DELAY_S = 0.2
MAX_RECONNECT_DELAY_S = 10.0
FAREWELL_S = 5.0
"""Time for handing back what is left; Redis may be away just then."""


def work_forever(
    settings: Settings,
    work: WorkSettings,
    engine_factory: EngineFactory = default_engine,
    check_language: LanguageCheck = default_language_check,
) -> int:
    """Work until a signal ends it; the exit status: 0 after a signal, 1 when the model could not be loaded.

    Raises:
        SettingsError: the port of the metrics is taken.
    """
    configure_logging(settings.log_level)
    metrics = Metrics()
    lifecycle = Lifecycle(settings, engine_factory, check_language, metrics)
    with _metrics_server(settings, work, metrics):
        return asyncio.run(_run(settings, work, lifecycle, WorkMetrics(metrics.registry)))


async def _run(settings: Settings, work: WorkSettings, lifecycle: Lifecycle, metrics: WorkMetrics) -> int:
    stop = _stop_on_signals()
    await lifecycle.load()
    if lifecycle.failure is not None:
        return 1
    # A name of its own for each run: entries of a dead one have to be claimed, not mixed with those of its successor.
    consumer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    redis = Redis.from_url(work.redis_url.get_secret_value(), **connection_options())
    streams = Streams(redis, work, consumer)
    handler = Handler(lifecycle.service(), streams, work, settings.max_body_bytes, metrics)
    try:
        await _Worker(work, consumer, streams, handler, metrics, stop, settings.shutdown_grace_s).run()
    finally:
        await redis.aclose()
        await lifecycle.close()
    return 0


@dataclass(frozen=True, slots=True)
class _Worker:
    """Keeps a consumer going until told to stop."""

    work: WorkSettings
    name: str
    streams: Streams
    handler: Handler
    metrics: WorkMetrics
    stop: asyncio.Event
    grace_s: float

    async def run(self) -> None:
        delay = FIRST_RECONNECT_DELAY_S
        while not self.stop.is_set():
            consumer = Consumer(self.work, self.name, self.handler, self.grace_s)
            try:
                await self.streams.ensure_group()
                await consumer.start()
                delay = FIRST_RECONNECT_DELAY_S
                logger().info("working", items=self.work.items, group=self.work.group, consumer=self.name)
                await self._while_running(consumer)
            except (RedisError, OSError) as error:
                # TimeoutError, which the start raises when the server does not answer, is an OSError.
                logger().warning("redis_unreachable", error=type(error).__qualname__, retry_in_s=delay)
            finally:
                await self._end(consumer)
            await _wait(self.stop, delay)
            delay = min(2 * delay, MAX_RECONNECT_DELAY_S)
        await self._hand_back()

    async def _while_running(self, consumer: Consumer) -> None:
        """Until told to stop, or until the group is gone: renew the hold on what is in flight, and measure."""
        tick_s = min(self.work.claim_idle_s / 3, MAX_TICK_S)
        while consumer.running and not self.stop.is_set():
            try:
                await self.streams.hold(self.handler.in_flight)
                await self.streams.forget_consumers()
                self.metrics.measured(await self.streams.backlog())
            except (RedisError, OSError) as error:
                logger().warning("queue_not_measured", error=type(error).__qualname__)
            await _wait(self.stop, tick_s)

    async def _end(self, consumer: Consumer) -> None:
        if self.stop.is_set():
            logger().info("stopping", in_flight=len(self.handler.in_flight))
            self.handler.stop()
        holding = asyncio.create_task(self._hold())
        try:
            await consumer.stop()
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def _hold(self) -> None:
        """While the last entries are finished, they stay ours."""
        while True:
            await asyncio.sleep(min(self.work.claim_idle_s / 3, MAX_TICK_S))
            try:
                await self.streams.hold(self.handler.in_flight)
            except (RedisError, OSError) as error:
                logger().warning("hold_not_renewed", error=type(error).__qualname__)

    async def _hand_back(self) -> None:
        try:
            async with asyncio.timeout(FAREWELL_S):
                await self.streams.hand_back()
        except (RedisError, OSError) as error:
            # Then others wait until the entries have been idle for long enough.
            logger().warning("not_handed_back", error=type(error).__qualname__)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


@contextmanager
def _metrics_server(settings: Settings, work: WorkSettings, metrics: Metrics) -> Iterator[None]:
    if work.metrics_port is None:
        yield
        return
    try:
        server, thread = start_http_server(work.metrics_port, settings.host, metrics.registry)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on port {work.metrics_port} of {settings.host}: {error.strerror or error}; choose another "
            "with FRAMESCOPE_WORK_METRICS_PORT"
        ) from error
    logger().info("metrics", url=f"http://{settings.host}:{server.server_port}/metrics")
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
