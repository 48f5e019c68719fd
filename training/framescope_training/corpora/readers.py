"""Reading the public corpora: one row shape per corpus, one :class:`AnnotatedText` for all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from datasets import Dataset

from framescope_model.errors import FramescopeError
from framescope_model.features import Mode
from framescope_model.spans import Span
from framescope_training.corpora.annotations import AnnotatedText, AttributionAnnotation, LabelledSpan
from framescope_training.corpora.sources import CORPORA


class CorpusMissing(FramescopeError):
    """A corpus file is not where the config says."""

    code = "corpus_missing"


def load_rows(folder: Path, name: str) -> Dataset:
    """The rows of ``folder/name.jsonl`` as a Hugging Face dataset.

    Raises:
        CorpusMissing: there is no such file; the message names it.
    """
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        raise CorpusMissing(f"{path} is not there: give the folder of the corpora with --corpora, or leave {name} out")
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    # The library's own JSON reader takes an id that looks like a date for one.
    columns = dict.fromkeys(column for row in rows for column in row)
    return Dataset.from_dict({column: [row.get(column) for row in rows] for column in columns})


def read_corpus(folder: Path, name: str) -> list[AnnotatedText]:
    """Every text of the corpus ``name`` (a key of :data:`CORPORA`), in the order of its file.

    Raises:
        CorpusMissing: there is no such file.
        ValueError: a label reaches beyond its text.
    """
    source = CORPORA[name]
    return [_annotated_text(name, row, source.grouped_by) for row in load_rows(folder, name)]


def _annotated_text(corpus: str, row: Mapping[str, Any], grouped_by: str | None) -> AnnotatedText:
    # A headline that is kept apart from its article is part of what a reader sees, but the labels' offsets count the
    # text alone: it stays out.
    read = AnnotatedText(
        corpus=corpus,
        id=row["id"],
        text=row["text"],
        group=f"{corpus}:{row[grouped_by]}" if grouped_by else None,
        split=row.get("split"),
        label=row.get("label"),
        spans=tuple(labelled_span(span) for span in row.get("spans") or ()),
        attributions=tuple(_attribution(attribution) for attribution in row.get("attributions") or ()),
    )
    check_offsets(read)
    return read


def labelled_span(span: Mapping[str, Any]) -> LabelledSpan:
    """A span as the files have it: ``label`` or ``feature``, ``start``, ``end`` and perhaps ``mode``."""
    mode = span.get("mode")
    return LabelledSpan(
        span.get("label") or span["feature"], Span(span["start"], span["end"]), Mode(mode) if mode else None
    )


def _attribution(roles: Mapping[str, Any]) -> AttributionAnnotation:
    def pieces(role: str) -> tuple[Span, ...]:
        return tuple(sorted(Span(start, end) for start, end in roles.get(role) or ()))

    return AttributionAnnotation(pieces("source"), pieces("cue"), pieces("content"))


def check_offsets(read: AnnotatedText) -> None:
    """Refuse a text with a label that reaches beyond it.

    Raises:
        ValueError: naming the text and both ends.
    """
    pieces = [labelled.span for labelled in read.spans]
    for relation in read.attributions:
        pieces += [*relation.source, *relation.cue, *relation.content]
    beyond = [piece for piece in pieces if piece.end > len(read.text)]
    if beyond:
        raise ValueError(f"{read.corpus} {read.id}: a label ends at {beyond[0].end}, the text at {len(read.text)}")
