"""FastStream's part: reads new entries, claims those of dead workers, and hands both to the handler."""

import logging
from typing import Any, cast

from faststream import AckPolicy
from faststream.message import StreamMessage
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.message import DefaultStreamMessage
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from framescope_api.queueing.handler import Handler
from framescope_api.queueing.items import Entry
from framescope_api.queueing.settings import WorkSettings

LOGGER = "framescope.queue"
POLL_MS = 1000
MIN_CLAIM_POLL_MS = 100
SOCKET_TIMEOUT_S = 15
"""Longer than a poll, so that a server that has vanished is noticed and a quiet one is not taken for it."""


def connection_options() -> dict[str, Any]:
    """How every connection of the worker deals with a server that is slow or away for a moment."""
    return {
        "socket_timeout": SOCKET_TIMEOUT_S,
        "socket_connect_timeout": SOCKET_TIMEOUT_S,
        "health_check_interval": SOCKET_TIMEOUT_S,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=1), retries=3),
    }


class Consumer:
    """Takes entries until stopped; made anew when the group was lost.

    Args:
        work: names and times.
        consumer: the worker's own name in the group.
        handler: is given the entries.
        grace_s: how long entries in flight may take to finish when stopped.
    """

    def __init__(self, work: WorkSettings, consumer: str, handler: Handler, grace_s: float) -> None:
        logger = logging.getLogger(LOGGER)
        # Its lines about each message would tell nothing that ours do not.
        logger.setLevel(logging.WARNING)
        self._broker = RedisBroker(
            work.redis_url.get_secret_value(),
            logger=logger,
            graceful_timeout=grace_s,
            apply_types=False,
            parser=_parse,
            decoder=_decode,
            **connection_options(),
        )
        claim_ms = round(work.claim_idle_s * 1000)
        new = StreamSub(work.items, group=work.group, consumer=consumer, polling_interval=POLL_MS, max_records=1)
        claimed = StreamSub(
            work.items,
            group=work.group,
            consumer=consumer,
            polling_interval=max(MIN_CLAIM_POLL_MS, claim_ms // 10),
            min_idle_time=claim_ms,
        )
        # Claimed entries go one at a time: should one of them be what ends workers, it takes no other with it.
        self._subscribers = (
            self._broker.subscriber(stream=new, ack_policy=AckPolicy.MANUAL, max_workers=work.in_flight),
            self._broker.subscriber(stream=claimed, ack_policy=AckPolicy.MANUAL),
        )
        self._subscribers[0](handler.handle)
        self._subscribers[1](handler.handle_claimed)

    @property
    def running(self) -> bool:
        """Whether entries are taken; a subscriber stops by itself when its group is gone."""
        return all(subscriber.running for subscriber in self._subscribers)

    async def start(self) -> None:
        """Begin to take entries.

        Raises:
            Exception: Redis cannot be reached.
        """
        await self._broker.start()

    async def stop(self) -> None:
        """Take no more entries, and give those in flight their time to finish."""
        await self._broker.stop()


async def _parse(message: DefaultStreamMessage) -> StreamMessage[DefaultStreamMessage]:
    """The entry as it lies in the stream: FastStream's own form of messages is not what producers write."""
    entry = Entry(message["message_ids"][0].decode(), message["data"])
    return StreamMessage(raw_message=message, body=entry, message_id=entry.id)


async def _decode(message: StreamMessage[DefaultStreamMessage]) -> Entry:
    return cast("Entry", message.body)
