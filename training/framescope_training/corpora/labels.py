"""Reading the labels made for this project under the annotation guideline; they stand off from the corpora's texts."""

from dataclasses import dataclass
from pathlib import Path

from framescope_model.spans import Span
from framescope_training.corpora.annotations import AnnotatedText, LabelledSpan, SentenceJudgement
from framescope_training.corpora.readers import check_offsets, labelled_span, load_rows

CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class JudgedArticle:
    """A whole article labelled for all five sourcing features: a sentence without a span of a feature is a negative."""

    key: tuple[str, str]
    split: str
    spans: tuple[LabelledSpan, ...]


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """One sentence of an article, judged for one feature."""

    key: tuple[str, str]
    split: str
    judgement: SentenceJudgement


def read_sourcing_articles(folder: Path) -> list[JudgedArticle]:
    """The whole articles, every one with all five sourcing features."""
    return [
        JudgedArticle((row["corpus"], row["id"]), row["split"], tuple(labelled_span(span) for span in row["spans"]))
        for row in load_rows(folder, "sourcing_articles")
    ]


def read_sourcing_sentences(folder: Path) -> list[JudgedSentence]:
    """The single sentences, each judged for one feature."""
    return [
        JudgedSentence(
            (row["corpus"], row["id"]),
            row["split"],
            SentenceJudgement(
                Span(row["start"], row["end"]),
                row["feature"],
                tuple(Span(span["start"], span["end"]) for span in row["spans"]),
            ),
        )
        for row in load_rows(folder, "sourcing_sentences")
    ]


def read_contrast(folder: Path) -> list[AnnotatedText]:
    """The passages written for this project: minimal pairs and plain copy, judged for all five sourcing features.

    ``label`` tells the side (``positive``, ``negative``, ``plain``), ``group`` the pair.

    Raises:
        ValueError: a label reaches beyond its text.
    """
    passages = [
        AnnotatedText(
            corpus=CONTRAST,
            id=f"{row['pair']}-{row['side']}",
            text=row["text"],
            group=f"{CONTRAST}:{row['pair']}",
            split=row["split"],
            label=row["side"],
            spans=tuple(labelled_span(span) for span in row["spans"]),
        )
        for row in load_rows(folder, CONTRAST)
    ]
    for passage in passages:
        check_offsets(passage)
    return passages
