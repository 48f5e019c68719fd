"""Characters: how much of the marked text is the same, whatever spans it is cut into."""

from collections.abc import Iterable, Sequence

from framescope_model.spans import Span, covered, merge
from framescope_training.metrics.checks import check_same_number
from framescope_training.metrics.counts import MatchCounts


def character_counts(*, gold: Iterable[Span], predicted: Iterable[Span]) -> MatchCounts:
    """Count the code points of one document that the spans of one feature cover: predicted, gold, and both.

    A code point under several spans of one side counts once.
    """
    gold_spans, predicted_spans = merge(gold), merge(predicted)
    return MatchCounts(
        matched=sum(covered(span, gold_spans) for span in predicted_spans),
        predicted=sum(len(span) for span in predicted_spans),
        gold=sum(len(span) for span in gold_spans),
    )


def measure_characters(*, gold: Sequence[Iterable[Span]], predicted: Sequence[Iterable[Span]]) -> MatchCounts:
    """Measure character precision, recall and F1 of one feature's spans, micro-averaged over documents.

    With G and D the sets of (document, code point) that gold and predicted spans cover::

        P = |D ∩ G| / |D|    R = |D ∩ G| / |G|    F1 = 2 |D ∩ G| / (|D| + |G|)

    This is the F1 over character offsets of Pavlopoulos et al., SemEval-2021 Task 5 (Toxic Spans), but pooled over
    documents where that task takes the mean of the documents' F1: most articles hold no span of a rare feature, and
    their F1 would be either undefined or a gift.

    Args:
        gold: the gold spans of each document.
        predicted: the predicted spans of the same documents in the same order.

    Raises:
        ValueError: the numbers of documents differ.
    """
    check_same_number("documents", gold=gold, predicted=predicted)
    counts = (character_counts(gold=truth, predicted=found) for truth, found in zip(gold, predicted, strict=True))
    return sum(counts, MatchCounts())
