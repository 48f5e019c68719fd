"""What becomes of one entry: a result, a dead letter, or another attempt."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

from redis.exceptions import RedisError

from framescope_api.errors import Overloaded, ServiceError
from framescope_api.logs import describe_error, logger
from framescope_api.queueing.items import Entry, Item, read_item
from framescope_api.queueing.metrics import WorkMetrics
from framescope_api.queueing.results import Reason, dead_fields, result_fields, seen_digest
from framescope_api.queueing.routing import decide_route
from framescope_api.queueing.settings import WorkSettings
from framescope_api.queueing.streams import Finish, Streams
from framescope_api.service import Document, Failure, Scored, ScoringService
from framescope_model.errors import ArtifactError, FramescopeError
from framescope_model.results import ScoreOptions

MAX_RETRY_DELAY_S = 60.0
FIRST_PUBLISH_DELAY_S = 0.1
MAX_PUBLISH_DELAY_S = 5.0


class _Left(Exception):
    """The worker is stopping, and the entry is left for another."""


class Handler:
    """Scores entries and ends them; never raises, so that an entry ends here or stays pending.

    Args:
        service: scores, together with the other entries in flight.
        streams: where outcomes go.
        work: policy, times and numbers of attempts.
        max_item_bytes: largest item.
        metrics: are told what became of items.
    """

    def __init__(
        self, service: ScoringService, streams: Streams, work: WorkSettings, max_item_bytes: int, metrics: WorkMetrics
    ) -> None:
        self._service = service
        self._streams = streams
        self._work = work
        self._max_item_bytes = max_item_bytes
        self._metrics = metrics
        self._in_flight: set[str] = set()
        self._stopping = asyncio.Event()

    @property
    def in_flight(self) -> tuple[str, ...]:
        """The ids of the entries that are being worked on."""
        return tuple(self._in_flight)

    def stop(self) -> None:
        """From now on no failed attempt is repeated; what is being scored is finished."""
        self._stopping.set()

    async def handle(self, entry: Entry) -> None:
        """Score an entry that was delivered for the first time."""
        await self._once(entry, self._process)

    async def handle_claimed(self, entry: Entry) -> None:
        """Score an entry that a worker took and did not finish, unless it has been the end of too many."""
        await self._once(entry, self._process_claimed)

    async def _once(self, entry: Entry, process: Callable[[Entry], Awaitable[None]]) -> None:
        if entry.id in self._in_flight:
            return
        self._in_flight.add(entry.id)
        self._metrics.in_flight_changed(len(self._in_flight))
        try:
            await process(entry)
        except _Left:
            logger().info("item_left", entry=entry.id)
        except Exception as error:
            # It stays pending and is claimed again after a while.
            logger().error("item_failed", entry=entry.id, **describe_error(error))
        finally:
            self._in_flight.discard(entry.id)
            self._metrics.in_flight_changed(len(self._in_flight))

    async def _process_claimed(self, entry: Entry) -> None:
        deliveries = await self._streams.deliveries(entry.id)
        if deliveries <= self._work.max_deliveries:
            await self._process(entry)
            return
        # The last of them is ours.
        detail = f"{deliveries - 1} workers took the item and none finished it; it may be what ends them"
        await self._bury(entry, Reason("delivered_too_often", detail), deliveries - 1)

    async def _process(self, entry: Entry) -> None:
        try:
            item = await asyncio.to_thread(read_item, entry, self._max_item_bytes)
        except FramescopeError as error:
            await self._bury(entry, Reason(error.code, str(error)), 0)
            return
        for attempt in count(1):
            try:
                scored = await self._score(item)
            except Exception as error:
                if (reason := _final(error)) is None and attempt >= self._work.max_attempts:
                    reason = Reason("internal_error", f"the scorer failed {attempt} times; the worker's log tells more")
                if reason is not None:
                    await self._bury(entry, reason, attempt)
                    return
                await self._wait(entry, attempt)
            else:
                await self._publish(entry, item, scored)
                return

    async def _score(self, item: Item) -> Scored:
        """The item with its scores.

        Raises:
            Exception: whatever keeps it from being scored.
        """
        document = Document(item.id, item.text or "", item.language)
        while True:
            try:
                (outcome,) = await self._service.score([document], self._options(item))
            except Overloaded as error:
                # The other items in flight fill the queue, which is no fault of this one.
                await self._pause(error.retry_after_s)
                continue
            if isinstance(outcome, Failure):
                raise outcome.error
            return outcome

    def _options(self, item: Item) -> ScoreOptions:
        """The item's options, with the features that the policy asks about among those to report."""
        options = item.options()
        if options.features is None:
            return options
        known = self._service.engine.info.thresholds
        asked = [rule.feature for rule in self._work.policy if rule.feature in known]
        features = tuple(dict.fromkeys((*options.features, *asked)))
        return ScoreOptions(features, options.thresholds, options.ignore, options.exclude_quoted)

    async def _publish(self, entry: Entry, item: Item, scored: Scored) -> None:
        work, info = self._work, self._service.engine.info
        routing = decide_route(work.policy, work.default_route, scored.result.scores)
        fields = await asyncio.to_thread(result_fields, info, item, scored, routing)
        digest = seen_digest(info, work.policy, work.default_route, entry.body)
        finish = await self._insist(lambda: self._streams.publish(entry.id, fields, digest))
        if finish == "added":
            self._metrics.scored(routing.route)
        else:
            self._metrics.skipped(finish)
        logger().debug("item_finished", entry=entry.id, outcome=finish, route=routing.route)

    async def _bury(self, entry: Entry, reason: Reason, attempts: int) -> None:
        fields = dead_fields(entry, reason, attempts)
        finish = await self._insist(lambda: self._streams.bury(entry.id, fields))
        if finish == "added":
            self._metrics.buried(reason.code)
        else:
            self._metrics.skipped(finish)
        logger().warning("item_dead", entry=entry.id, code=reason.code, attempts=attempts, outcome=finish)

    async def _insist(self, publish: Callable[[], Awaitable[Finish]]) -> Finish:
        """What ``publish`` comes to, however long Redis is away; it may be repeated without harm."""
        delay = FIRST_PUBLISH_DELAY_S
        while True:
            try:
                return await publish()
            except (RedisError, OSError) as error:
                logger().warning("publish_failed", error=type(error).__qualname__, retry_in_s=delay)
            await asyncio.sleep(delay)
            delay = min(2 * delay, MAX_PUBLISH_DELAY_S)

    async def _wait(self, entry: Entry, attempt: int) -> None:
        delay = min(self._work.retry_delay_s * 2 ** (attempt - 1), MAX_RETRY_DELAY_S)
        logger().warning("item_retried", entry=entry.id, attempt=attempt, retry_in_s=delay)
        await self._pause(delay)
        self._metrics.retried()

    async def _pause(self, seconds: float) -> None:
        """Wait, but not for longer than the worker goes on.

        Raises:
            _Left: it is stopping.
        """
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
        raise _Left


def _final(error: Exception) -> Reason | None:
    """Why no further attempt can help; ``None`` when one might."""
    if isinstance(error, FramescopeError) and not isinstance(error, ServiceError | ArtifactError):
        return Reason(error.code, str(error))
    return None
