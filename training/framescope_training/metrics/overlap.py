"""Partial overlap of spans, as the propaganda shared tasks measure it.

Source: Da San Martino, Yu, Barrón-Cedeño, Petrov and Nakov, "Fine-Grained Analysis of Propaganda in News Articles",
EMNLP 2019, evaluation measures; taken over by NLP4IF 2019 and by SemEval-2020 Task 11. With predicted spans S and gold
spans T of a set of documents::

    C(s, t, h) = |s ∩ t| / h        0 when s and t lie in different documents (or, in FLC, bear different labels)
    P = 1/|S| Σ_{s,t} C(s, t, |s|)
    R = 1/|T| Σ_{s,t} C(s, t, |t|)
    F1 = 2 P R / (P + R)

Overlapping spans of one side are merged first, else a character would count twice and P could pass 1. Only spans that
share a character are merged: two that merely touch stay two, as in the tasks' scorer. (The scorer's merging depends on
the order of the spans when one of them bridges two others, and can then leave an overlap behind; here the union is
always complete.)
"""

from collections.abc import Iterable
from dataclasses import dataclass

from framescope_model.spans import Span, covered, merge
from framescope_training.metrics.checks import check_not_empty

# In `merge`, a gap of -1 asks for a shared character, a gap of 0 would also join spans that touch.
_SHARED_CHARACTER = -1


@dataclass(frozen=True, slots=True)
class OverlapCounts:
    """The sums and the numbers of spans from which partial-overlap precision and recall follow.

    The conventions for empty sets are those of the paper and of the tasks' scorer: P is 0 without predicted spans, R is
    0 without gold spans, and F1 is 1 when there is neither.

    Args:
        predicted_covered: Σ C(s, t, |s|), the predicted spans' parts that gold covers, in spans.
        predicted: |S|, the merged predicted spans.
        gold_covered: Σ C(s, t, |t|), the gold spans' parts that the prediction covers, in spans.
        gold: |T|, the merged gold spans.
    """

    predicted_covered: float = 0.0
    predicted: int = 0
    gold_covered: float = 0.0
    gold: int = 0

    def __add__(self, other: "OverlapCounts") -> "OverlapCounts":
        return OverlapCounts(
            self.predicted_covered + other.predicted_covered,
            self.predicted + other.predicted,
            self.gold_covered + other.gold_covered,
            self.gold + other.gold,
        )

    @property
    def precision(self) -> float:
        """P in [0, 1]; 0 without predicted spans."""
        return self.predicted_covered / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """R in [0, 1]; 0 without gold spans."""
        return self.gold_covered / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of P and R in [0, 1]; 1 with neither predicted nor gold spans."""
        if not self.predicted and not self.gold:
            return 1.0
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def overlap_counts(*, gold: Iterable[Span], predicted: Iterable[Span]) -> OverlapCounts:
    """Count the partial overlap between the spans of one document, of one label or regardless of labels.

    Raises:
        ValueError: a span is empty.
    """
    gold_spans = _merged(gold)
    predicted_spans = _merged(predicted)
    return OverlapCounts(
        predicted_covered=sum(covered(span, gold_spans) / len(span) for span in predicted_spans),
        predicted=len(predicted_spans),
        gold_covered=sum(covered(span, predicted_spans) / len(span) for span in gold_spans),
        gold=len(gold_spans),
    )


def _merged(spans: Iterable[Span]) -> list[Span]:
    spans = list(spans)
    check_not_empty(spans)
    return merge(spans, max_gap=_SHARED_CHARACTER)
