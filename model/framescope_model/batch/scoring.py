"""The loop of a run: read a chunk, score it, keep it for good."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from framescope_model.batch.records import Read, Record, Rejected, TableReader
from framescope_model.batch.rows import failed_row, scored_row
from framescope_model.batch.run_state import Counts
from framescope_model.batch.workspace import Workspace
from framescope_model.errors import FramescopeError, TextTooLong
from framescope_model.language import DetectedLanguage, check_language
from framescope_model.options import Scoring
from framescope_model.results import ScoredDocument

if TYPE_CHECKING:
    from framescope_model.scorer import Scorer

CHUNK_ROWS = 64
CHUNK_LENGTH = 100_000
"""A chunk has at most this many rows, and ends with the row that brings its texts to this many code points."""
MAX_LENGTH = 200_000
"""The longest text that is scored unless told otherwise, in code points, as in the service."""


class ScoringFailed(FramescopeError):
    """The scorer fails on a text for no known reason; the other texts go on."""

    code = "scoring_failed"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run scores: with spans or without, texts up to ``max_length``, and at most the first ``limit`` rows."""

    scoring: Scoring
    spans: bool = False
    max_length: int = MAX_LENGTH
    limit: int | None = None


def score_rows(
    scorer: "Scorer", reader: TableReader, work: Workspace, plan: Plan, tell: Callable[[int, float], None]
) -> None:
    """Score what of the input is not scored yet, chunk by chunk, and ``tell`` the rows and the share that are done."""
    for chunk in chunks(reader.read(work.state.position), work.state.position.rows, plan.limit):
        found = [item for item, _ in chunk]
        rows = list(_score(scorer, [item for item in found if isinstance(item, Record)], plan))
        rejected = [item for item in found if isinstance(item, Rejected)]
        failed = sum(row["error"] is not None for row in rows)
        position = chunk[-1][1]
        work.commit(rows, map(rejected_row, rejected), position, Counts(len(rows) - failed, failed, len(rejected)))
        share = reader.share_done(position)
        tell(position.rows, max(share, position.rows / plan.limit) if plan.limit else share)


def chunks(reads: Iterable[Read], rows: int, limit: int | None) -> Iterator[list[Read]]:
    """``reads`` in chunks; ``rows`` are behind them, and nothing is read past row ``limit``."""
    chunk: list[Read] = []
    length = 0
    if limit is not None and rows >= limit:
        return
    for item, position in reads:
        chunk.append((item, position))
        length += len(item.text) if isinstance(item, Record) else 0
        last = position.rows == limit
        if last or len(chunk) == CHUNK_ROWS or length >= CHUNK_LENGTH:
            yield chunk
            chunk, length = [], 0
        if last:
            return
    if chunk:
        yield chunk


def rejected_row(rejected: Rejected) -> dict[str, Any]:
    """What is told of a row set aside."""
    return {"row": rejected.row, "line": rejected.line, "code": rejected.code, "detail": rejected.detail}


def _score(scorer: "Scorer", records: list[Record], plan: Plan) -> Iterator[Mapping[str, Any]]:
    languages = [_language(record, plan) for record in records]
    texts = [
        record.text
        for record, language in zip(records, languages, strict=True)
        if isinstance(language, DetectedLanguage)
    ]
    documents = iter(_documents(scorer, texts, plan))
    for record, language in zip(records, languages, strict=True):
        if not isinstance(language, DetectedLanguage):
            yield failed_row(record, language, scorer.info)
            continue
        document = next(documents)
        if isinstance(document, ScoredDocument):
            yield scored_row(record, language, document, scorer.info, spans=plan.spans)
        else:
            yield failed_row(record, document, scorer.info)


def _language(record: Record, plan: Plan) -> DetectedLanguage | FramescopeError:
    try:
        if len(record.text) > plan.max_length:
            raise TextTooLong(
                f"the text has {len(record.text):,} code points, the limit is {plan.max_length:,}; nothing is cut: "
                "split it, or raise the limit with --max-length"
            )
        return check_language(record.text, plan.scoring.language)
    except FramescopeError as error:
        return error


def _documents(scorer: "Scorer", texts: list[str], plan: Plan) -> list[ScoredDocument | FramescopeError]:
    """A text on which the scorer fails must not stop an archive, nor take its neighbours with it."""
    try:
        return list(scorer.score(texts, plan.scoring.options))
    except Exception as error:  # whatever it is, it is told in the row
        if len(texts) == 1:
            return [ScoringFailed(f"{type(error).__name__}: {error}")]
        return [outcome for text in texts for outcome in _documents(scorer, [text], plan)]
