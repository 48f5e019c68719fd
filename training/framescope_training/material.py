"""The material of a training run: every text with its labels, and which of them may be trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from framescope_model.encoding import TextEncoder
from framescope_training.corpora import (
    CORPORA,
    AnnotatedText,
    read_contrast,
    read_corpus,
    read_sourcing_articles,
    read_sourcing_sentences,
)
from framescope_training.corpora.labels import JudgedArticle, JudgedSentence
from framescope_training.splits import Key, held_out_keys, near_duplicate_clusters
from framescope_training.supervision import Supervision, supervise_text

DEVELOPMENT_CORPORA = frozenset({"ptc_dev", "polnear_dev"})
DEVELOPMENT_SPLITS = frozenset({"dev", "test", "dev_test"})


@dataclass(frozen=True, slots=True)
class Material:
    """All texts and labels, and the keys that enter no loss.

    Args:
        texts: every text by key, the contrast passages among them.
        articles, sentences: framescope's own labels.
        held_out: the development texts, and all that shares their event, id or wording.
    """

    texts: dict[Key, AnnotatedText]
    articles: Sequence[JudgedArticle]
    sentences: Sequence[JudgedSentence]
    held_out: frozenset[Key]


def load_material(corpora: Path, labels: Path) -> Material:
    """Read everything and draw the one split.

    All corpora are read, those that a config leaves out too: a development text must be known wherever it lies.
    """
    texts = [text for name in CORPORA for text in read_corpus(corpora, name)] + read_contrast(labels)
    articles, sentences = read_sourcing_articles(labels), read_sourcing_sentences(labels)
    development = {text.key for text in texts if text.corpus in DEVELOPMENT_CORPORA or text.split in DEVELOPMENT_SPLITS}
    development |= {article.key for article in articles if article.split == "dev"}
    development |= {sentence.key for sentence in sentences if sentence.split == "dev"}
    held_out = held_out_keys(near_duplicate_clusters(texts), development)
    return Material({text.key: text for text in texts}, articles, sentences, held_out)


def training_supervision(
    material: Material, corpora: Sequence[str], encoder: TextEncoder, progress: Callable[[int, int], None]
) -> list[Supervision]:
    """The training documents of ``corpora`` and the contrast passages, each with all labels known of it.

    ``progress`` is told how many documents are encoded, and of how many. Documents without any label are left out.
    """
    articles = {article.key: article for article in material.articles}
    sentences: dict[Key, list[JudgedSentence]] = {}
    for sentence in material.sentences:
        sentences.setdefault(sentence.key, []).append(sentence)
    wanted = [
        text
        for key, text in material.texts.items()
        if key not in material.held_out and (text.corpus in corpora or text.corpus == "contrast")
    ]
    supervised: list[Supervision] = []
    for done, text in enumerate(wanted):
        progress(done, len(wanted))
        has_own_labels = text.key in articles or text.key in sentences
        if text.corpus in ("hyperpartisan", "pool_ukraine_climate") and not has_own_labels:
            continue
        supervision = Supervision.silent(encoder.encode(text.text))
        supervise_text(supervision, text)
        if text.key in articles:
            supervision.add_sourcing(articles[text.key].spans)
        supervision.close_passages()
        for sentence in sentences.get(text.key, ()):
            if text.key not in articles:
                supervision.add_judgement(sentence.judgement)
        if len(supervision.encoded):
            supervised.append(supervision)
    progress(len(wanted), len(wanted))
    return supervised
