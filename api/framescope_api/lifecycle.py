"""From loading the model to the last answer: what the service can do at each moment."""

from enum import StrEnum

from framescope_api.batching import Batcher, BatchLimits
from framescope_api.engine import Engine, EngineFactory, LanguageCheck
from framescope_api.errors import NotReady, ShuttingDown
from framescope_api.logs import describe_error, logger
from framescope_api.metrics import Metrics
from framescope_api.service import Limits, ScoringService
from framescope_api.settings import Settings
from framescope_api.worker import DaemonWorker
from framescope_model.errors import FramescopeError
from framescope_model.model_info import ModelInfo

WARM_UP_TEXT = "The council met on Tuesday, and the mayor said that the bridge would open in May."


class Phase(StrEnum):
    """Where the service stands between its start and its end."""

    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"
    STOPPING = "stopping"


class Lifecycle:
    """Loads the engine, holds the scoring service, and knows whether new work is welcome.

    Args:
        settings: of the whole service.
        engine_factory: loads the engine; called in a thread.
        check_language: passed to the scoring service.
        metrics: of the application.
    """

    def __init__(
        self, settings: Settings, engine_factory: EngineFactory, check_language: LanguageCheck, metrics: Metrics
    ) -> None:
        self.phase = Phase.LOADING
        self.failure: Exception | None = None
        self._settings = settings
        self._engine_factory = engine_factory
        self._check_language = check_language
        self._metrics = metrics
        self._batcher: Batcher | None = None
        self._service: ScoringService | None = None

    async def load(self) -> None:
        """Load the engine off the event loop; a failure is kept in ``failure`` and logged, not raised.

        An application can be started again after its end, so this begins anew.
        """
        self.phase, self.failure, self._service = Phase.LOADING, None, None
        worker = DaemonWorker("framescope-load")
        try:
            engine = await worker.call(self._load_engine)
        except Exception as error:
            self.failure = error
            self.phase = Phase.FAILED
            # Our own messages name a file and what to do; others might quote anything.
            detail = {"detail": str(error)} if isinstance(error, FramescopeError) else describe_error(error)
            logger().error("model_not_loaded", **detail)
            return
        finally:
            worker.close()
        self._open(engine)

    def service(self) -> ScoringService:
        """The scoring service.

        Raises:
            NotReady: the model is not loaded.
        """
        if self._service is None:
            if self.phase is Phase.FAILED:
                raise NotReady("the model could not be loaded; the log of the service tells why")
            raise NotReady("the model is being loaded; try again in a moment")
        return self._service

    def model(self) -> ModelInfo | None:
        """The model that answers; absent until it is loaded."""
        return None if self._service is None else self._service.engine.info

    def check_ready(self) -> None:
        """Whether new requests should be sent here.

        Raises:
            NotReady: the model is not loaded.
            ShuttingDown: the service was told to stop; it answers what still arrives, but wants no more.
        """
        if self.phase is Phase.STOPPING:
            raise ShuttingDown("the service is stopping; send requests to another instance")
        self.service()

    def begin_stopping(self) -> None:
        """From now on the service is not ready, though it answers what arrives."""
        self.phase = Phase.STOPPING

    async def close(self) -> None:
        """End the batcher; called when no request is left."""
        self.begin_stopping()
        if self._batcher is not None:
            await self._batcher.close()

    def _load_engine(self) -> Engine:
        engine = self._engine_factory(self._settings)
        # The detector is loaded with its first text, which should not be that of a client with a time limit.
        self._check_language(WARM_UP_TEXT, None)
        return engine

    def _open(self, engine: Engine) -> None:
        settings = self._settings
        self._batcher = Batcher(engine.predict, batch_limits(settings), self._metrics)
        self._batcher.start()
        limits = Limits(settings.max_documents, settings.max_document_length)
        self._service = ScoringService(engine, self._batcher, self._check_language, limits, self._metrics)
        self._metrics.model_loaded(engine.info)
        if self.phase is Phase.LOADING:
            self.phase = Phase.READY
        logger().info(
            "model_loaded", model=engine.info.name, version=engine.info.version, revision=engine.info.revision
        )


def batch_limits(settings: Settings) -> BatchLimits:
    """The part of ``settings`` that bounds batching."""
    return BatchLimits(
        max_queued_documents=settings.max_queued_documents,
        max_queued_length=settings.max_queued_length,
        max_batch_documents=settings.max_batch_documents,
        max_batch_length=settings.max_batch_length,
        max_wait_ms=settings.max_wait_ms,
        long_length=settings.long_document_length,
    )
