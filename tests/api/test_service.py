import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from keyword_engine import KeywordEngine, keyword_language

from framescope_api.batching import Batcher
from framescope_api.errors import DuplicateId, TooManyDocuments
from framescope_api.lifecycle import batch_limits
from framescope_api.metrics import Metrics
from framescope_api.service import Document, Failure, Limits, Scored, ScoringService
from framescope_api.settings import Settings
from framescope_model.errors import EmptyText, TextTooLong, UnknownFeature, UnsupportedLanguage
from framescope_model.results import ScoreOptions


@pytest.fixture
async def engine() -> KeywordEngine:
    return KeywordEngine()


@pytest.fixture
async def service(engine: KeywordEngine) -> AsyncIterator[ScoringService]:
    metrics = Metrics()
    batcher = Batcher(engine.predict, batch_limits(Settings(max_wait_ms=0)), metrics)
    batcher.start()
    yield ScoringService(engine, batcher, keyword_language, Limits(3, 20), metrics)
    await batcher.close()


async def test_outcomes_come_in_the_order_of_the_documents(service: ScoringService) -> None:
    outcomes = await service.score([Document("a", "A."), Document("b", " "), Document("c", "C.")], ScoreOptions())
    assert [(type(outcome), outcome.id) for outcome in outcomes] == [(Scored, "a"), (Failure, "b"), (Scored, "c")]


async def test_no_documents_make_no_outcomes(service: ScoringService) -> None:
    assert await service.score([], ScoreOptions()) == []


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyText),
        ("\u2003\n", EmptyText),
        ("x" * 21, TextTooLong),
        (" " * 21, TextTooLong),
        ("Плохо.", UnsupportedLanguage),
    ],
)
async def test_a_document_at_fault_never_reaches_the_engine(
    service: ScoringService, engine: KeywordEngine, text: str, error: type[Exception]
) -> None:
    (outcome,) = await service.score([Document("a", text)], ScoreOptions())
    assert isinstance(outcome, Failure)
    assert isinstance(outcome.error, error)
    assert engine.passes == []


@pytest.mark.parametrize(
    ("ids", "options", "error"),
    [
        ("abcd", {}, TooManyDocuments),
        ("aba", {}, DuplicateId),
        ("a", {"features": ("toxicity",)}, UnknownFeature),
        ("a", {"thresholds": {"toxicity": 0.5}}, UnknownFeature),
    ],
)
async def test_a_request_at_fault_is_refused_as_a_whole(
    service: ScoringService, engine: KeywordEngine, ids: str, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await service.score([Document(identity, "A.") for identity in ids], ScoreOptions(**options))
    assert engine.passes == []


async def test_one_pass_serves_requests_with_different_options(service: ScoringService, engine: KeywordEngine) -> None:
    document = Document("a", "The worst ever.")
    first, second = await asyncio.gather(
        service.score([document], ScoreOptions(features=("doubt",))), service.score([document], ScoreOptions())
    )
    assert isinstance(first[0], Scored)
    assert isinstance(second[0], Scored)
    assert (len(first[0].result.scores), len(second[0].result.scores)) == (1, 19)
