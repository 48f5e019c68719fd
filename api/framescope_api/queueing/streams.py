"""The streams of the queue in Redis, and the steps on them that have to be atomic.

FastStream reads the stream, claims what dead workers left and runs the handler. What it does not have is done here:
its publisher and its acknowledgement are two commands, between which a worker can die; it starts a new group at the
end of the stream, which would skip what was queued before; and it neither renews the hold on what takes long nor hands
back what a stopping worker had not begun.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from framescope_api.queueing.results import Fields
from framescope_api.queueing.settings import WorkSettings

Finish = Literal["added", "repeated", "gone"]
"""What became of an entry: its outcome was added; the same item was answered before; it was finished elsewhere."""

DEAD_CONSUMER_IDLE_S = 3600
MAX_HANDED_BACK = 1000

# The acknowledgement comes last: a script that fails is not rolled back, and an entry that is still pending is safe.
# Only who still holds the entry in the group adds anything, so that of two workers on one entry one wins, and a call
# that is repeated because its reply was lost changes nothing.
FINISH = """
local group, entry, seen_ms = ARGV[1], ARGV[2], ARGV[3]
if #redis.call('XPENDING', KEYS[1], group, entry, entry, 1) == 0 then return 'gone' end
local outcome = 'repeated'
if KEYS[3] == nil or redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('XADD', KEYS[2], '*', unpack(ARGV, 4))
  outcome = 'added'
  if KEYS[3] ~= nil then redis.call('SET', KEYS[3], entry, 'PX', seen_ms) end
end
redis.call('XACK', KEYS[1], group, entry)
redis.call('XDEL', KEYS[1], entry)
return outcome
"""

# To delete a consumer deletes what is pending for it, so the look and the deed have to be one.
FORGET = """
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local told = {}
  for i = 1, #consumer, 2 do told[consumer[i]] = consumer[i + 1] end
  if told.pending == 0 and (told.name == ARGV[2] or told.idle > tonumber(ARGV[3])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], told.name)
  end
end
"""


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many entries are not finished, those in flight included, and how long the oldest has been there."""

    entries: int
    oldest_s: float


class Streams:
    """The streams of one worker.

    Args:
        redis: a client that answers in bytes.
        work: names and times.
        consumer: the worker's own name in the group.
    """

    def __init__(self, redis: Redis, work: WorkSettings, consumer: str) -> None:
        self._redis = redis
        self._work = work
        self._consumer = consumer
        self._finish = redis.register_script(FINISH)
        self._forget = redis.register_script(FORGET)

    async def ensure_group(self) -> None:
        """Make the stream and the group if need be, with all that is queued already."""
        try:
            await self._redis.xgroup_create(self._work.items, self._work.group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise

    async def publish(self, entry_id: str, fields: Fields, digest: str) -> Finish:
        """Add a result, note that the item was seen, and end its entry, in one step."""
        keys = [self._work.items, self._work.results]
        if self._work.seen_s:
            keys.append(f"{self._work.results}:seen:{digest}")
        return await self._end(keys, entry_id, fields)

    async def bury(self, entry_id: str, fields: Fields) -> Finish:
        """Add a dead letter and end its entry, in one step."""
        return await self._end([self._work.items, self._work.dead], entry_id, fields)

    async def deliveries(self, entry_id: str) -> int:
        """How often the entry was given to a worker; 0 when it is not pending."""
        found = await self._redis.xpending_range(self._work.items, self._work.group, entry_id, entry_id, 1)
        return int(found[0]["times_delivered"]) if found else 0

    async def hold(self, entry_ids: Sequence[str]) -> None:
        """Show that this worker is still on these entries, so that no other claims them."""
        if entry_ids:
            await self._claim(entry_ids)

    async def hand_back(self) -> None:
        """Let others claim at once what this worker was given and has not finished, and leave the group."""
        found = await self._redis.xpending_range(
            self._work.items, self._work.group, "-", "+", MAX_HANDED_BACK, consumername=self._consumer
        )
        if found:
            await self._claim([item["message_id"] for item in found], idle=round(self._work.claim_idle_s * 1000))
        await self.forget_consumers(self._consumer)

    async def forget_consumers(self, own: str = "") -> None:
        """Remove workers that are long gone, and ``own``, from the group, unless something is pending for them."""
        await self._forget(
            keys=[self._work.items], args=[self._work.group, own, DEAD_CONSUMER_IDLE_S * 1000], client=self._redis
        )

    async def backlog(self) -> Backlog:
        """What is not finished. A finished entry is deleted, so this is what the stream holds."""
        entries = await self._redis.xlen(self._work.items)
        oldest = await self._redis.xrange(self._work.items, count=1)
        if not oldest:
            return Backlog(int(entries), 0.0)
        seconds, microseconds = await self._redis.time()
        added_ms = int(cast("bytes", oldest[0][0]).partition(b"-")[0])
        return Backlog(int(entries), max(0.0, seconds + microseconds / 1e6 - added_ms / 1000))

    async def _claim(self, entry_ids: Sequence[Any], idle: int | None = None) -> None:
        await self._redis.xclaim(
            self._work.items, self._work.group, self._consumer, 0, list(entry_ids), idle=idle, justid=True
        )

    async def _end(self, keys: list[str], entry_id: str, fields: Fields) -> Finish:
        pairs = [part for pair in fields.items() for part in pair]
        args: list[bytes | str | int] = [self._work.group, entry_id, self._work.seen_s * 1000, *pairs]
        told = await self._finish(keys=keys, args=args, client=self._redis)
        return cast("Finish", told.decode())
