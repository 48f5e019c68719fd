from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.features import TECHNIQUE_IDS
from framescope_model.spans import Span
from framescope_model.techniques import (
    INPUTS,
    MAX_RECURRING_WORDS,
    WORDING_FACTS,
    TechniqueClassifier,
    Wordings,
    span_inputs,
)


def facts(text: str, phrase: str) -> dict[str, float]:
    start = text.index(phrase)
    values = Wordings(text).facts(Span(start, start + len(phrase)))
    return dict(zip(WORDING_FACTS, values, strict=True))


def test_a_wording_recurs_in_any_case_and_whatever_stands_between_its_words() -> None:
    found = facts("No more lies. They heard NO MORE -- LIES, and no, more lies!", "No more lies")
    assert found["recurs"] == 1.0
    assert found["log_recurrences"] == pytest.approx(np.log(3))
    assert found["at_most_three_words"] == 1.0
    assert found["log_words"] == pytest.approx(np.log(4))


def test_a_part_of_a_word_is_no_recurrence() -> None:
    assert facts("The state spoke of statesmen and estates", "state")["recurs"] == 0.0


@pytest.mark.parametrize(("text", "phrase"), [("Who pays?", "Who pays"), ("Who pays? We do.", "Who pays?")])
def test_a_question_mark_counts_within_the_span_and_behind_it(text: str, phrase: str) -> None:
    assert facts(text, phrase)["ends_in_question_mark"] == 1.0
    assert facts(text.replace("?", "."), phrase.replace("?", "."))["ends_in_question_mark"] == 0.0


def test_a_very_long_wording_counts_once() -> None:
    sentence = " ".join(f"word{n}" for n in range(MAX_RECURRING_WORDS + 1))
    assert facts(f"{sentence}. {sentence}.", sentence)["recurs"] == 0.0


def test_a_span_without_words_has_no_wording() -> None:
    assert facts("Yes ... yes ... yes", "...")["recurs"] == 0.0


def test_the_unfitted_classifier_keeps_the_class_logits(marker: Any) -> None:
    marked = marker("They are vile, and they are vile.").mark("loaded_language", "vile")
    span, prediction = marked.span("vile"), marked.predict()
    inputs = span_inputs(prediction, Wordings(marked.text), [(prediction.encoded.token_range(span), span)])
    assert inputs.shape == (1, len(INPUTS))
    logits = TechniqueClassifier.unfitted().logits(inputs)
    assert logits.tolist() == [[6.0 if name == "loaded_language" else 0.0 for name in TECHNIQUE_IDS]]


def test_a_span_in_skipped_text_is_judged_by_its_wording_alone(marker: Any) -> None:
    marked = marker("They are vile.")
    inputs = span_inputs(marked.predict(), Wordings(marked.text), [((2, 2), marked.span("vile"))])
    assert not inputs[0, : len(TECHNIQUE_IDS)].any()
    assert inputs[0, len(TECHNIQUE_IDS) :].any()


def test_what_was_written_is_read_again() -> None:
    rng = np.random.default_rng(0)
    written = TechniqueClassifier(rng.normal(size=(14, 19)).astype(np.float32), rng.normal(size=14).astype(np.float32))
    read = TechniqueClassifier.from_data(written.to_data())
    assert np.array_equal(read.weights, written.weights)
    assert np.array_equal(read.bias, written.bias)


@pytest.mark.parametrize("damage", ["inputs", "technique", "length", "number"])
def test_a_foreign_classifier_is_refused(damage: str) -> None:
    data = TechniqueClassifier.unfitted().to_data()
    if damage == "inputs":
        data["inputs"].reverse()
    elif damage == "technique":
        del data["techniques"]["doubt"]
    elif damage == "length":
        data["techniques"]["doubt"]["weights"].pop()
    else:
        data["techniques"]["doubt"]["bias"] = float("nan")
    with pytest.raises(ValueError, match="should"):
        TechniqueClassifier.from_data(data)


@given(st.text(max_size=60), st.data())
def test_any_span_of_any_text_has_finite_facts(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    assert np.isfinite(Wordings(text).facts(span)).all()
