"""Frozen sentence offsets of the development documents, so that no figure moves when the segmenter does.

They lie in ``training/frozen/sentences.jsonl``: offsets alone; the texts stay in the corpora.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from framescope_model.passages import segment
from framescope_model.spans import Span
from framescope_training.corpora import AnnotatedText
from framescope_training.splits import Key

FROZEN_SENTENCES = Path(__file__).resolve().parent.parent / "frozen" / "sentences.jsonl"


def freeze_sentences(texts: Iterable[AnnotatedText], path: Path = FROZEN_SENTENCES) -> None:
    """Write the sentence offsets of ``texts`` as the segmenter finds them now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for text in texts:
            sentences = [[passage.span.start, passage.span.end] for passage in segment(text.text).passages]
            file.write(json.dumps({"corpus": text.corpus, "id": text.id, "sentences": sentences}) + "\n")


def read_frozen_sentences(path: Path = FROZEN_SENTENCES) -> dict[Key, tuple[Span, ...]]:
    """The frozen sentence offsets by document."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return {(row["corpus"], row["id"]): tuple(Span(start, end) for start, end in row["sentences"]) for row in rows}
