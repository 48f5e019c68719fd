from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from framescope_model import scorer as scorer_module
from framescope_model.artifact import DEFAULT_FOLDER, ManifestHeader, WindowPlan, load_artifact, write_manifest
from framescope_model.encoding import TextEncoder
from framescope_model.errors import ArtifactForeign, InputError, UnknownFeature
from framescope_model.features import FEATURE_IDS
from framescope_model.results import ScoredDocument, ScoreOptions
from framescope_model.scorer import Prediction, Scorer

SHORT = "The war is the worst of wars."
LONG = "\n\n".join(
    f"Paragraph {index} tells of a minister. The minister said that the war is long, and that it went on."
    for index in range(30)
)
TEXTS = [SHORT, LONG, "", "Headline of the war\n\nA sentence follows.", "   \n", "x" * 300 + " is a word."]
ARRAYS = ("features", "presence", "classes", "mode", "roles", "link_queries", "link_keys")


@pytest.fixture(scope="module")
def tiny(tiny_artifact: Path) -> Scorer:
    return Scorer.load(tiny_artifact, threads=1)


def assert_same(one: Prediction, other: Prediction) -> None:
    for name in ARRAYS:
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-4)


def test_a_text_gets_the_same_prediction_alone_and_in_a_batch(tiny: Scorer) -> None:
    for text, together in zip(TEXTS, tiny.predict(TEXTS), strict=True):
        assert_same(tiny.predict([text])[0], together)


def test_the_order_of_a_batch_does_not_matter(tiny: Scorer) -> None:
    forwards, backwards = tiny.predict(TEXTS), tiny.predict(TEXTS[::-1])
    for one, other in zip(forwards, backwards[::-1], strict=True):
        assert one.text == other.text
        assert_same(one, other)


def test_scores_do_not_depend_on_the_size_of_batches(tiny: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    in_large = tiny.score(TEXTS)
    monkeypatch.setattr(scorer_module, "MAX_BATCH_TOKENS", 1)
    for one, other in zip(in_large, tiny.score(TEXTS), strict=True):
        assert list(scores_of(one)) == pytest.approx(list(scores_of(other)), abs=1e-4)


def scores_of(document: ScoredDocument) -> Sequence[float]:
    return [score for passage in document.passages for score in passage.scores.values()]


def test_no_text_gives_no_document(tiny: Scorer) -> None:
    assert tiny.predict([]) == []
    assert tiny.score([]) == []


@pytest.mark.parametrize("text", ["", " \n\t", "\u2028"])
def test_a_text_without_passages_scores_zero(tiny: Scorer, text: str) -> None:
    (document,) = tiny.score([text])
    assert document.passages == ()
    assert document.spans == ()
    assert set(document.scores) == set(FEATURE_IDS)
    assert {(of.score, of.flagged, of.share) for of in document.scores.values()} == {(0.0, False, 0.0)}


def test_every_token_of_a_long_text_is_predicted_from_the_window_whose_core_holds_it(tiny: Scorer) -> None:
    (prediction,) = tiny.predict([LONG])
    assert len(prediction.encoded) > 3 * tiny.artifact.windows.size
    for name in ARRAYS:
        assert np.isfinite(getattr(prediction, name)).all()
        assert len(getattr(prediction, name)) == len(prediction.encoded)


class EchoSession:
    """Answers with what it was given: each token's position in its window and its vocabulary id."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, int]] = []

    def run(self, output_names: Sequence[str], input_feed: dict[str, Any]) -> Sequence[Any]:
        ids = input_feed["input_ids"]
        self.shapes.append(ids.shape)
        widths = {"features": (19,), "classes": (14,), "roles": (3,), "link_queries": (2, 4), "link_keys": (2, 4)}
        outputs = {name: np.zeros((*ids.shape, *widths.get(name, ())), dtype=np.float32) for name in output_names}
        outputs["presence"] = ids.astype(np.float32)
        outputs["mode"] = np.broadcast_to(np.arange(ids.shape[1], dtype=np.float32), ids.shape)
        return [outputs[name] for name in output_names]


def test_outputs_land_on_the_tokens_they_belong_to(tiny_artifact: Path, encoder: TextEncoder) -> None:
    session = EchoSession()
    predictions = Scorer(load_artifact(tiny_artifact), encoder, session).predict(TEXTS)
    for prediction in predictions:
        np.testing.assert_array_equal(prediction.presence, prediction.encoded.ids)
    # Windows of 24 tokens with margins of 4: the second core begins where the first ends, at token 20.
    mode = predictions[1].mode
    assert mode[:21].tolist() == [*range(1, 21), 5.0]


def test_a_batch_never_exceeds_its_tokens(
    tiny_artifact: Path, encoder: TextEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorer_module, "MAX_BATCH_TOKENS", 100)
    session = EchoSession()
    Scorer(load_artifact(tiny_artifact), encoder, session).predict(TEXTS)
    assert max(rows * tokens for rows, tokens in session.shapes) <= 100
    assert max(rows for rows, _ in session.shapes) > 1


def test_threads_may_share_a_scorer(tiny: Scorer) -> None:
    expected = tiny.score(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        for documents in pool.map(tiny.score, [TEXTS] * 8):
            for one, other in zip(expected, documents, strict=True):
                assert list(scores_of(one)) == pytest.approx(list(scores_of(other)), abs=1e-4)


def test_scoring_is_predicting_and_decoding(tiny: Scorer) -> None:
    options = ScoreOptions(features=("doubt", "slogans"))
    (prediction,) = tiny.predict([LONG])
    assert tiny.score([LONG], options) == [tiny.decode(prediction, options)]


def test_wrong_options_are_refused_even_without_a_text(tiny: Scorer) -> None:
    with pytest.raises(UnknownFeature, match="clickbait"):
        tiny.score([], ScoreOptions(features=("clickbait",)))
    with pytest.raises(UnknownFeature, match="clickbait"):
        tiny.score([], ScoreOptions(thresholds={"clickbait": 0.5}))
    with pytest.raises(InputError, match=r"1\.5"):
        tiny.score([], ScoreOptions(thresholds={"doubt": 1.5}))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_sealed_file_that_is_no_model_is_foreign(own_artifact: Path, name: str) -> None:
    (own_artifact / name).write_text("{}", encoding="utf-8")
    # The manifest is written anew, or the file would count as damaged.
    write_manifest(own_artifact, ManifestHeader("tiny", "0.0.1", {}, WindowPlan(24, 4), {}, {}, {}))
    with pytest.raises(ArtifactForeign, match=name):
        Scorer.load(own_artifact)


@pytest.fixture(scope="module")
def shipped() -> Scorer:
    return Scorer.load()


@pytest.mark.weights
@pytest.mark.skipif(not DEFAULT_FOLDER.is_dir(), reason="no artifact is shipped yet")
class TestShippedArtifact:
    ARTICLE = (
        "Storm plan praised\n\nThe minister said the crisis was the worst in living memory.\n\n"
        "It is a disaster of unprecedented proportions. Experts believe the traitors will stop at nothing. "
        "The council meets on Friday."
    )

    def test_a_text_scores_the_same_alone_and_among_a_hundred(self, shipped: Scorer) -> None:
        others = [f"Report {index}. " + self.ARTICLE * (index % 4) for index in range(99)]
        (alone,) = shipped.score([self.ARTICLE])
        among = shipped.score([*others, self.ARTICLE])[-1]
        assert scores_of(among) == pytest.approx(scores_of(alone), abs=1e-3)

    def test_an_unattributed_superlative_scores_higher_than_plain_news(self, shipped: Scorer) -> None:
        (document,) = shipped.score([self.ARTICLE], ScoreOptions(features=("unattributed_superlative",)))
        by_text = {p.span.cut(self.ARTICLE): p.scores["unattributed_superlative"] for p in document.passages}
        assert by_text["It is a disaster of unprecedented proportions."] > by_text["The council meets on Friday."]

    def test_flags_and_spans_agree(self, shipped: Scorer) -> None:
        (document,) = shipped.score([self.ARTICLE], ScoreOptions(thresholds=dict.fromkeys(FEATURE_IDS, 0.1)))
        flagged = {(f, p.span) for p in document.passages for f in p.flags}
        assert flagged
        for feature, passage in flagged:
            assert any(s.feature == feature and s.span.overlap(passage) for s in document.spans)
