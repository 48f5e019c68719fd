"""The two clocks of the service, handed in so that tests need not wait."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is.

    Args:
        monotonic: seconds that never run backwards, for spans of time.
        now: the date and time with its zone, for expiry.
    """

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now


SYSTEM_CLOCK = Clock()
