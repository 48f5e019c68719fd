"""How many requests a minute a caller may make."""

import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from pyrate_limiter import Duration, InMemoryBucket, Rate, RateItem

from framescope_api.clock import Clock

MAX_CALLERS = 10_000
"""Where callers are addresses, anybody can be many; beyond this number the one longest silent is forgotten."""


@dataclass(frozen=True, slots=True)
class QuotaState:
    """What a caller has left.

    Args:
        limit: requests a minute.
        remaining: requests that would be let through at once.
        reset_s: whole seconds until the oldest counted request leaves the window, and one more is let through.
        exceeded: whether this request was over the limit; it is not counted then.
    """

    limit: int
    remaining: int
    reset_s: int
    exceeded: bool


class Quotas:
    """Counts the requests of each caller over a sliding minute.

    pyrate-limiter's buckets take the time with each request; the better known ``limits`` reads the wall clock itself,
    which tests cannot set and which may be put back, and starts a thread for its housekeeping with most requests.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, int], InMemoryBucket] = OrderedDict()

    def take(self, caller: str, limit: int) -> QuotaState:
        """Count a request of ``caller``, who may make ``limit`` of them a minute."""
        now_ms = int(self._clock.monotonic() * 1000)
        bucket = self._bucket(caller, limit)
        bucket.leak(now_ms)
        exceeded = not bucket.put(RateItem(caller, now_ms))
        # The window is closed at both ends, so that a request leaves it a millisecond after its minute.
        free_in_ms = bucket.items[0].timestamp + int(Duration.MINUTE) + 1 - now_ms
        return QuotaState(limit, max(0, limit - bucket.count()), max(1, math.ceil(free_in_ms / 1000)), exceeded)

    def _bucket(self, caller: str, limit: int) -> InMemoryBucket:
        # The limit is part of the name, because it changes with the keys file.
        name = (caller, limit)
        bucket = self._buckets.pop(name, None) or InMemoryBucket([Rate(limit, Duration.MINUTE)])
        self._buckets[name] = bucket
        if len(self._buckets) > MAX_CALLERS:
            self._buckets.popitem(last=False)
        return bucket


def quota_headers(quota: QuotaState) -> Mapping[str, str]:
    """The headers that tell a caller of its quota.

    These three are what deployed clients and gateways read (draft-ietf-httpapi-ratelimit-headers up to 06). Later
    drafts have merged them into ``RateLimit`` and ``RateLimit-Policy`` with a syntax that changed in 07 and again in
    08; the current one, 11, is no standard yet, so it is left out rather than sent beside them.
    """
    headers = {
        "RateLimit-Limit": str(quota.limit),
        "RateLimit-Remaining": str(quota.remaining),
        "RateLimit-Reset": str(quota.reset_s),
    }
    return headers | ({"Retry-After": str(quota.reset_s)} if quota.exceeded else {})
