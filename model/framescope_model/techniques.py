"""Naming the technique of a span: from the network's class logits and how the span is worded.

The network reads a span in a window; that its wording recurs elsewhere in the article, which makes a repetition or a
slogan of it, is told by a multinomial logistic regression on top, fitted on development articles.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from framescope_model.features import TECHNIQUE_IDS
from framescope_model.layout import Run, word_bounds
from framescope_model.pooling import finite_array
from framescope_model.prediction import FloatArray, Prediction
from framescope_model.spans import Span

WORDING_FACTS = ("recurs", "log_recurrences", "at_most_three_words", "log_words", "ends_in_question_mark")
INPUTS = (*(f"logit_{technique}" for technique in TECHNIQUE_IDS), *WORDING_FACTS)
"""What the classifier reads of a span: the mean class logit of each technique, then the facts of its wording."""

SHORT_WORDS = 3
MAX_RECURRING_WORDS = 12
"""A longer wording counts as occurring once; the bound keeps a document's cost linear in its length."""


class Wordings:
    """How often any sequence of words occurs in a text, whatever its case and punctuation."""

    def __init__(self, text: str) -> None:
        self._text = text
        bounds = word_bounds(text)
        self._starts = np.array([start for start, _ in bounds], dtype=np.int64)
        self._words = [text[start:end].casefold() for start, end in bounds]
        self._counts: dict[int, Counter[tuple[str, ...]]] = {}

    def facts(self, span: Span) -> list[float]:
        """The :data:`WORDING_FACTS` of ``span``, which covers whole words."""
        first, last = (int(position) for position in np.searchsorted(self._starts, [span.start, span.end]))
        words = last - first
        others = self._occurrences(tuple(self._words[first:last])) - 1
        return [
            float(others > 0),
            float(np.log1p(others)),
            float(words <= SHORT_WORDS),
            float(np.log1p(words)),
            float(self._text[span.end : span.end + 1] == "?" or span.cut(self._text).endswith("?")),
        ]

    def _occurrences(self, wording: tuple[str, ...]) -> int:
        length = len(wording)
        if not 0 < length <= MAX_RECURRING_WORDS:
            return 1
        if length not in self._counts:
            self._counts[length] = Counter(zip(*(self._words[offset:] for offset in range(length)), strict=False))
        return max(1, self._counts[length][wording])


@dataclass(frozen=True, slots=True)
class TechniqueClassifier:
    """Multinomial logistic regression over :data:`INPUTS`: ``logits = weights @ inputs + bias``.

    ``weights`` is float32 [14, 19], ``bias`` float32 [14], in the order of ``TECHNIQUE_IDS``.
    """

    weights: FloatArray
    bias: FloatArray

    @classmethod
    def unfitted(cls) -> "TechniqueClassifier":
        """The one that leaves the network's class logits as they are."""
        return cls(np.eye(len(TECHNIQUE_IDS), len(INPUTS), dtype=np.float32), np.zeros(len(TECHNIQUE_IDS), np.float32))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "TechniqueClassifier":
        """Read what :meth:`to_data` wrote.

        Raises:
            KeyError, ValueError: inputs or techniques are not those of this version, or a value is no finite number.
        """
        if tuple(data["inputs"]) != INPUTS or set(data["techniques"]) != set(TECHNIQUE_IDS):
            raise ValueError("the technique classifier should have the inputs and techniques of this version")
        rows = [data["techniques"][technique] for technique in TECHNIQUE_IDS]
        bias = {"bias": [row["bias"] for row in rows]}
        return cls(
            np.stack([finite_array(row, "weights", len(INPUTS)) for row in rows]),
            finite_array(bias, "bias", len(TECHNIQUE_IDS)),
        )

    def to_data(self) -> dict[str, Any]:
        """The parameters as they are stored."""
        return {
            "inputs": list(INPUTS),
            "techniques": {
                technique: {"weights": weights.tolist(), "bias": float(bias)}
                for technique, weights, bias in zip(TECHNIQUE_IDS, self.weights, self.bias, strict=True)
            },
        }

    def logits(self, inputs: FloatArray) -> FloatArray:
        """The logits [n, 14] of spans with the ``inputs`` [n, 19]."""
        logits: FloatArray = inputs @ self.weights.T + self.bias
        return logits


def span_inputs(prediction: Prediction, wordings: Wordings, spans: Sequence[tuple[Run, Span]]) -> FloatArray:
    """The classifier's inputs [n, 19] for n spans with their token runs; a run may be empty (skipped boilerplate)."""
    rows = np.zeros((len(spans), len(INPUTS)), dtype=np.float32)
    for row, ((first, last), span) in zip(rows, spans, strict=True):
        if first < last:
            row[: len(TECHNIQUE_IDS)] = prediction.classes[first:last].mean(axis=0)
        row[len(TECHNIQUE_IDS) :] = wordings.facts(span)
    return rows
