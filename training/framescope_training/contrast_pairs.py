"""Held-out minimal pairs: two passages that one edit sets apart, so that a feature holds of one and not of the other.

They lie in ``training/heldout/contrast.jsonl``, were composed by a writer who had not seen the training passages, enter
no loss and fit no threshold. Passages that stand alone there are plain copy, of which nothing should be flagged.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framescope_model.features import SOURCING_IDS, TECHNIQUE_IDS, Mode
from framescope_model.results import ScoredDocument
from framescope_model.scorer import Scorer
from framescope_training.variants import VariantCount

HELD_OUT_PAIRS = Path(__file__).resolve().parent.parent / "heldout" / "contrast.jsonl"
PLAIN = "plain"
MODE_CONTRAST = "state_mode"
STATE = "state_official_narrative"


@dataclass(frozen=True, slots=True)
class ContrastPassage:
    """A passage with the sourcing features that hold of it and the modes of its state-official spans.

    ``contrast`` names what its pair sets apart; plain copy has ``plain`` there and no partner.
    """

    pair: str
    contrast: str
    text: str
    features: frozenset[str]
    modes: frozenset[Mode]


def read_pairs(path: Path = HELD_OUT_PAIRS) -> list[ContrastPassage]:
    """All passages of the file, in its order."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        ContrastPassage(
            row["pair"],
            row.get("contrast", PLAIN),
            row["text"],
            frozenset(span["feature"] for span in row["spans"]),
            frozenset(Mode(span["mode"]) for span in row["spans"] if "mode" in span),
        )
        for row in rows
    ]


def measure_pairs(scorer: Scorer, passages: Sequence[ContrastPassage]) -> dict[str, VariantCount]:
    """The pairs of which both sides came out right, by contrast and all together, and the plain passages let pass.

    A side is right when each feature that holds of only one side is flagged exactly where it holds; where the sides
    differ in nothing but the mode, when the feature is flagged with that side's modes. ``plain, sourcing`` counts the
    plain passages without a sourcing flag, ``plain, techniques`` those without a technique's.
    """
    scored = scorer.score([passage.text for passage in passages])
    pairs: dict[str, list[tuple[ContrastPassage, ScoredDocument]]] = {}
    for passage, document in zip(passages, scored, strict=True):
        pairs.setdefault(passage.pair, []).append((passage, document))
    results: dict[str, list[bool]] = {}
    for sides in pairs.values():
        passage, document = sides[0]
        if passage.contrast == PLAIN:
            results.setdefault("plain, sourcing", []).append(not _flagged(document, SOURCING_IDS))
            results.setdefault("plain, techniques", []).append(not _flagged(document, TECHNIQUE_IDS))
        else:
            right = _both_right(sides)
            results.setdefault(passage.contrast, []).append(right)
            results.setdefault("all pairs", []).append(right)
    return {name: VariantCount(sum(right), len(right)) for name, right in sorted(results.items())}


def _both_right(sides: Sequence[tuple[ContrastPassage, ScoredDocument]]) -> bool:
    (one, _), (other, _) = sides
    if one.contrast == MODE_CONTRAST:
        return all(_modes(document) == passage.modes for passage, document in sides)
    return all(
        bool(_flagged(document, (feature,))) == (feature in passage.features)
        for feature in one.features ^ other.features
        for passage, document in sides
    )


def _modes(document: ScoredDocument) -> set[Mode | None]:
    return {span.mode for span in document.spans if span.feature == STATE}


def _flagged(document: ScoredDocument, features: Sequence[str]) -> list[str]:
    return [feature for feature in features if document.scores[feature].flagged]
