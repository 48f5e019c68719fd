"""The parts of a feature's wording."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A passage with the reason why it has the feature or does not.

    Args:
        text: one or two sentences.
        why: one sentence.
        marked: the words in ``text`` that carry the feature; empty where it does not have it.
    """

    text: str
    why: str
    marked: str = ""

    @property
    def pieces(self) -> tuple[str, str, str]:
        """The text before the marked words, these words, and the text after them."""
        before, marked, after = self.text.partition(self.marked) if self.marked else (self.text, "", "")
        return before, marked, after


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of a feature to people.

    Args:
        name: what it is called on the pages.
        positives: passages that have it.
        negatives: passages that come near and do not have it.
        advice: what a writer can do about it.
    """

    name: str
    positives: Sequence[Example]
    negatives: Sequence[Example]
    advice: str
