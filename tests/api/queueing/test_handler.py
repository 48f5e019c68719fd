"""Decisions of the handler that a real worker would only show by chance."""

import asyncio
import json
from typing import Any

import pytest
from keyword_engine import INFO, Gate, KeywordEngine, keyword_language
from prometheus_client import CollectorRegistry
from redis.exceptions import ConnectionError as NoConnection

from framescope_api.batching import Batcher, BatchLimits
from framescope_api.metrics import Metrics
from framescope_api.queueing.handler import Handler
from framescope_api.queueing.items import Entry
from framescope_api.queueing.metrics import WorkMetrics
from framescope_api.queueing.settings import WorkSettings
from framescope_api.service import Limits, ScoringService


class Kept:
    """Streams that keep what they are told; the first ``failures`` attempts find nobody there."""

    def __init__(self, failures: int = 0, deliveries: int = 2) -> None:
        self.published: dict[str, Any] = {}
        self.buried: dict[str, bytes] = {}
        self._failures = failures
        self._deliveries = deliveries

    async def publish(self, entry_id: str, fields: dict[bytes, bytes], digest: str) -> str:
        self._fail()
        self.published[entry_id] = json.loads(fields[b"result"])
        return "added"

    async def bury(self, entry_id: str, fields: dict[bytes, bytes]) -> str:
        self._fail()
        self.buried[entry_id] = fields[b"error_code"]
        return "added"

    async def deliveries(self, entry_id: str) -> int:
        return self._deliveries

    def _fail(self) -> None:
        self._failures -= 1
        if self._failures >= 0:
            raise NoConnection("gone for a moment")


class Scoring:
    """A handler with the keyword engine behind it."""

    def __init__(self, streams: Kept, engine: KeywordEngine | None = None, max_queued: int = 100, **work: Any) -> None:
        engine = engine or KeywordEngine()
        metrics = Metrics()
        limits = BatchLimits(max_queued, 10_000, 8, 10_000, 0, 1000)
        self.batcher = Batcher(engine.predict, limits, metrics)
        service = ScoringService(engine, self.batcher, keyword_language, Limits(1, 1000), metrics)
        work_metrics = WorkMetrics(CollectorRegistry())
        self.handler = Handler(service, streams, WorkSettings(**work), 10_000, work_metrics)  # type: ignore[arg-type]

    async def __aenter__(self) -> Handler:
        self.batcher.start()
        return self.handler

    async def __aexit__(self, *_: object) -> None:
        await self.batcher.close()


def entry(number: int, **members: Any) -> Entry:
    return Entry(f"{number}-0", {b"item": json.dumps({"id": f"i{number}", "text": "One.", **members}).encode()})


async def test_a_full_queue_is_waited_for_and_is_no_failure_of_the_item() -> None:
    gate, streams = Gate(), Kept()
    async with Scoring(streams, KeywordEngine(before=gate), max_queued=1, max_attempts=1) as handler:
        first = asyncio.create_task(handler.handle(entry(1)))
        await asyncio.to_thread(gate.entered.wait, 60)
        second = asyncio.create_task(handler.handle(entry(2)))
        await asyncio.sleep(0.2)
        assert set(handler.in_flight) == {"1-0", "2-0"}
        gate.open()
        await asyncio.gather(first, second)
    assert set(streams.published) == {"1-0", "2-0"}
    assert streams.buried == {}


async def test_an_entry_that_is_in_flight_and_claimed_is_scored_once() -> None:
    gate, streams, engine = Gate(), Kept(), KeywordEngine()
    engine.before = gate
    async with Scoring(streams, engine) as handler:
        first = asyncio.create_task(handler.handle(entry(1)))
        await asyncio.to_thread(gate.entered.wait, 60)
        await handler.handle_claimed(entry(1))
        gate.open()
        await first
    assert len(engine.passes) == 1


async def test_an_outcome_is_kept_until_there_is_somebody_to_tell() -> None:
    streams = Kept(failures=3)
    async with Scoring(streams) as handler:
        await handler.handle(entry(1))
    assert set(streams.published) == {"1-0"}


@pytest.mark.parametrize(("deliveries", "dead"), [(3, False), (4, True)])
async def test_a_claimed_entry_is_given_up_after_the_most_deliveries(deliveries: int, dead: bool) -> None:
    streams = Kept(deliveries=deliveries)
    async with Scoring(streams, max_deliveries=3) as handler:
        await handler.handle_claimed(entry(1))
    assert streams.buried == ({"1-0": b"delivered_too_often"} if dead else {})
    assert bool(streams.published) is not dead


async def test_what_the_policy_asks_about_is_scored_whatever_the_item_asks_for() -> None:
    streams = Kept()
    policy = '[{"feature": "loaded_language", "threshold": 0.7, "route": "review"}]'
    async with Scoring(streams, policy=policy) as handler:
        await handler.handle(entry(1, text="The regime met.", features=["doubt"]))
        await handler.handle(entry(2, text="The regime met."))
    assert set(streams.published["1-0"]["document"]["scores"]) == {"doubt", "loaded_language"}
    assert set(streams.published["2-0"]["document"]["scores"]) == set(INFO.thresholds)
    assert {result["routing"]["route"] for result in streams.published.values()} == {"review"}


async def test_an_entry_whose_handling_fails_in_an_unforeseen_way_stays_pending_and_is_not_in_flight() -> None:
    streams = Kept()
    streams.publish = None  # type: ignore[assignment,method-assign]
    async with Scoring(streams) as handler:
        await handler.handle(entry(1))
        assert handler.in_flight == ()
    assert streams.buried == {}
