"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta

from framescope_api.clock import Clock


class HandClock:
    """Starts in 2030; ``clock`` is what the service is given."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.clock = Clock(monotonic=lambda: self.seconds, now=self.now)

    def now(self) -> datetime:
        return datetime(2030, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
