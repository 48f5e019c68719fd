"""Span identification (SemEval-2020 Task 11, subtask SI): whether the right words were marked, as any technique."""

from collections.abc import Iterable, Sequence

from framescope_training.metrics.checks import check_same_number
from framescope_training.metrics.counts import LabelledSpan
from framescope_training.metrics.overlap import OverlapCounts, overlap_counts


def span_identification_counts(*, gold: Iterable[LabelledSpan], predicted: Iterable[LabelledSpan]) -> OverlapCounts:
    """Count the partial overlap of one document's spans, labels ignored: spans of different labels are merged as well.

    Raises:
        ValueError: a span is empty.
    """
    return overlap_counts(gold=(span for _, span in gold), predicted=(span for _, span in predicted))


def measure_span_identification(
    *, gold: Sequence[Iterable[LabelledSpan]], predicted: Sequence[Iterable[LabelledSpan]]
) -> OverlapCounts:
    """Measure partial-overlap precision, recall and F1 over a set of documents, labels ignored.

    The formula and the conventions for empty sets are those of :mod:`framescope_training.metrics.overlap`. Spans are
    pooled over the documents (Da San Martino et al., SemEval-2020 Task 11, subtask SI), so that a document weighs by
    its spans.

    Args:
        gold: the gold spans of each document.
        predicted: the predicted spans of the same documents in the same order.

    Raises:
        ValueError: the numbers of documents differ, or a span is empty.
    """
    check_same_number("documents", gold=gold, predicted=predicted)
    counts = (
        span_identification_counts(gold=truth, predicted=found) for truth, found in zip(gold, predicted, strict=True)
    )
    return sum(counts, OverlapCounts())
