import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from keyword_engine import Gate

from framescope_api.batching import Batcher, BatchLimits
from framescope_api.errors import Overloaded, ShuttingDown
from framescope_api.metrics import Metrics

LIMITS = BatchLimits(
    max_queued_documents=100,
    max_queued_length=100_000,
    max_batch_documents=8,
    max_batch_length=1000,
    max_wait_ms=0,
    long_length=500,
)


class Recorder:
    """A predictor that upper-cases, holds each pass at ``gate``, and keeps what it was given."""

    def __init__(self, gate: Callable[[Sequence[str]], None] = lambda texts: None) -> None:
        self.gate = gate
        self.passes: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[str]:
        self.passes.append(list(texts))
        self.gate(texts)
        return [text.upper() for text in texts]


@asynccontextmanager
async def running(
    predict: Callable[[Sequence[str]], Sequence[object]], limits: BatchLimits = LIMITS
) -> AsyncIterator[Batcher]:
    batcher = Batcher(predict, limits, Metrics())
    batcher.start()
    try:
        yield batcher
    finally:
        await batcher.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


def first_pass_only(gate: Gate) -> Callable[[Sequence[str]], None]:
    seen = []

    def hold(texts: Sequence[str]) -> None:
        seen.append(1)
        if len(seen) == 1:
            gate(texts)

    return hold


@pytest.mark.parametrize("count", [0, 1, 50])
async def test_predictions_come_back_in_order_for_none_one_and_many(count: int) -> None:
    async with running(Recorder()) as batcher:
        texts = [f"t{i}" for i in range(count)]
        assert await batcher.predict(texts) == [text.upper() for text in texts]


async def test_a_long_and_a_short_document_of_a_request_come_back_in_order() -> None:
    async with running(Recorder()) as batcher:
        assert await batcher.predict(["a" * 600, "b", "c" * 600]) == ["A" * 600, "B", "C" * 600]


async def test_requests_that_wait_together_share_a_pass() -> None:
    gate = Gate()
    predict = Recorder(first_pass_only(gate))
    async with running(predict) as batcher:
        first = asyncio.create_task(batcher.predict(["first"]))
        await until(gate.entered.is_set)
        others = [asyncio.create_task(batcher.predict([f"t{i}"])) for i in range(5)]
        await until(lambda: batcher.queued_documents == 6)
        gate.open()
        assert await first == ["FIRST"]
        assert await asyncio.gather(*others) == [[f"T{i}"] for i in range(5)]
    assert predict.passes == [["first"], ["t0", "t1", "t2", "t3", "t4"]]


async def test_an_idle_service_waits_a_moment_for_company() -> None:
    predict = Recorder()
    async with running(predict, replace(LIMITS, max_wait_ms=1000)) as batcher:
        first = asyncio.create_task(batcher.predict(["a"]))
        await asyncio.sleep(0.01)
        await asyncio.gather(first, batcher.predict(["b"]))
    assert predict.passes == [["a", "b"]]


async def test_a_pass_keeps_to_its_bounds() -> None:
    predict = Recorder()
    async with running(predict) as batcher:
        await batcher.predict(["x" * 400] * 5 + ["y"] * 20)
    assert all(len(texts) <= 8 and sum(map(len, texts)) <= 1000 for texts in predict.passes)


async def test_a_request_with_one_document_does_not_wait_for_all_of_a_request_with_many() -> None:
    gate = Gate()
    predict = Recorder(first_pass_only(gate))
    async with running(predict) as batcher:
        many = asyncio.create_task(batcher.predict([f"many{i}" for i in range(40)]))
        await until(gate.entered.is_set)
        one = asyncio.create_task(batcher.predict(["one"]))
        await until(lambda: batcher.queued_documents == 41)
        gate.open()
        await asyncio.gather(many, one)
    # 40 documents need five passes; the newcomer is in the first one after the pass it met.
    assert "one" in predict.passes[1]


async def test_a_short_document_does_not_wait_for_a_long_one() -> None:
    gate = Gate()

    def hold_long(texts: Sequence[str]) -> None:
        if len(texts[0]) > 500:
            gate(texts)

    async with running(Recorder(hold_long)) as batcher:
        long = asyncio.create_task(batcher.predict(["x" * 600]))
        await until(gate.entered.is_set)
        assert await asyncio.wait_for(batcher.predict(["short"]), 60) == ["SHORT"]
        assert not long.done()
        gate.open()
        await long


async def test_a_full_queue_refuses_and_says_when_to_try_again() -> None:
    gate = Gate()
    async with running(Recorder(gate), replace(LIMITS, max_queued_documents=3)) as batcher:
        waiting = asyncio.create_task(batcher.predict(["a", "b"]))
        await until(gate.entered.is_set)
        with pytest.raises(Overloaded) as caught:
            await batcher.predict(["c", "d"])
        assert 1 <= caught.value.retry_after_s <= 60
        third = asyncio.create_task(batcher.predict(["c"]))
        await until(lambda: batcher.queued_documents == 3)
        gate.open()
        assert await waiting == ["A", "B"]
        assert await third == ["C"]


async def test_a_queue_is_full_by_length_too() -> None:
    gate = Gate()
    async with running(Recorder(gate), replace(LIMITS, max_queued_length=10)) as batcher:
        waiting = asyncio.create_task(batcher.predict(["12345678"]))
        await until(gate.entered.is_set)
        with pytest.raises(Overloaded):
            await batcher.predict(["123"])
        gate.open()
        await waiting


async def test_an_idle_service_takes_a_request_longer_than_its_queue() -> None:
    async with running(Recorder(), replace(LIMITS, max_queued_length=10)) as batcher:
        assert await batcher.predict(["x" * 50]) == ["X" * 50]


async def test_the_time_to_try_again_follows_the_measured_speed() -> None:
    gate = Gate()
    async with running(Recorder(first_pass_only(gate))) as batcher:
        task = asyncio.create_task(batcher.predict(["x"]))
        await until(gate.entered.is_set)
        await asyncio.sleep(0.2)
        gate.open()
        await task
        assert batcher.retry_after_s() == 1
        # 0.2 s for one code point make 20 s for a hundred.
        waiting = asyncio.create_task(batcher.predict(["y" * 100]))
        await asyncio.sleep(0)
        assert 20 <= batcher.retry_after_s() <= 60
        await waiting


async def test_a_caller_that_leaves_frees_its_slots_and_is_not_scored() -> None:
    gate = Gate()
    predict = Recorder(first_pass_only(gate))
    async with running(predict) as batcher:
        first = asyncio.create_task(batcher.predict(["first"]))
        await until(gate.entered.is_set)
        leaving = asyncio.create_task(batcher.predict(["leaving"] * 20 + ["z" * 600]))
        await until(lambda: batcher.queued_documents >= 21)
        leaving.cancel()
        await until(lambda: batcher.queued_documents == 1)
        gate.open()
        await first
        assert await batcher.predict(["next"]) == ["NEXT"]
        assert batcher.queued_documents == 0
    assert "leaving" not in [text for texts in predict.passes for text in texts]


async def test_a_caller_that_leaves_during_its_pass_does_not_disturb_the_lane() -> None:
    gate = Gate()
    async with running(Recorder(first_pass_only(gate))) as batcher:
        leaving = asyncio.create_task(batcher.predict(["leaving"]))
        await until(gate.entered.is_set)
        leaving.cancel()
        await until(lambda: batcher.queued_documents == 0)
        gate.open()
        assert await batcher.predict(["next"]) == ["NEXT"]


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3)])
async def test_a_document_that_makes_the_engine_fail_fails_alone(error: BaseException) -> None:
    def fail_on_poison(texts: Sequence[str]) -> None:
        if "poison" in texts:
            raise error

    async with running(Recorder(fail_on_poison), replace(LIMITS, max_wait_ms=50)) as batcher:
        sick, healthy = await asyncio.gather(batcher.predict(["a", "poison", "b"]), batcher.predict(["c"]))
    assert (sick[0], sick[2], healthy) == ("A", "B", ["C"])
    assert sick[1] is error


async def test_an_engine_that_loses_a_document_is_found_out() -> None:
    async with running(lambda texts: []) as batcher:
        outcomes = await batcher.predict(["a", "b"])
    assert all("0 predictions for 1 texts" in str(outcome) for outcome in outcomes)


async def test_a_closed_batcher_refuses() -> None:
    async with running(Recorder()) as batcher:
        pass
    with pytest.raises(ShuttingDown):
        await batcher.predict(["a"])


async def test_many_callers_at_once_get_their_own_answers() -> None:
    async with running(Recorder(), replace(LIMITS, max_queued_documents=10_000)) as batcher:
        answers = await asyncio.gather(
            *(batcher.predict([f"a{i}", f"b{i}" * (200 if i % 7 == 0 else 1)]) for i in range(300))
        )
    assert [answer[0] for answer in answers] == [f"A{i}" for i in range(300)]
    assert all(answer[1].startswith(f"B{i}") for i, answer in enumerate(answers))
