"""Accepted feedback as training examples, in the form of ``training/labels``.

One JSON object a line::

    {"id", "split": "train", "text", "start", "end", "spans": [{"feature", "start", "end", "mode"?}],
     "judged": {feature: true | false | score}, "origin", "model": {"name", "version", "revision"} | null,
     "reviewed": {"by", "at"}}

``text`` and ``spans`` are as in ``contrast.jsonl``, ``start`` and ``end`` as in ``sourcing_sentences.jsonl``: they
bound the passage that was judged within ``text``, which is the whole document where that was sent. Offsets are code
points. Only the features in ``judged`` are known; a positive one without a span says that the passage carries it, not
which words do.
"""

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from framescope_api.feedback.entries import Context, KeptFeedback
from framescope_api.feedback.rows import spans_json
from framescope_model.spans import Span


def training_example(kept: KeptFeedback) -> dict[str, Any]:
    """An accepted feedback as one line of the export; the sender's note and key stay behind.

    Raises:
        ValueError: it was not reviewed.
    """
    feedback, review = kept.feedback, kept.review
    if review is None:
        raise ValueError(f"feedback {kept.id} was not reviewed")
    context = feedback.context or Context(feedback.text, Span(0, len(feedback.text)))
    model = feedback.model
    return {
        "id": str(kept.id),
        "split": "train",
        "text": context.text,
        "start": context.passage.start,
        "end": context.passage.end,
        "spans": spans_json(feedback.spans, shift=context.passage.start),
        "judged": dict(feedback.labels),
        "origin": feedback.origin.value,
        "model": {"name": model.name, "version": model.version, "revision": model.revision} if model else None,
        "reviewed": {"by": review.reviewer, "at": review.at.isoformat()},
    }


def write_examples(examples: Iterable[KeptFeedback], path: Path) -> int:
    """Write all to ``path``, readable for its owner only, whole or not at all; how many there were."""
    written = 0
    # A temporary file of the standard library is private from the start.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=path.name, delete=False) as out:
        try:
            for kept in examples:
                out.write(json.dumps(training_example(kept), ensure_ascii=False, allow_nan=False) + "\n")
                written += 1
            out.flush()
            os.fsync(out.fileno())
            Path(out.name).replace(path)
        except BaseException:
            Path(out.name).unlink(missing_ok=True)
            raise
    return written
