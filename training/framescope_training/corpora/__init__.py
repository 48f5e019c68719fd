"""Readers for the public corpora and for framescope's own labels, through Hugging Face ``datasets``."""

from framescope_training.corpora.annotations import (
    AnnotatedText,
    AttributionAnnotation,
    LabelledSpan,
    SentenceJudgement,
)
from framescope_training.corpora.labels import read_contrast, read_sourcing_articles, read_sourcing_sentences
from framescope_training.corpora.readers import read_corpus
from framescope_training.corpora.sources import CORPORA, CorpusSource

__all__ = [
    "CORPORA",
    "AnnotatedText",
    "AttributionAnnotation",
    "CorpusSource",
    "LabelledSpan",
    "SentenceJudgement",
    "read_contrast",
    "read_corpus",
    "read_sourcing_articles",
    "read_sourcing_sentences",
]
