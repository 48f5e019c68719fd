"""Fresh variants: passages composed by somebody who had not seen the training passages.

They lie in ``training/heldout/fresh_variants.jsonl``, enter no loss and fit no threshold. Three sets: ``superlative``
(the same extreme without and with a named source), ``minister`` (an unchallenged accusation for three countries, and
challenged), ``football`` (plain match reports).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from framescope_model.features import FEATURE_IDS, SOURCING_IDS, Mode
from framescope_model.results import ScoredDocument
from framescope_model.scorer import Scorer

FRESH_VARIANTS = Path(__file__).resolve().parent.parent / "heldout" / "fresh_variants.jsonl"
SUPERLATIVE = "unattributed_superlative"
STATE = "state_official_narrative"


@dataclass(frozen=True, slots=True)
class Variant:
    """A passage with the sourcing features it should be flagged for; ``side`` tells it from the others of its group."""

    set: str
    group: str
    side: str
    text: str
    expected: frozenset[str]
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class VariantCount:
    """How many of ``n`` variants came out right."""

    right: int
    n: int


def read_variants(path: Path = FRESH_VARIANTS) -> list[Variant]:
    """All variants of the file, in its order."""
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [
        Variant(
            row["set"],
            row["id"],
            row["side"],
            row["text"],
            frozenset(row["expected"]),
            Mode(row["mode"]) if row["mode"] else None,
        )
        for row in rows
    ]


def measure_variants(scorer: Scorer, variants: Sequence[Variant]) -> dict[str, VariantCount]:
    """The variants that came out right, by ``set/side``.

    A superlative or state variant is right when its own feature is flagged exactly where expected, a state one with the
    expected mode too; a football report when no sourcing feature is flagged (``football/plain``), and when nothing at
    all is (``football/any feature``). ``minister/same verdict`` counts the groups whose countries all get the same
    verdict.
    """
    scored = scorer.score([variant.text for variant in variants])
    results: dict[str, list[bool]] = {}
    verdicts: dict[str, set[bool]] = {}
    for variant, document in zip(variants, scored, strict=True):
        name = f"{variant.set}/{variant.side}"
        if variant.set == "football":
            results.setdefault(name, []).append(not _flagged(document, SOURCING_IDS))
            results.setdefault("football/any feature", []).append(not _flagged(document, FEATURE_IDS))
            continue
        results.setdefault(name, []).append(_is_right(variant, document))
        if variant.set == "minister" and variant.side != "challenged":
            verdicts.setdefault(variant.group, set()).add(_flagged(document, (STATE,)))
    results["minister/same verdict"] = [len(group) == 1 for group in verdicts.values()]
    return {name: VariantCount(sum(right), len(right)) for name, right in results.items()}


def _is_right(variant: Variant, document: ScoredDocument) -> bool:
    feature = SUPERLATIVE if variant.set == "superlative" else STATE
    expected = feature in variant.expected
    if _flagged(document, (feature,)) != expected:
        return False
    found = {span.mode for span in document.spans if span.feature == feature}
    return not expected or variant.mode is None or variant.mode in found


def _flagged(document: ScoredDocument, features: Sequence[str]) -> bool:
    return any(document.scores[feature].flagged for feature in features)
