"""Spans and techniques (NLP4IF 2019, task FLC): whether the right words were marked as the right technique."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from framescope_model.spans import Span
from framescope_training.metrics.checks import check_same_number
from framescope_training.metrics.counts import LabelCounts, LabelledSpan
from framescope_training.metrics.overlap import OverlapCounts, overlap_counts


def flc_counts(*, gold: Iterable[LabelledSpan], predicted: Iterable[LabelledSpan]) -> LabelCounts[OverlapCounts]:
    """Count the partial overlap of one document's spans, label by label.

    Spans overlap only where their labels are equal, so the sums over all pairs are the sums of the labels' own, and
    merging is within a label. A label that occurs on neither side is not in ``by_label``.

    Raises:
        ValueError: a span is empty.
    """
    gold_spans, predicted_spans = _by_label(gold), _by_label(predicted)
    by_label = {
        label: overlap_counts(gold=gold_spans.get(label, ()), predicted=predicted_spans.get(label, ()))
        for label in sorted(gold_spans.keys() | predicted_spans.keys())
    }
    return LabelCounts(sum(by_label.values(), OverlapCounts()), by_label)


def measure_flc(
    *, gold: Sequence[Iterable[LabelledSpan]], predicted: Sequence[Iterable[LabelledSpan]]
) -> LabelCounts[OverlapCounts]:
    """Measure partial-overlap precision, recall and F1 with equal labels, over all techniques and for each.

    ``overall.f1`` is the measure of the full task of NLP4IF 2019 (Da San Martino, Barrón-Cedeño and Nakov, "Findings of
    the NLP4IF-2019 Shared Task on Fine-Grained Propaganda Detection"): :mod:`framescope_training.metrics.overlap` with
    C(s, t, h) = 0 unless s and t bear the same label. The labels' own precision and recall use C with their own h each.

    Args:
        gold: the gold spans of each document.
        predicted: the predicted spans of the same documents in the same order.

    Raises:
        ValueError: the numbers of documents differ, or a span is empty.
    """
    check_same_number("documents", gold=gold, predicted=predicted)
    counts = (flc_counts(gold=truth, predicted=found) for truth, found in zip(gold, predicted, strict=True))
    return sum(counts, LabelCounts(OverlapCounts()))


def _by_label(spans: Iterable[LabelledSpan]) -> dict[str, list[Span]]:
    grouped: defaultdict[str, list[Span]] = defaultdict(list)
    for label, span in spans:
        grouped[label].append(span)
    return dict(grouped)
