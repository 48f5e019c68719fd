"""The atomic steps at a real Redis, each tried where it would do harm if it were two."""

from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from redis_server import RedisServer, needs_redis

from framescope_api.queueing.settings import WorkSettings
from framescope_api.queueing.streams import Streams

pytestmark = needs_redis

WORK = WorkSettings(claim_idle_s=60)
FIELDS = {b"result": b"{}"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
async def client(server: RedisServer) -> AsyncIterator[Redis]:
    server.client.flushall()
    async with Redis(port=server.port) as client:
        yield client


async def taken(client: Redis, consumer: str = "one", count: int = 1) -> list[str]:
    """Entries that the consumer was given, newly added."""
    await Streams(client, WORK, consumer).ensure_group()
    for _ in range(count):
        await client.xadd(WORK.items, {"item": "{}"})
    ((_, entries),) = await client.xreadgroup(WORK.group, consumer, {WORK.items: ">"}, count=count)
    return [entry.decode() for entry, _ in entries]


async def pending(client: Redis) -> int:
    return int((await client.xpending(WORK.items, WORK.group))["pending"])


async def test_to_publish_adds_the_result_and_ends_the_entry(client: Redis) -> None:
    (entry,) = await taken(client)
    assert await Streams(client, WORK, "one").publish(entry, FIELDS, "d") == "added"
    assert [fields for _, fields in await client.xrange(WORK.results)] == [FIELDS]
    assert (await pending(client), await client.xlen(WORK.items)) == (0, 0)


async def test_to_publish_again_after_a_lost_reply_adds_nothing(client: Redis) -> None:
    streams = Streams(client, WorkSettings(seen_s=0), "one")
    (entry,) = await taken(client)
    assert [await streams.publish(entry, FIELDS, "d") for _ in range(2)] == ["added", "gone"]
    assert await client.xlen(WORK.results) == 1


async def test_of_two_workers_on_one_entry_the_first_wins(client: Redis) -> None:
    (entry,) = await taken(client, "slow")
    await client.xclaim(WORK.items, WORK.group, "quick", 0, [entry])
    assert await Streams(client, WORK, "slow").publish(entry, {b"result": b"slow"}, "d1") == "added"
    assert await Streams(client, WORK, "quick").bury(entry, {b"item": b"quick"}) == "gone"
    assert await client.xlen(WORK.dead) == 0


async def test_the_same_item_in_another_entry_ends_without_a_result(client: Redis) -> None:
    streams = Streams(client, WORK, "one")
    first, second = await taken(client, count=2)
    assert [await streams.publish(entry, FIELDS, "same") for entry in (first, second)] == ["added", "repeated"]
    assert (await client.xlen(WORK.results), await pending(client)) == (1, 0)


@pytest.mark.parametrize("target", ["results", "dead"])
async def test_what_cannot_be_added_leaves_the_entry_pending_and_unseen(client: Redis, target: str) -> None:
    streams = Streams(client, WORK, "one")
    (entry,) = await taken(client)
    stream = getattr(WORK, target)
    await client.set(stream, "no stream")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        await (streams.publish(entry, FIELDS, "d") if target == "results" else streams.bury(entry, FIELDS))
    assert (await pending(client), await client.xlen(WORK.items)) == (1, 1)
    await client.delete(stream)
    assert (
        await (streams.publish(entry, FIELDS, "d") if target == "results" else streams.bury(entry, FIELDS)) == "added"
    )


async def test_a_full_redis_refuses_the_result_and_keeps_the_entry(client: Redis) -> None:
    (entry,) = await taken(client)
    await client.config_set("maxmemory", 1)
    try:
        with pytest.raises(ResponseError, match="maxmemory"):
            await Streams(client, WORK, "one").publish(entry, FIELDS, "d")
    finally:
        await client.config_set("maxmemory", 0)
    assert (await pending(client), await client.xlen(WORK.items)) == (1, 1)


async def test_the_group_starts_with_what_is_queued_and_may_be_there_already(client: Redis) -> None:
    await client.xadd(WORK.items, {"item": "early"})
    streams = Streams(client, WORK, "one")
    await streams.ensure_group()
    await streams.ensure_group()
    ((_, ((_, fields),)),) = await client.xreadgroup(WORK.group, "one", {WORK.items: ">"})
    assert fields == {b"item": b"early"}


async def test_what_is_held_is_not_idle_and_is_not_counted_as_delivered_again(client: Redis) -> None:
    streams = Streams(client, WORK, "one")
    (entry,) = await taken(client)
    await client.xclaim(WORK.items, WORK.group, "one", 0, [entry], idle=50_000, justid=True)
    await streams.hold([entry])
    (found,) = await client.xpending_range(WORK.items, WORK.group, "-", "+", 1)
    assert found["time_since_delivered"] < 50_000
    assert await streams.deliveries(entry) == 1
    await streams.hold([])


async def test_what_is_handed_back_can_be_claimed_at_once_and_is_not_counted_as_delivered(
    client: Redis,
) -> None:
    (entry,) = await taken(client, "leaving")
    (kept,) = await taken(client, "staying")
    await Streams(client, WORK, "leaving").hand_back()
    assert await Streams(client, WORK, "staying").deliveries(entry) == 1
    _, claimed, _ = await client.xautoclaim(WORK.items, WORK.group, "staying", 60_000)
    assert [found.decode() for found, _ in claimed] == [entry]
    assert kept != entry


async def test_a_worker_that_has_finished_leaves_the_group_and_one_with_entries_does_not(
    client: Redis,
) -> None:
    (entry,) = await taken(client, "one")
    await taken(client, "two")
    streams = Streams(client, WORK, "one")
    await streams.forget_consumers("one")
    assert len(await client.xinfo_consumers(WORK.items, WORK.group)) == 2
    await streams.bury(entry, FIELDS)
    await streams.forget_consumers()
    assert len(await client.xinfo_consumers(WORK.items, WORK.group)) == 2
    await streams.hand_back()
    assert [found["name"] for found in await client.xinfo_consumers(WORK.items, WORK.group)] == [b"two"]
    assert await pending(client) == 1


async def test_the_backlog_counts_what_waits_and_what_is_in_flight_and_knows_the_age_of_the_oldest(
    client: Redis,
) -> None:
    streams = Streams(client, WORK, "one")
    assert (await streams.backlog()).entries == 0
    seconds, _ = await client.time()
    await client.xadd(WORK.items, {"item": "{}"}, id=f"{(seconds - 100) * 1000}-0")
    await taken(client, count=2)
    backlog = await streams.backlog()
    assert backlog.entries == 3
    assert 99 < backlog.oldest_s < 200
