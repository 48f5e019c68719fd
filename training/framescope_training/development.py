"""Development documents ready for calibration and evaluation: predictions, and gold labels on frozen sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from framescope_model.features import FEATURE_IDS, SOURCING_IDS
from framescope_model.pooling import Pooling
from framescope_model.prediction import Prediction
from framescope_model.scorer import Scorer
from framescope_model.spans import Span
from framescope_training.corpora import AnnotatedText, AttributionAnnotation, LabelledSpan
from framescope_training.frozen import read_frozen_sentences
from framescope_training.material import Material
from framescope_training.splits import Key

SOURCING = "sourcing"
TECHNIQUES = "techniques"
ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True, eq=False)
class DevelopmentDocument:
    """A development document with its gold labels and what the network says of it.

    Args:
        key, text: the document.
        judged: which of ``sourcing``, ``techniques`` and ``attribution`` its labels speak of.
        sentences: the frozen sentences; ``logits`` float [sentences, features] their passage logits, ``targets`` bool
            [sentences, features] their gold labels, of which only the judged features mean anything.
        spans, attributions: the gold spans and relations.
    """

    key: Key
    text: str
    judged: frozenset[str]
    sentences: tuple[Span, ...]
    logits: npt.NDArray[np.float64]
    targets: npt.NDArray[np.bool_]
    spans: tuple[LabelledSpan, ...]
    attributions: tuple[AttributionAnnotation, ...]
    prediction: Prediction

    def spans_of(self, features: Sequence[str]) -> list[tuple[str, Span]]:
        """The gold spans of ``features``, empty ones left out."""
        return [(gold.label, gold.span) for gold in self.spans if gold.label in features and len(gold.span)]


def development_texts(material: Material) -> list[AnnotatedText]:
    """PTC's and PolNeAR's development parts and the articles of our labels' development split, each once."""
    articles = {article.key for article in material.articles if article.split == "dev"}
    return [
        text for key, text in material.texts.items() if text.corpus in ("ptc_dev", "polnear_dev") or key in articles
    ]


def load_development(material: Material, scorer: Scorer) -> list[DevelopmentDocument]:
    """Predict every development document and lay its gold labels on the frozen sentences."""
    frozen = read_frozen_sentences()
    judged = {article.key: article.spans for article in material.articles if article.split == "dev"}
    texts = development_texts(material)
    predictions = scorer.predict([text.text for text in texts])
    return [
        _document(text, judged, frozen[text.key], prediction, scorer.artifact.readout.pooling)
        for text, prediction in zip(texts, predictions, strict=True)
    ]


def _document(
    text: AnnotatedText,
    sourcing: Mapping[Key, tuple[LabelledSpan, ...]],
    sentences: tuple[Span, ...],
    prediction: Prediction,
    pooling: Pooling,
) -> DevelopmentDocument:
    judged = set()
    spans: tuple[LabelledSpan, ...] = ()
    attributions: tuple[AttributionAnnotation, ...] = ()
    if text.corpus == "ptc_dev":
        judged.add(TECHNIQUES)
        spans += text.spans
    if text.corpus == "polnear_dev":
        judged.add(ATTRIBUTION)
        attributions = text.attributions
    if text.key in sourcing:
        judged.add(SOURCING)
        spans += sourcing[text.key]
    return DevelopmentDocument(
        text.key,
        text.text,
        frozenset(judged),
        sentences,
        sentence_logits(prediction, sentences, pooling),
        sentence_targets(sentences, spans),
        spans,
        attributions,
        prediction,
    )


def sentence_logits(prediction: Prediction, sentences: Sequence[Span], pooling: Pooling) -> npt.NDArray[np.float64]:
    """The passage logits of ``sentences``, float [sentences, features]; without tokens, a very low one."""
    logits = np.full((len(sentences), len(FEATURE_IDS)), -20.0)
    for row, sentence in enumerate(sentences):
        first, last = prediction.encoded.token_range(sentence)
        if first < last:
            logits[row] = pooling.pool(prediction.features[first:last])
    return logits


def sentence_targets(sentences: Sequence[Span], spans: Iterable[LabelledSpan]) -> npt.NDArray[np.bool_]:
    """Whether a gold span of each feature overlaps each sentence, bool [sentences, features]."""
    targets = np.zeros((len(sentences), len(FEATURE_IDS)), np.bool_)
    for labelled in spans:
        channel = FEATURE_IDS.index(labelled.label)
        for row, sentence in enumerate(sentences):
            targets[row, channel] |= sentence.overlap(labelled.span) > 0
    return targets


def judging(documents: Iterable[DevelopmentDocument], feature: str) -> list[DevelopmentDocument]:
    """The documents whose labels speak of ``feature``."""
    wanted = SOURCING if feature in SOURCING_IDS else TECHNIQUES
    return [document for document in documents if wanted in document.judged]
