"""The one shape that every corpus is read into. Offsets follow :class:`framescope_model.spans.Span`."""

from dataclasses import dataclass

from framescope_model.features import Mode
from framescope_model.spans import Span


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A span with the corpus's label, which is a feature id where the corpus labels features."""

    label: str
    span: Span
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class AttributionAnnotation:
    """A gold attribution: each role a tuple of pieces. The source may be empty, and so may the content."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class SentenceJudgement:
    """A sentence judged for one feature alone: without spans it is a negative, and other features are unknown."""

    sentence: Span
    feature: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text of a corpus with the corpus's own labels.

    Args:
        corpus, id: together its key in every file.
        text: as the corpus has it.
        group: texts of one group (an event, a minimal pair) stay in one split.
        split: the corpus's own split, where it has one.
        label: the label of the whole text, where the corpus has one.
        spans, attributions: its labels of stretches of text.
    """

    corpus: str
    id: str
    text: str
    group: str | None = None
    split: str | None = None
    label: str | None = None
    spans: tuple[LabelledSpan, ...] = ()
    attributions: tuple[AttributionAnnotation, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The corpus and the id, by which labels find their text."""
        return self.corpus, self.id
