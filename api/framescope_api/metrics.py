"""What the service counts, for Prometheus. Each application has a registry of its own."""

from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from framescope_api.problems import public
from framescope_model.model_info import ModelInfo

METRICS_MEDIA_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LATENCY_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """The counters of one application; also the observer of the batcher and of the scoring service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._requests = self._counter("requests", "Requests answered.", "method", "route", "status")
        self._request_seconds = Histogram(
            "framescope_request_seconds",
            "Time from the request's head to the end of the answer.",
            ["route"],
            buckets=LATENCY_BUCKETS,
            registry=self.registry,
        )
        self._documents = self._counter(
            "documents", "Documents by outcome: scored, or the code of the error.", "outcome"
        )
        self._codepoints = self._counter("scored_codepoints", "Code points of the documents that were scored.")
        self._flagged = self._counter("flagged_documents", "Documents in which a feature was flagged.", "feature")
        self._coral = self._counter(
            "coral_comments", "Comments of Coral by outcome: acted, or why nothing was done.", "outcome"
        )
        self._feedback = self._counter("feedback", "Feedback by origin: kept, dropped, failed.", "origin", "outcome")
        self._queue_documents = Gauge(
            "framescope_queue_documents", "Documents waiting or being scored.", registry=self.registry
        )
        self._queue_codepoints = Gauge(
            "framescope_queue_codepoints", "Code points waiting or being scored.", registry=self.registry
        )
        self._batch_documents = Histogram(
            "framescope_batch_documents", "Documents scored together.", buckets=BATCH_BUCKETS, registry=self.registry
        )
        self._batch_seconds = Histogram(
            "framescope_batch_seconds", "Time of one forward pass.", buckets=LATENCY_BUCKETS, registry=self.registry
        )
        self._model = Gauge(
            "framescope_model_info", "The model in use.", ["name", "version", "revision"], registry=self.registry
        )

    def render(self) -> bytes:
        """All metrics, in the format that ``METRICS_MEDIA_TYPE`` names."""
        return generate_latest(self.registry)

    def model_loaded(self, info: ModelInfo) -> None:
        """From now on this model answers."""
        self._model.labels(info.name, info.version, info.revision).set(1)

    def request_finished(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; ``route`` is the template of its path, so that there are few."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def queue_changed(self, documents: int, length: int) -> None:
        """So much waits or is being scored."""
        self._queue_documents.set(documents)
        self._queue_codepoints.set(length)

    def batch_finished(self, documents: int, seconds: float) -> None:
        """A forward pass over so many documents took so long."""
        self._batch_documents.observe(documents)
        self._batch_seconds.observe(seconds)

    def document_scored(self, length: int, flagged: Iterable[str]) -> None:
        """A document was scored, and these features were flagged."""
        self._documents.labels("scored").inc()
        self._codepoints.inc(length)
        for feature in flagged:
            self._flagged.labels(feature).inc()

    def document_failed(self, error: Exception) -> None:
        """A document could not be scored."""
        self._documents.labels(public(error).code).inc()

    def coral_answered(self, outcome: str) -> None:
        """A comment of Coral's was answered for this reason."""
        self._coral.labels(outcome).inc()

    def feedback_handled(self, origin: str, outcome: str) -> None:
        """A feedback of this origin was ``kept``, ``dropped`` as it should be, or ``failed`` to be kept."""
        self._feedback.labels(origin, outcome).inc()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"framescope_{name}", text, labels, registry=self.registry)
