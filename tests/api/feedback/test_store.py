import asyncio
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from feedback_samples import FULL, feedback
from postgresql_server import PostgresqlServer
from pydantic import SecretStr
from standing_clock import StandingClock as Clock

from framescope_api.errors import FeedbackUnavailable, SchemaMismatch, SettingsError, UnknownFeedback
from framescope_api.feedback import database as database_module
from framescope_api.feedback import store as store_module
from framescope_api.feedback.database import Database
from framescope_api.feedback.entries import DropReason, Feedback, Origin, Receipt
from framescope_api.feedback.migrating import migrate
from framescope_api.feedback.repository import FeedbackRepository
from framescope_api.feedback.store import FeedbackStore
from framescope_api.metrics import Metrics
from framescope_api.settings import Settings
from framescope_model.errors import TextTooLong


class Ticks:
    """Stands in for the sleep between two purges; ends it when told to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self._ticks: asyncio.Queue[None] = asyncio.Queue()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self._ticks.get()

    async def tick(self) -> None:
        """End the sleep, and wait until the next one has begun."""
        asked = len(self.asked)
        self._ticks.put_nowait(None)
        async with asyncio.timeout(60):
            while len(self.asked) == asked:
                await asyncio.sleep(0.01)


def store_of(url: str | None, clock: Clock | None = None, wait: Any = asyncio.sleep, **settings: Any) -> FeedbackStore:
    database = SecretStr(url) if url else None
    return FeedbackStore(Settings(feedback_database=database, **settings), Metrics(), clock or Clock(), wait)


def kept_in(url: str) -> list[Feedback]:
    database = Database(url)
    found = [kept.feedback for kept in FeedbackRepository(database).find()]
    database.close()
    return found


def migrated(url: str) -> str:
    database = Database(url)
    migrate(database)
    database.close()
    return url


def counted(store: FeedbackStore, origin: str, outcome: str) -> float:
    labels = {"origin": origin, "outcome": outcome}
    return store._metrics.registry.get_sample_value("framescope_feedback_total", labels) or 0.0


async def test_feedback_is_kept_with_a_receipt_that_deletes_it(database_url: str, clock: Clock) -> None:
    store = store_of(migrated(database_url), clock, feedback_retention_days=30)
    await store.start()
    receipt = await store.keep(FULL)
    assert isinstance(receipt, Receipt)
    assert receipt.expires_at == clock() + timedelta(days=30)
    assert kept_in(database_url) == [FULL]
    with pytest.raises(UnknownFeedback):
        await store.delete(str(receipt.id), "another token", None)
    await store.delete(str(receipt.id), receipt.deletion_token, None)
    await store.close()
    assert kept_in(database_url) == []
    assert counted(store, "native", "kept") == 1


async def test_without_a_database_nothing_is_kept_and_no_thread_started() -> None:
    store = store_of(None)
    threads = threading.active_count()
    await store.start()
    assert await store.keep(FULL) is DropReason.STORAGE_OFF
    with pytest.raises(UnknownFeedback):
        await store.delete("00000000-0000-0000-0000-000000000000", "token", None)
    assert threading.active_count() <= threads + 1  # the one that checks texts
    await store.close()
    assert counted(store, "native", "dropped") == 1


@pytest.mark.parametrize(
    ("settings", "do_not_store", "reason"),
    [({"store_text": False}, False, DropReason.STORAGE_OFF), ({}, True, DropReason.DO_NOT_STORE)],
)
async def test_the_operator_and_the_sender_can_each_keep_it_from_being_stored(
    sqlite_url: str, settings: dict[str, Any], do_not_store: bool, reason: DropReason
) -> None:
    store = store_of(sqlite_url, **settings)
    await store.start()
    assert await store.keep(replace(FULL, do_not_store=do_not_store)) is reason
    await store.close()
    assert kept_in(sqlite_url) == []


async def test_what_was_kept_before_can_be_deleted_after_storage_was_turned_off(sqlite_url: str) -> None:
    store = store_of(sqlite_url)
    await store.start()
    receipt = await store.keep(FULL)
    assert isinstance(receipt, Receipt)
    await store.close()
    store = store_of(sqlite_url, store_text=False)
    await store.start()
    await store.delete(str(receipt.id), receipt.deletion_token, None)
    await store.close()
    assert kept_in(sqlite_url) == []


async def test_what_cannot_be_kept_is_refused_even_where_nothing_is_kept() -> None:
    with pytest.raises(TextTooLong):
        await store_of(None, max_document_length=5).keep(feedback("too long"))


async def test_the_counters_tell_the_origins_apart(sqlite_url: str) -> None:
    store = store_of(sqlite_url)
    await store.start()
    for origin in Origin:
        await store.keep(feedback(origin=origin))
    await store.close()
    assert [counted(store, origin.value, "kept") for origin in Origin] == [1, 1, 1]


async def test_expired_feedback_is_purged_at_the_start_and_every_hour_after(sqlite_url: str, clock: Clock) -> None:
    store = store_of(sqlite_url, clock)
    await store.start()
    await store.keep(feedback("the first"))
    await store.close()
    clock.advance(days=10)
    ticks = Ticks()
    store = store_of(sqlite_url, clock, ticks, feedback_retention_days=10)
    await store.start()
    assert kept_in(sqlite_url) == []
    await store.keep(feedback("the second"))
    await ticks.tick()
    assert len(kept_in(sqlite_url)) == 1
    clock.advance(days=10)
    await ticks.tick()
    assert kept_in(sqlite_url) == []
    assert set(ticks.asked) == {3600}
    await store.close()


async def test_a_store_can_be_started_again(sqlite_url: str) -> None:
    store = store_of(sqlite_url)
    for _ in range(2):
        await store.start()
        await store.keep(feedback())
        await store.close()
    assert len(kept_in(sqlite_url)) == 2


async def test_an_old_postgresql_schema_keeps_the_service_from_starting(postgresql_url: str) -> None:
    store = store_of(postgresql_url)
    with pytest.raises(SchemaMismatch, match="framescope feedback migrate"):
        await store.start()
    assert isinstance(store.failure, SchemaMismatch)


async def test_a_folder_that_does_not_exist_keeps_the_service_from_starting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        await store_of(f"sqlite:///{tmp_path}/nowhere/a.db").start()


async def test_a_database_that_is_away_is_told_and_comes_back(postgresql: PostgresqlServer) -> None:
    url = migrated(postgresql.new_database())
    store = store_of(url)
    await store.start()
    first = await store.keep(feedback())
    assert isinstance(first, Receipt)
    postgresql.stop()
    try:
        with pytest.raises(FeedbackUnavailable):
            await store.keep(feedback())
        with pytest.raises(FeedbackUnavailable):
            await store.delete(str(first.id), first.deletion_token, None)
    finally:
        postgresql.start()
    assert isinstance(await store.keep(feedback()), Receipt)
    await store.close()
    assert (counted(store, "native", "kept"), counted(store, "native", "failed")) == (2, 1)


@pytest.mark.parametrize("prepare", [migrated, str])
async def test_a_database_that_is_away_at_the_start_is_tried_again_later(
    postgresql: PostgresqlServer, prepare: Callable[[str], str]
) -> None:
    url = prepare(postgresql.new_database())
    postgresql.stop()
    store = store_of(url)
    try:
        await store.start()
        with pytest.raises(FeedbackUnavailable):
            await store.keep(feedback())
    finally:
        postgresql.start()
    if prepare is migrated:
        assert isinstance(await store.keep(feedback()), Receipt)
    else:
        with pytest.raises(FeedbackUnavailable, match="not set up"):
            await store.keep(feedback())
    await store.close()


async def test_a_purge_that_fails_is_tried_again(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 10)
    clock, ticks = Clock(), Ticks()
    store = store_of(sqlite_url, clock, ticks)
    await store.start()
    await store.keep(feedback())
    clock.advance(days=180)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    other.execute("BEGIN IMMEDIATE")
    await ticks.tick()
    other.rollback()
    other.close()
    assert len(kept_in(sqlite_url)) == 1
    await ticks.tick()
    assert kept_in(sqlite_url) == []
    await store.close()


async def test_an_unforeseen_error_does_not_end_the_purging(
    sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = Ticks()
    store = store_of(sqlite_url, clock, ticks)
    await store.start()
    await store.keep(feedback())
    clock.advance(days=180)
    with monkeypatch.context() as broken:
        broken.setattr(FeedbackRepository, "purge", lambda *_: 1 / 0)
        await ticks.tick()
    await ticks.tick()
    assert kept_in(sqlite_url) == []
    await store.close()


async def test_a_file_that_is_locked_too_long_is_told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 10)
    store = store_of(sqlite_url)
    await store.start()
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(FeedbackUnavailable):
        await store.keep(feedback())
    other.rollback()
    other.close()
    assert isinstance(await store.keep(feedback()), Receipt)
    await store.close()


async def test_a_file_that_is_no_database_is_told_and_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("Dear diary, " * 1000)
    store = store_of(f"sqlite:///{path}")
    await store.start()
    with pytest.raises(FeedbackUnavailable):
        await store.keep(feedback())
    await store.close()
    assert path.read_text() == "Dear diary, " * 1000


async def test_a_slow_database_has_a_bounded_queue_and_keeps_nothing_it_said_it_would_not(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MAX_WAITING", 2)
    entered, gate = threading.Event(), threading.Event()
    add = FeedbackRepository.add

    def slow(*arguments: Any) -> Any:
        entered.set()
        gate.wait(60)
        return add(*arguments)

    store = store_of(sqlite_url)
    await store.start()
    monkeypatch.setattr(FeedbackRepository, "add", slow)
    first = asyncio.create_task(store.keep(feedback("the first")))
    await asyncio.to_thread(entered.wait, 60)
    monkeypatch.setattr(store_module, "MAX_WAIT_S", 0.0)
    second = asyncio.create_task(store.keep(feedback("the second")))
    async with asyncio.timeout(60):
        while store._waiting < 2:
            await asyncio.sleep(0.01)
    with pytest.raises(FeedbackUnavailable, match="too much"):
        await store.keep(feedback("the third"))
    gate.set()
    assert isinstance(await first, Receipt)
    with pytest.raises(FeedbackUnavailable, match="slow"):
        await second
    await store.close()
    assert [kept.text for kept in kept_in(sqlite_url)] == ["the first"]
