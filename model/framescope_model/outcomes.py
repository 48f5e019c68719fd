"""The outcomes of scoring what a command line names: a scored document, or why there is none."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from framescope_model.errors import FramescopeError
from framescope_model.extraction.extracted import Extracted
from framescope_model.inputs import Source, UnreadableFile, read_source
from framescope_model.language import DetectedLanguage, check_language
from framescope_model.options import Scoring
from framescope_model.results import ScoredDocument

if TYPE_CHECKING:
    from framescope_model.scorer import Scorer

CHUNK_DOCUMENTS = 16
"""Files read and scored together: enough for full batches, few enough to hold in memory."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A document with what the scorer says of it; ``warnings`` tell what could not be read of its file."""

    name: str
    text: str
    language: DetectedLanguage
    document: ScoredDocument
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that could not be read or scored."""

    name: str
    error: FramescopeError


def score_all(
    scorer: "Scorer", sources: Sequence[Source | UnreadableFile], scoring: Scoring
) -> Iterator[Scored | Failed]:
    """The outcome of every source, in order; texts are read and scored a chunk at a time."""
    remaining = iter(sources)
    while chunk := list(islice(remaining, CHUNK_DOCUMENTS)):
        read = [_read(source, scoring.language) for source in chunk]
        texts = [item.extracted.text for item in read if not isinstance(item, Failed)]
        documents = iter(scorer.score(texts, scoring.options))
        for item in read:
            yield item if isinstance(item, Failed) else item.scored(next(documents))


@dataclass(frozen=True, slots=True)
class _Read:
    """A document that waits to be scored."""

    name: str
    extracted: Extracted
    language: DetectedLanguage

    def scored(self, document: ScoredDocument) -> Scored:
        return Scored(self.name, self.extracted.text, self.language, document, self.extracted.warnings)


def _read(source: Source | UnreadableFile, language: str | None) -> _Read | Failed:
    if isinstance(source, UnreadableFile):
        return Failed(source.name, source)
    try:
        extracted = read_source(source, sys.stdin.buffer)
        return _Read(source.name, extracted, check_language(extracted.text, language))
    except FramescopeError as error:
        return Failed(source.name, error)
