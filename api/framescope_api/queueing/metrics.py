"""What the worker counts, for Prometheus, beside what scoring itself counts."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from framescope_api.queueing.streams import Backlog


class WorkMetrics:
    """The counters of one worker.

    Args:
        registry: where they are added.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._items = Counter(
            "framescope_work_items",
            "Items finished by outcome: scored, dead, repeated (the same item was answered before) or gone (finished "
            "by another worker).",
            ["outcome"],
            registry=registry,
        )
        self._routes = Counter("framescope_work_routes", "Items scored by route.", ["route"], registry=registry)
        self._dead = Counter("framescope_work_dead_letters", "Dead letters by code.", ["code"], registry=registry)
        self._retries = Counter("framescope_work_retries", "Attempts after a failure of the scorer.", registry=registry)
        self._in_flight = Gauge("framescope_work_in_flight", "Items that this worker is on.", registry=registry)
        self._backlog = Gauge(
            "framescope_work_backlog", "Items not finished: not yet delivered, or pending.", registry=registry
        )
        self._oldest = Gauge(
            "framescope_work_oldest_seconds", "Age of the oldest item that is not finished.", registry=registry
        )

    def scored(self, route: str) -> None:
        """An item was scored and went this way."""
        self._items.labels("scored").inc()
        self._routes.labels(route).inc()

    def buried(self, code: str) -> None:
        """An item could not be scored for this reason."""
        self._items.labels("dead").inc()
        self._dead.labels(code).inc()

    def skipped(self, outcome: str) -> None:
        """An item needed no answer any more."""
        self._items.labels(outcome).inc()

    def retried(self) -> None:
        """The scorer failed on an item, which is tried again."""
        self._retries.inc()

    def in_flight_changed(self, items: int) -> None:
        """The worker is on so many items."""
        self._in_flight.set(items)

    def measured(self, backlog: Backlog) -> None:
        """The state of the queue."""
        self._backlog.set(backlog.entries)
        self._oldest.set(backlog.oldest_s)
