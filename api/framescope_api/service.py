"""What the service does with documents, apart from HTTP: check, score together, decode."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from framescope_api.batching import Batcher, Outcome
from framescope_api.engine import Engine, Language, LanguageCheck
from framescope_api.errors import DuplicateId, TooManyDocuments
from framescope_api.logs import describe_error, logger
from framescope_model.errors import EmptyText, FramescopeError, TextTooLong, UnknownFeature
from framescope_model.results import ScoredDocument, ScoreOptions


@dataclass(frozen=True, slots=True)
class Document:
    """A text to score under an id that is unique in its request; ``language`` is what its sender declared."""

    id: str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """A document with its scores; ``text`` is kept because offsets point into it."""

    id: str
    text: str
    language: Language
    result: ScoredDocument


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be scored, and why."""

    id: str
    error: Exception


@dataclass(frozen=True, slots=True)
class Limits:
    """The most documents of a request, and the most code points of a document."""

    max_documents: int
    max_document_length: int


class ScoringObserver(Protocol):
    """Is told what became of documents, for the metrics and the log."""

    def document_scored(self, length: int, flagged: Iterable[str]) -> None:
        """A document of so many code points was scored, and these features were flagged."""

    def document_failed(self, error: Exception) -> None:
        """A document could not be scored."""


@dataclass(frozen=True, slots=True)
class _Accepted:
    document: Document
    language: Language


class ScoringService:
    """Scores documents with an engine.

    Args:
        engine: decodes, and tells which features there are.
        batcher: predicts, together with the documents of other requests.
        check_language: refuses what the model cannot read.
        limits: what a request may hold.
        observer: is told the outcome of each document.
    """

    def __init__(
        self,
        engine: Engine,
        batcher: Batcher,
        check_language: LanguageCheck,
        limits: Limits,
        observer: ScoringObserver,
    ) -> None:
        self.engine = engine
        self._batcher = batcher
        self._check_language = check_language
        self._limits = limits
        self._observer = observer

    async def score(self, documents: Sequence[Document], options: ScoreOptions) -> list[Scored | Failure]:
        """The outcome of each document, in order; a document at fault does not keep the others from being scored.

        Raises:
            TooManyDocuments, DuplicateId, UnknownFeature: the request as a whole is at fault.
            Overloaded: the queue has no room.
        """
        self._check_request(documents, options)
        checked = await asyncio.to_thread(lambda: [self._check(document) for document in documents])
        accepted = [item for item in checked if isinstance(item, _Accepted)]
        predictions = iter(await self._batcher.predict([item.document.text for item in accepted]))
        outcomes = await asyncio.to_thread(
            lambda: [self._decode(i, next(predictions), options) if isinstance(i, _Accepted) else i for i in checked]
        )
        for outcome in outcomes:
            self._observe(outcome)
        return outcomes

    def language_of(self, text: str, declared: str | None) -> Language:
        """The language of ``text``, for contracts that tell it apart from a score; heavy enough for a thread.

        Raises:
            UnsupportedLanguage, InputError: as scoring the text would.
        """
        return self._check_language(text, declared)

    def _check_request(self, documents: Sequence[Document], options: ScoreOptions) -> None:
        if len(documents) > self._limits.max_documents:
            raise TooManyDocuments.among(len(documents), self._limits.max_documents)
        seen: set[str] = set()
        for document in documents:
            if document.id in seen:
                raise DuplicateId(f"the id {document.id!r} is given twice; a document without an id gets its position")
            seen.add(document.id)
        known = self.engine.info.thresholds
        for feature in (*(options.features or ()), *(options.thresholds or {})):
            if feature not in known:
                raise UnknownFeature(f"there is no feature {feature!r}; the features are {', '.join(known)}")

    def _check(self, document: Document) -> _Accepted | Failure:
        """The document with its language, or why it cannot be scored."""
        length = len(document.text)
        limit = self._limits.max_document_length
        try:
            if length > limit:
                raise TextTooLong(f"the text has {length} code points; at most {limit} can be scored, so split it")
            if not document.text.strip():
                raise EmptyText("the text is empty or holds white space only")
            return _Accepted(document, self._check_language(document.text, document.language))
        except Exception as error:
            return Failure(document.id, error)

    def _decode(self, item: _Accepted, prediction: Outcome, options: ScoreOptions) -> Scored | Failure:
        document = item.document
        if isinstance(prediction, BaseException):
            error = prediction if isinstance(prediction, Exception) else RuntimeError(type(prediction).__name__)
            return Failure(document.id, error)
        try:
            return Scored(document.id, document.text, item.language, self.engine.decode(prediction, options))
        except Exception as error:
            return Failure(document.id, error)

    def _observe(self, outcome: Scored | Failure) -> None:
        if isinstance(outcome, Failure):
            if not isinstance(outcome.error, FramescopeError):
                logger().error("document_failed", **describe_error(outcome.error))
            self._observer.document_failed(outcome.error)
        else:
            flagged = [feature for feature, score in outcome.result.scores.items() if score.flagged]
            self._observer.document_scored(len(outcome.text), flagged)
