"""An engine that needs no weights: it finds a few phrases, and says so in the types of the real one."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from framescope_model.errors import UnsupportedLanguage
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, Mode
from framescope_model.model_info import ModelInfo
from framescope_model.results import (
    Attribution,
    Evidence,
    FeatureScore,
    FeatureSpan,
    ScoredDocument,
    ScoredPassage,
    ScoreOptions,
    Skipped,
    Voice,
)
from framescope_model.spans import Span

BACKGROUND = 0.05
PHRASES = {
    "worst ever": ("unattributed_superlative", 0.93),
    "state media": ("state_official_narrative", 0.75),
    "critics": ("vague_attribution", 0.6),
    "regime": ("loaded_language", 0.8),
}
BOILERPLATE = re.compile(r"Share this article")
SENTENCE = re.compile(r"[^.!?\n]*[^.!?\s][^.!?\n]*[.!?]*")
ATTRIBUTED = re.compile(r"(?P<source>[A-Z]\w+) (?P<cue>said) (?P<content>[^.!?\n]+)")
QUOTED = re.compile(r"“[^”]*”")

INFO = ModelInfo(
    name="keyword",
    version="1.2.3",
    revision="0123456789ab",
    thresholds=dict.fromkeys(FEATURE_IDS, 0.5),
    quality={
        "unattributed_superlative": {"precision": 0.8, "recall": 0.8, "f1": 0.8, "positives": 40, "passages": 900},
        "state_official_narrative": {"precision": 0.5, "recall": 0.4, "f1": 0.444, "positives": 20, "passages": 900},
        "vague_attribution": {"f1": 0.5},
        "loaded_language": {},
    },
    card={"summary": "Finds a few phrases.", "trained_on": []},
)


@dataclass(frozen=True)
class Reading:
    """What the heavy step leaves for the cheap one."""

    text: str


@dataclass
class KeywordEngine:
    """Scores by phrases; ``before`` is called with the texts of each pass and may wait or raise."""

    info: ModelInfo = INFO
    before: Callable[[Sequence[str]], None] = lambda texts: None
    passes: list[list[str]] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def predict(self, texts: Sequence[str]) -> list[Reading]:
        self.passes.append(list(texts))
        self.threads.add(threading.current_thread().name)
        self.before(texts)
        return [Reading(text) for text in texts]

    def decode(self, prediction: Reading, options: ScoreOptions) -> ScoredDocument:
        return _decode(prediction.text, options, self.info)


def _decode(text: str, options: ScoreOptions, info: ModelInfo) -> ScoredDocument:
    features = options.features or tuple(info.thresholds)
    thresholds = {**info.thresholds, **(options.thresholds or {})}
    skipped = [Span(*match.span()) for match in BOILERPLATE.finditer(text)]
    attributions = [_attribution(match) for match in ATTRIBUTED.finditer(text)]
    spans = [span for span in _spans(text, features, options, attributions) if not _within(span.span, skipped)]
    passages = []
    for match in SENTENCE.finditer(text):
        sentence = Span(*match.span())
        if _within(sentence, skipped):
            continue
        scores = {
            f: max([s.score for s in spans if s.feature == f and s.span.overlap(sentence)], default=BACKGROUND)
            for f in features
        }
        passages.append(ScoredPassage(sentence, scores, tuple(f for f in features if scores[f] >= thresholds[f])))
    return ScoredDocument(
        scores={f: _feature_score(f, passages) for f in features},
        passages=tuple(passages),
        spans=tuple(sorted(spans, key=lambda s: s.span)),
        attributions=tuple(attributions),
        skipped=tuple(Skipped(span, "boilerplate") for span in skipped),
    )


def _spans(
    text: str, features: Sequence[str], options: ScoreOptions, attributions: Sequence[Attribution]
) -> list[FeatureSpan]:
    quoted = [Span(*match.span()) for match in QUOTED.finditer(text)]
    found = []
    for phrase, (feature, score) in PHRASES.items():
        if feature not in features or any(phrase in ignored.lower() for ignored in options.ignore):
            continue
        for match in re.finditer(re.escape(phrase), text, re.IGNORECASE):
            span = Span(*match.span())
            if options.exclude_quoted and feature in SOURCING_IDS and _within(span, quoted):
                continue
            mode = Mode.RELAYED if feature == "state_official_narrative" else None
            found.append(FeatureSpan(feature, span, score, mode, _evidence(span, quoted, attributions)))
    return found


def _evidence(span: Span, quoted: Sequence[Span], attributions: Sequence[Attribution]) -> Evidence:
    if _within(span, quoted):
        return Evidence(Voice.QUOTED, (), ())
    for attribution in attributions:
        if _within(span, attribution.content):
            return Evidence(Voice.REPORTED, attribution.source, attribution.cue)
    return Evidence(Voice.NARRATOR, (), ())


def _attribution(match: re.Match[str]) -> Attribution:
    source, cue, content = (Span(*match.span(name)) for name in ("source", "cue", "content"))
    return Attribution((source,), (cue,), (content,), Voice.REPORTED)


def _feature_score(feature: str, passages: Sequence[ScoredPassage]) -> FeatureScore:
    flagged = sum(feature in passage.flags for passage in passages)
    score = max((passage.scores[feature] for passage in passages), default=0.0)
    return FeatureScore(score, flagged > 0, flagged / max(1, len(passages)))


def _within(span: Span, others: Sequence[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)


@dataclass(frozen=True)
class KeywordLanguage:
    code: str
    score: float


def keyword_language(text: str, declared: str | None) -> KeywordLanguage:
    """English, unless something else is declared or Cyrillic letters are seen."""
    if declared is not None and not declared.lower().startswith("en"):
        raise UnsupportedLanguage(f"the text was declared to be in {declared}; only English can be scored", declared)
    if declared is None and any("\u0400" <= letter <= "\u04ff" for letter in text):
        raise UnsupportedLanguage("the text seems to be in Russian (ru); only English can be scored", "ru")
    return KeywordLanguage("en", 1.0 if declared else 0.99)


class Gate:
    """Holds the engine in its pass until opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self._open = threading.Event()

    def __call__(self, texts: Sequence[str]) -> None:
        self.entered.set()
        assert self._open.wait(60), "the gate was never opened"

    def open(self) -> None:
        self._open.set()


def until_there(marker: str, path: Path) -> Callable[[Sequence[str]], None]:
    """A pass over a text with ``marker`` lasts until ``path`` exists."""

    def wait(texts: Sequence[str]) -> None:
        while any(marker in text for text in texts) and not path.exists():
            time.sleep(0.02)

    return wait
