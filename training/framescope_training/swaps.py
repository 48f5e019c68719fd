"""Swapping states in a passage: whose claim it is must not move a score.

``training/swaps/states.toml`` lists states with the words that stand for them. A swap replaces every word of a state by
the same kind of word of another one, throughout the passage, and mends the article before it. Institutions, places and
people that the lists do not hold stay as they are, so a swapped passage may be odd; its framing is the same.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from framescope_model.features import SOURCING_IDS
from framescope_model.scorer import Scorer

STATES = Path(__file__).resolve().parent.parent / "swaps" / "states.toml"
SEED = 17
VARIANTS = 4
"""How many swapped versions of a passage are compared with it."""
MIN_SCORE = 0.3
"""A group none of whose members reaches this score agrees that the feature is not there, and would dilute the mean."""

# "South Sudan" and "Latin America" are not the states that their second words name.
_NOT_AFTER = r"(?<![\w-])(?<!South )(?<!North )(?<!Latin )(?<!Central )(?<!New )"
_ARTICLE = re.compile(r"\b([Aa])n? $")
_VOWEL = re.compile(r"[AEIO]|U(?!kra|gan|\.)")


@dataclass(frozen=True, slots=True)
class State:
    """A state; ``forms`` holds the words that stand for it by their kind, the one that is written first."""

    forms: Mapping[str, tuple[str, ...]]

    @property
    def name(self) -> str:
        """Its usual English name."""
        return self.forms["name"][0]


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a word of a state stands in a text, in code points, and of what kind it is."""

    start: int
    end: int
    state: State
    kind: str


@dataclass(frozen=True, slots=True)
class SwapFigures:
    """How much a feature's score moves when states are swapped.

    Args:
        groups: passages with their swapped versions of which some member reaches ``MIN_SCORE``.
        mean_range: the mean, over these, of the highest minus the lowest score.
        flips: of all groups, those in which the members' verdicts differ.
        all_groups: how many groups there are.
    """

    groups: int
    mean_range: float
    flips: int
    all_groups: int


def read_states(path: Path = STATES) -> list[State]:
    """The states of the file, in its order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["state"]
    return [State({kind: tuple(forms) for kind, forms in row.items()}) for row in rows]


def find_mentions(text: str, states: Sequence[State]) -> list[Mention]:
    """The words of ``states`` in ``text``, in its order; where one holds another, the longer."""
    known = {form: (state, kind) for state in states for kind, forms in state.forms.items() for form in forms}
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile(_NOT_AFTER + "(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
    return [Mention(*match.span(), *known[match.group()]) for match in pattern.finditer(text)]


def swap(text: str, mentions: Sequence[Mention], mapping: Mapping[str, State]) -> str:
    """``text`` with each mention of a state in ``mapping`` (by name) replaced by the same kind of word of its value."""
    parts: list[str] = []
    done = 0
    for mention in mentions:
        target = mapping.get(mention.state.name)
        if target is not None:
            before = text[done : mention.start]
            written = target.forms[mention.kind][0]
            parts += [_ARTICLE.sub(rf"\g<1>{'n' if _VOWEL.match(written) else ''} ", before), written]
            done = mention.end
    return "".join([*parts, text[done:]])


def swapped_versions(text: str, states: Sequence[State], count: int, rng: np.random.Generator) -> list[str]:
    """``count`` versions of ``text`` with its states exchanged for others; none where it names no state.

    Of two or more states the first version is the one that exchanges them among themselves.
    """
    mentions = find_mentions(text, states)
    kinds: dict[str, set[str]] = {}
    for mention in mentions:
        kinds.setdefault(mention.state.name, set()).add(mention.kind)
    if not kinds:
        return []
    by_name = {state.name: state for state in states}
    names = list(kinds)
    rotated = {name: by_name[other] for name, other in zip(names, names[1:] + names[:1], strict=True)}
    mappings = [rotated] if len(names) > 1 and all(_can(rotated[name], kinds[name]) for name in names) else []
    while len(mappings) < count:
        mapping: dict[str, State] = {}
        for name in names:
            free = [s for s in states if s.name not in kinds and s not in mapping.values() and _can(s, kinds[name])]
            mapping[name] = free[int(rng.integers(len(free)))]
        mappings.append(mapping)
    return [swap(text, mentions, mapping) for mapping in mappings]


def measure_swaps(scorer: Scorer, texts: Sequence[str], states: Sequence[State]) -> dict[str, SwapFigures]:
    """For each sourcing feature, how much its score and its verdict move over the swapped versions of ``texts``."""
    rng = np.random.default_rng(SEED)
    groups = [[text, *versions] for text in texts if (versions := swapped_versions(text, states, VARIANTS, rng))]
    documents = iter(scorer.score([text for group in groups for text in group]))
    scored = [[next(documents).scores for _ in group] for group in groups]
    figures = {}
    for feature in SOURCING_IDS:
        scores = np.array([[member[feature].score for member in group] for group in scored])
        verdicts = np.array([[member[feature].flagged for member in group] for group in scored])
        ranges = np.ptp(scores, axis=1)[scores.max(axis=1) >= MIN_SCORE]
        flips = int((verdicts.any(axis=1) & ~verdicts.all(axis=1)).sum())
        figures[feature] = SwapFigures(len(ranges), float(ranges.mean()) if len(ranges) else 0.0, flips, len(groups))
    return figures


def _can(state: State, kinds: set[str]) -> bool:
    return kinds <= set(state.forms)
