"""Feedback within the service: what may be kept, never in the way of scoring."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from framescope_api.errors import FeedbackUnavailable, SettingsError, UnknownFeedback
from framescope_api.feedback.checks import check_feedback
from framescope_api.feedback.database import SERVICE_STATEMENT_TIMEOUT_MS, Database, error_code
from framescope_api.feedback.entries import DropReason, Feedback, Receipt
from framescope_api.feedback.migrating import ensure_schema
from framescope_api.feedback.repository import FeedbackRepository
from framescope_api.logs import describe_error, logger
from framescope_api.metrics import Metrics
from framescope_api.settings import Settings
from framescope_api.worker import DaemonWorker

PURGE_EVERY_S = 3600.0
MAX_WAITING = 64
"""Calls that wait for the database; one more is refused."""
MAX_WAIT_S = 5.0
"""A call that did not get its turn in this time is refused, and then certainly nothing of it is kept."""

T = TypeVar("T")
Clock = Callable[[], datetime]
Wait = Callable[[float], Awaitable[None]]


def utc_now() -> datetime:
    """The moment, with its time zone."""
    return datetime.now(UTC)


class FeedbackStore:
    """Keeps feedback if the operator and the sender want it kept.

    All work on the database is done by one thread of its own, so that a database that hangs holds up no event loop and
    none of the threads that scoring needs.

    Args:
        settings: ``feedback_database``, ``store_text``, ``feedback_retention_days`` and ``max_document_length``.
        metrics: counts what became of feedback.
        clock: tells the moment.
        wait: sleeps between two purges.
    """

    def __init__(
        self, settings: Settings, metrics: Metrics, clock: Clock = utc_now, wait: Wait = asyncio.sleep
    ) -> None:
        self.failure: SettingsError | None = None
        self._settings = settings
        self._metrics = metrics
        self._clock = clock
        self._wait = wait
        self._database: Database | None = None
        self._repository: FeedbackRepository | None = None
        self._worker: DaemonWorker | None = None
        self._waiting = 0
        self._purging: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the database, purge it, and go on purging. A database that is away is logged and tried again later.

        Raises:
            SettingsError: it can never be used as it is; kept in ``failure`` too.
        """
        if self._settings.feedback_database is None:
            return
        url = self._settings.feedback_database.get_secret_value()
        try:
            self._database = Database(url, SERVICE_STATEMENT_TIMEOUT_MS)
            self._worker = DaemonWorker("framescope-feedback")
            with suppress(FeedbackUnavailable):
                await self._purge(self._call_first)
        except SettingsError as error:
            self.failure = error
            logger().error("feedback_database_refused", detail=str(error))
            await self.close()
            raise
        self._purging = asyncio.create_task(self._purge_again_and_again())

    async def close(self) -> None:
        """Stop purging and end the thread; an application can be started again afterwards."""
        if self._purging is not None:
            self._purging.cancel()
            await asyncio.gather(self._purging, return_exceptions=True)
        if self._worker is not None:
            self._worker.close()
        if self._database is not None:
            self._database.close()
        self._purging = self._worker = self._database = self._repository = None

    async def keep(self, feedback: Feedback) -> Receipt | DropReason:
        """Keep a feedback, or tell why nothing of it was kept.

        Raises:
            InputError, RequestError: it cannot be kept as it is, or would not be if it were to be kept.
            FeedbackUnavailable: the database is away, full or behind; nothing was kept.
        """
        # On request threads: comparing a long text with its context takes a moment.
        await asyncio.to_thread(check_feedback, feedback, self._settings.max_document_length)
        origin = feedback.origin.value
        dropped = self._drop_reason(feedback)
        if dropped is not None:
            self._metrics.feedback_handled(origin, "dropped")
            return dropped
        now = self._clock()
        try:
            feedback_id, token = await self._call(lambda repository: repository.add(feedback, now))
        except FeedbackUnavailable:
            self._metrics.feedback_handled(origin, "failed")
            raise
        self._metrics.feedback_handled(origin, "kept")
        return Receipt(feedback_id, token, now + timedelta(days=self._retention_days))

    async def delete(self, feedback_id: str, token: str | None, key_name: str | None) -> None:
        """Delete a feedback for its sender, known by the token or by the API key that it came with.

        Raises:
            UnknownFeedback: there is none with this id, or it is somebody else's.
            FeedbackUnavailable: it cannot be deleted now.
        """
        unknown = UnknownFeedback("there is no feedback with this id that this token or key may delete")
        try:
            known_id = uuid.UUID(feedback_id)
        except ValueError:
            raise unknown from None
        if self._database is None or not await self._call(lambda r: r.delete_own(known_id, token, key_name)):
            raise unknown

    @property
    def _retention_days(self) -> int:
        return self._settings.feedback_retention_days

    def _drop_reason(self, feedback: Feedback) -> DropReason | None:
        if feedback.do_not_store:
            return DropReason.DO_NOT_STORE
        if self._database is None or not self._settings.store_text:
            return DropReason.STORAGE_OFF
        return None

    async def _purge_again_and_again(self) -> None:
        while True:
            await self._wait(PURGE_EVERY_S)
            try:
                await self._purge(self._call)
            except FeedbackUnavailable:
                # It is in the log; the texts wait for the next time.
                continue
            except Exception as error:
                # Were the loop to end here, texts would silently outlive their retention.
                logger().error("feedback_purge_failed", **describe_error(error))

    async def _purge(self, call: Callable[[Callable[[FeedbackRepository], int]], Awaitable[int]]) -> None:
        deleted = await call(lambda repository: repository.purge(self._clock(), self._retention_days))
        if deleted:
            logger().info("feedback_purged", deleted=deleted)

    async def _call(self, work: Callable[[FeedbackRepository], T]) -> T:
        """The result of ``work`` in the thread of the database.

        Raises:
            FeedbackUnavailable: it could not be done, and was not.
        """
        try:
            return await self._call_first(work)
        except SettingsError as error:
            # The database was away when the service started, so that this could not be found out then.
            logger().error("feedback_database_refused", detail=str(error))
            raise FeedbackUnavailable(
                "the feedback database is not set up; the log of the service tells more"
            ) from None

    async def _call_first(self, work: Callable[[FeedbackRepository], T]) -> T:
        """As ``_call``, and a database that can never be used raises its ``SettingsError``."""
        if self._worker is None or self._waiting >= MAX_WAITING:
            raise FeedbackUnavailable("too much feedback is waiting for the database; send it again later")
        deadline = time.monotonic() + MAX_WAIT_S
        self._waiting += 1
        try:
            return await self._worker.call(lambda: self._work(work, deadline))
        finally:
            self._waiting -= 1

    def _work(self, work: Callable[[FeedbackRepository], T], deadline: float) -> T:
        if time.monotonic() > deadline:
            raise FeedbackUnavailable("the feedback database is slow; send it again later")
        try:
            return work(self._open())
        except (SQLAlchemyError, OSError) as error:
            logger().error("feedback_failed", **error_code(error))
            raise FeedbackUnavailable("the feedback database cannot be used at this moment; scoring can") from None

    def _open(self) -> FeedbackRepository:
        if self._repository is None and self._database is not None:
            ensure_schema(self._database)
            self._repository = FeedbackRepository(self._database)
        if self._repository is None:
            raise FeedbackUnavailable("the service is stopping")
        return self._repository
