from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from framescope_model.layout import TokenLayout


def layout(marked: Any) -> TokenLayout:
    return TokenLayout.of(marked.text, marked.encoded)


def mask(marked: Any, *phrases: str) -> np.ndarray:
    found = np.zeros(len(marked.encoded), dtype=np.bool_)
    for phrase in phrases:
        found[marked.tokens(phrase)] = True
    return found


@pytest.mark.parametrize(
    ("text", "words"), [("a so-called 1.5 man's e\u0301t", 5), ("x... y", 2), ("1,000 a--b", 3), ("!?", 0), ("", 0)]
)
def test_words_are_counted(marker: Callable[[str], Any], text: str, words: int) -> None:
    assert layout(marker(text)).words_before[-1] == words


def test_a_mask_over_a_part_of_the_tokens_gives_runs_in_the_whole(marker: Callable[[str], Any]) -> None:
    marked = marker("x y z w v.")
    whole, first = mask(marked, "z w"), marked.tokens("y").start
    of = layout(marked)
    assert of.runs(whole[first:], first) == of.runs(whole) == [(marked.tokens("z").start, marked.tokens("w").stop)]


def test_blocked_tokens_are_in_no_run_and_not_bridged(marker: Callable[[str], Any]) -> None:
    marked = marker("x y z.")
    runs = layout(marked).runs(mask(marked, "x", "z"), blocked=mask(marked, "y"))
    assert [span.cut(marked.text) for span in layout(marked).spans(runs)] == ["x", "z"]
    assert layout(marked).runs(mask(marked, "x y z"), blocked=mask(marked, "x y z")) == []


def test_an_empty_document_has_no_runs(marker: Callable[[str], Any]) -> None:
    assert layout(marker("")).runs(np.zeros(0, dtype=np.bool_)) == []


def test_only_tokens_with_more_than_punctuation_tell_anything(marker: Callable[[str], Any]) -> None:
    marked = marker("War, 🔥 …")
    telling = layout(marked).telling
    assert telling[marked.tokens("War")].all()
    assert telling[marked.tokens("🔥")].all()
    assert not telling[marked.tokens(",")].any()
    assert not telling[marked.tokens("…")].any()
