"""Technique classification (SemEval-2020 Task 11, subtask TC): which technique it is, when the words are given."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from framescope_model.spans import Span
from framescope_training.metrics.checks import check_same_number
from framescope_training.metrics.counts import LabelCounts, LabelledSpan, MatchCounts


def technique_classification_counts(
    *, gold: Iterable[LabelledSpan], predicted: Iterable[LabelledSpan]
) -> LabelCounts[MatchCounts]:
    """Count one document's labels that are right, given its gold spans.

    A span that bears several gold labels stands there several times, and as often among the predictions; which label
    stands first is of no import. The best permutation of a span's labels matches each label as often as it occurs on
    both sides, so that it is a multiset intersection.

    Args:
        gold: the spans with their labels.
        predicted: the same spans, each as often, with the labels predicted; in any order.

    Raises:
        ValueError: a span does not occur as often among the predictions as among the gold spans.
    """
    gold_labels, predicted_labels = _labels_by_span(gold), _labels_by_span(predicted)
    _check_same_spans(gold_labels, predicted_labels)
    matched: Counter[str] = Counter()
    for span, labels in gold_labels.items():
        matched += labels & predicted_labels[span]
    gold_total = sum(gold_labels.values(), Counter[str]())
    predicted_total = sum(predicted_labels.values(), Counter[str]())
    return LabelCounts(
        MatchCounts(matched.total(), predicted_total.total(), gold_total.total()),
        {
            label: MatchCounts(matched[label], predicted_total[label], gold_total[label])
            for label in sorted(gold_total | predicted_total)
        },
    )


def measure_technique_classification(
    *, gold: Sequence[Iterable[LabelledSpan]], predicted: Sequence[Iterable[LabelledSpan]]
) -> LabelCounts[MatchCounts]:
    """Measure the micro-F1, each technique's F1 and their macro-average over a set of documents, given the gold spans.

    As in the scorer of SemEval-2020 Task 11, subtask TC (Da San Martino et al. 2020), ``overall.f1`` is the micro-F1
    after the best permutation of the labels of identical spans. Since every span is given one label for each that it
    bears, precision, recall and micro-F1 are one number, the share of labels that are right. Counted here, not through
    scikit-learn, because documents must add up; the tests hold it against scikit-learn's ``f1_score``.

    The scorer itself aligns by swapping in one pass, and after a span without any right label it passes over all but
    the last label of the next span, so that it can find fewer matches than there are; never more.

    Args:
        gold: the labelled spans of each document.
        predicted: the same spans of the same documents with predicted labels.

    Raises:
        ValueError: the numbers of documents differ, or the spans of a document do.
    """
    check_same_number("documents", gold=gold, predicted=predicted)
    counts = (
        technique_classification_counts(gold=truth, predicted=found)
        for truth, found in zip(gold, predicted, strict=True)
    )
    return sum(counts, LabelCounts(MatchCounts()))


def _labels_by_span(spans: Iterable[LabelledSpan]) -> dict[Span, Counter[str]]:
    grouped: defaultdict[Span, Counter[str]] = defaultdict(Counter)
    for label, span in spans:
        grouped[span][label] += 1
    return dict(grouped)


def _check_same_spans(gold: dict[Span, Counter[str]], predicted: dict[Span, Counter[str]]) -> None:
    for span in sorted(gold.keys() | predicted.keys()):
        wanted = gold[span].total() if span in gold else 0
        given = predicted[span].total() if span in predicted else 0
        if wanted != given:
            raise ValueError(
                f"the span [{span.start}, {span.end}) has {wanted} gold labels and {given} predicted; "
                "predict one label for each gold label of each gold span, and no others"
            )
