"""A tokenizer, a network and an artifact small enough to be made in the test, so that no trained weights are needed."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, checker, helper, numpy_helper, save
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from framescope_model.artifact import ManifestHeader, WindowPlan, write_json, write_manifest, write_readout
from framescope_model.calibration import Calibration
from framescope_model.decoding import CHANNEL, DecodingSettings
from framescope_model.documents import Readout
from framescope_model.encoding import SIGNAL_SIZES, TextEncoder
from framescope_model.features import FEATURE_IDS, SOURCING_IDS, TECHNIQUE_IDS
from framescope_model.pooling import Pooling
from framescope_model.prediction import Prediction
from framescope_model.spans import Span
from framescope_model.techniques import TechniqueClassifier

LOW, HIGH = -6.0, 6.0
LINK_SIZE = 8
LINKS = (2, LINK_SIZE)
SHAPES = {
    "features": (19,),
    "presence": (),
    "classes": (14,),
    "mode": (),
    "roles": (3,),
    "link_queries": LINKS,
    "link_keys": LINKS,
}
"""The shape of each output of the network, behind [B, T]."""


def make_tokenizer() -> Tokenizer:
    """A BERT-style tokenizer that cuts words into pieces of at most three letters."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[unused1]", "[unused2]"]
    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,;:!?'\"()-–—…“”‘’$%&"
    common = ["the", "a", "war", "is", "of", "said", "that", "worst", "##ist", "##ing", "##ed", "minister"]
    pieces = [*special, *common, *letters, *(f"##{letter}" for letter in letters)]
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


class Marker:
    """Builds a prediction in which nothing is found but what a test marks, phrase by phrase."""

    def __init__(self, text: str, encoder: TextEncoder) -> None:
        self.text = text
        self.encoded = encoder.encode(text)
        count = len(self.encoded)
        self.features = np.full((count, len(FEATURE_IDS)), LOW, dtype=np.float32)
        self.presence = np.full(count, LOW, dtype=np.float32)
        self.classes = np.zeros((count, len(TECHNIQUE_IDS)), dtype=np.float32)
        self.mode = np.full(count, LOW, dtype=np.float32)
        self.roles = np.full((count, 3), LOW, dtype=np.float32)
        # One dimension of the link space for each relation: a cue asks for its own.
        self.queries = np.zeros((count, 2, LINK_SIZE), dtype=np.float32)
        self.keys = np.zeros((count, 2, LINK_SIZE), dtype=np.float32)
        self._relations = 0

    def span(self, phrase: str) -> Span:
        """Where ``phrase`` stands first."""
        start = self.text.index(phrase)
        return Span(start, start + len(phrase))

    def tokens(self, phrase: str) -> slice:
        """The tokens of the first occurrence of ``phrase``."""
        return slice(*self.encoded.token_range(self.span(phrase)))

    def mark(self, feature: str, phrase: str, logit: float = HIGH, *, mode: float = LOW) -> "Marker":
        """Give the tokens of ``phrase`` a logit for ``feature``, and for a technique presence and class."""
        tokens = self.tokens(phrase)
        self.features[tokens, CHANNEL[feature]] = logit
        self.mode[tokens] = mode
        if feature in TECHNIQUE_IDS:
            self.presence[tokens] = logit
            self.classes[tokens, TECHNIQUE_IDS.index(feature)] = logit
        return self

    def relate(self, cue: str, *, source: str = "", content: str = "") -> "Marker":
        """Mark ``cue`` and link it to ``source`` and ``content``."""
        dimension, self._relations = self._relations, self._relations + 1
        self.roles[self.tokens(cue), 1] = HIGH
        self.queries[self.tokens(cue), :, dimension] = 10.0
        for role, phrase in enumerate((source, content)):
            if phrase:
                self.keys[self.tokens(phrase), role, dimension] = 10.0
        return self

    def predict(self) -> Prediction:
        """The prediction as marked so far."""
        return Prediction(
            self.text,
            self.encoded,
            self.features,
            self.presence,
            self.classes,
            self.mode,
            self.roles,
            self.queries,
            self.keys,
            np.array([LOW, LOW], dtype=np.float32),
        )


def make_readout() -> Readout:
    """Sharp pooling, no calibration, and one half as every threshold."""
    ones, zeros = np.ones(19, dtype=np.float32), np.zeros(19, dtype=np.float32)
    settings = DecodingSettings(dict.fromkeys(FEATURE_IDS, 0.5), dict.fromkeys(SOURCING_IDS, 0.5), 0.5, 0.5, 0.5, 0.5)
    return Readout(Pooling(10 * ones, ones, zeros), Calibration(ones, zeros), settings, TechniqueClassifier.unfitted())


def write_network(path: Path, vocabulary: int) -> None:
    """A network with fixed random weights whose tokens see themselves and the mean of their window."""
    generator = np.random.default_rng(0)
    hidden = 12
    weights = {"embedding": generator.normal(size=(vocabulary, hidden))}
    weights |= {f"{name}_weight": generator.normal(size=(hidden, math.prod(shape))) for name, shape in SHAPES.items()}
    constants = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in weights.items()]
    constants += [
        numpy_helper.from_array(np.array(values, dtype=np.int64), name)
        for name, values in {"one": [1], "last": [-1], "vector": [0, 0], "pair": [0, 0, 2, LINK_SIZE]}.items()
    ]
    nodes = [
        helper.make_node("Gather", ["embedding", "input_ids"], ["embedded"]),
        helper.make_node("Cast", ["signals"], ["signal_values"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["signal_values", "last"], ["signal"], keepdims=1),
        helper.make_node("Add", ["embedded", "signal"], ["informed"]),
        helper.make_node("Cast", ["attention_mask"], ["mask_values"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask_values", "last"], ["mask"]),
        helper.make_node("Mul", ["informed", "mask"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "one"], ["total"], keepdims=1),
        helper.make_node("ReduceSum", ["mask", "one"], ["count"], keepdims=1),
        helper.make_node("Div", ["total", "count"], ["context"]),
        helper.make_node("Add", ["informed", "context"], ["hidden"]),
    ]
    for name, shape in SHAPES.items():
        reshaped = {0: "vector", 2: "pair"}.get(len(shape))
        nodes.append(helper.make_node("MatMul", ["hidden", f"{name}_weight"], [f"{name}_flat" if reshaped else name]))
        if reshaped:
            nodes.append(helper.make_node("Reshape", [f"{name}_flat", reshaped], [name]))
    inputs = {"input_ids": ["B", "T"], "attention_mask": ["B", "T"], "signals": ["B", "T", len(SIGNAL_SIZES)]}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["B", "T", *shape]) for name, shape in SHAPES.items()],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    save(model, path)


def write_artifact(folder: Path, **header: Any) -> str:
    """A whole artifact in ``folder``; returns its revision."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    write_network(folder / "model.onnx", tokenizer.get_vocab_size())
    write_readout(folder, make_readout(), np.array([LOW, LOW], dtype=np.float32))
    quality = {
        "loaded_language": {"precision": 0.5, "recall": 0.5, "f1": 0.5, "positives": 3, "passages": 9, "data": "toy"}
    }
    write_json(folder / "card.json", {"quality": quality, "card": {"license": "Apache-2.0"}})
    fields: dict[str, Any] = {
        "name": "tiny",
        "version": "0.0.1",
        "encoder": {"source": "none", "sha256": None},
        "windows": WindowPlan(24, 4),
        "config": {"seed": 1},
        "code": {"commit": "0" * 40, "versions": {}},
        "data": {},
    }
    return write_manifest(folder, ManifestHeader(**(fields | header)))


@pytest.fixture(scope="session")
def encoder() -> TextEncoder:
    return TextEncoder(make_tokenizer())


@pytest.fixture(scope="session")
def marker(encoder: TextEncoder) -> Callable[[str], Marker]:
    return lambda text: Marker(text, encoder)


@pytest.fixture(scope="session")
def readout() -> Readout:
    return make_readout()


@pytest.fixture(scope="session")
def tiny_artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("artifact")
    write_artifact(folder)
    return folder


@pytest.fixture
def own_artifact(tmp_path: Path) -> Path:
    """An artifact that the test may alter."""
    write_artifact(tmp_path / "artifact")
    return tmp_path / "artifact"
