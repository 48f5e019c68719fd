"""The scorer: texts in, scored documents out, on ONNX Runtime."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from framescope_model.artifact import MODEL, TOKENIZER, Artifact, load_artifact
from framescope_model.documents import check_options, decode_prediction
from framescope_model.encoding import SIGNAL_SIZES, EncodedDocument, TextEncoder
from framescope_model.errors import ArtifactForeign
from framescope_model.features import FEATURE_IDS, TECHNIQUE_IDS
from framescope_model.model_info import ModelInfo
from framescope_model.prediction import FloatArray, IntArray, Prediction
from framescope_model.results import ScoredDocument, ScoreOptions
from framescope_model.windows import Window, plan_windows

__all__ = ["INPUTS", "OUTPUTS", "Prediction", "Scorer"]

INPUTS = ("input_ids", "attention_mask", "signals")
OUTPUTS = ("features", "presence", "classes", "mode", "roles", "link_queries", "link_keys")
MAX_BATCH_TOKENS = 4096
"""Tokens of one forward pass, padding included: it bounds memory, and larger batches are no faster on CPUs."""
_DEFAULTS = ScoreOptions()
_WIDTHS = ((len(FEATURE_IDS),), (), (len(TECHNIQUE_IDS),), (), (3,), (2, 0), (2, 0))
_NO_TOKENS = {name: np.zeros((0, *width), dtype=np.float32) for name, width in zip(OUTPUTS, _WIDTHS, strict=True)}


class Session(Protocol):
    """The part of an ONNX Runtime session that the scorer uses; it may be called from several threads at once."""

    def run(self, output_names: Sequence[str], input_feed: dict[str, IntArray]) -> Sequence[npt.NDArray[np.generic]]:
        """The named outputs for the inputs."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A window of one of the documents."""

    document: int
    window: Window

    def __len__(self) -> int:
        return self.window.end - self.window.start


class Scorer:
    """Scores texts with a trained artifact; safe to share between threads."""

    def __init__(self, artifact: Artifact, encoder: TextEncoder, session: Session) -> None:
        self.artifact = artifact
        self._encoder = encoder
        self._session = session

    @classmethod
    def load(cls, path: Path | None = None, *, threads: int | None = None) -> "Scorer":
        """Load the artifact in ``path`` (default: the shipped one), to run on ``threads`` (default: all cores).

        Raises:
            ArtifactError: it is missing, damaged or foreign.
        """
        artifact = load_artifact(path)
        try:
            encoder = TextEncoder(Tokenizer.from_file(str(artifact.folder / TOKENIZER)))
        except Exception as error:  # tokenizers raises bare exceptions
            raise ArtifactForeign(f"{artifact.folder / TOKENIZER} is no tokenizer of this version: {error}") from error
        return cls(artifact, encoder, _open_session(artifact.folder / MODEL, threads))

    @property
    def info(self) -> ModelInfo:
        """The identity and the measured quality of the artifact."""
        return self.artifact.info

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """What the network says of each text, in order; a text without passages has no tokens.

        Windows of all texts share batches of at most ``MAX_BATCH_TOKENS``, those of like length together.
        """
        documents = [self._encoder.encode(text) for text in texts]
        plan = self.artifact.windows
        jobs = [
            _Job(index, window)
            for index, document in enumerate(documents)
            for window in plan_windows(len(document), plan.size, plan.margin)
        ]
        outputs: list[dict[str, FloatArray]] = [{} for _ in texts]
        for batch in _batches(jobs):
            self._run(batch, documents, outputs)
        return [
            Prediction(text, document, **(found or _NO_TOKENS), link_bias=self.artifact.link_bias)
            for text, document, found in zip(texts, documents, outputs, strict=True)
        ]

    def decode(self, prediction: Prediction, options: ScoreOptions = _DEFAULTS) -> ScoredDocument:
        """The scored document that a prediction holds under ``options``; cheap and pure.

        Raises:
            UnknownFeature: a feature id in ``options`` is none of ours.
            InputError: a threshold in ``options`` is no probability.
        """
        return decode_prediction(prediction, self.artifact.readout, options)

    def score(self, texts: Sequence[str], options: ScoreOptions = _DEFAULTS) -> list[ScoredDocument]:
        """Predict and decode: one scored document for each text, in order.

        Raises:
            UnknownFeature: a feature id in ``options`` is none of ours.
            InputError: a threshold in ``options`` is no probability.
        """
        check_options(options)
        return [self.decode(prediction, options) for prediction in self.predict(texts)]

    def _run(
        self, batch: Sequence[_Job], documents: Sequence[EncodedDocument], outputs: list[dict[str, FloatArray]]
    ) -> None:
        """Run a batch of windows, and write what the network says of their cores into their documents' ``outputs``."""
        results = self._session.run(OUTPUTS, self._inputs(batch, documents))
        for name, result in zip(OUTPUTS, results, strict=True):
            for row, job in enumerate(batch):
                target = outputs[job.document]
                if name not in target:
                    target[name] = np.empty((len(documents[job.document]), *result.shape[2:]), dtype=np.float32)
                window = job.window
                # The encoder's opening token stands before the window's first.
                first, last = (1 + core - window.start for core in (window.core_start, window.core_end))
                target[name][window.core_start : window.core_end] = result[row, first:last]

    def _inputs(self, batch: Sequence[_Job], documents: Sequence[EncodedDocument]) -> dict[str, IntArray]:
        """The network's inputs for B windows, each opened, closed and padded to the longest, T."""
        shape = (len(batch), 2 + max(map(len, batch)))
        ids = np.full(shape, self._encoder.pad_id, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        signals = np.zeros((*shape, len(SIGNAL_SIZES)), dtype=np.int64)
        for row, job in enumerate(batch):
            document, tokens, end = documents[job.document], slice(job.window.start, job.window.end), 1 + len(job)
            ids[row, 0], ids[row, 1:end], ids[row, end] = (
                self._encoder.open_id,
                document.ids[tokens],
                self._encoder.close_id,
            )
            mask[row, : end + 1] = 1
            signals[row, 1:end] = document.signals[tokens]
        return dict(zip(INPUTS, (ids, mask, signals), strict=True))


def _batches(jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """``jobs`` from the longest to the shortest, in batches of at most ``MAX_BATCH_TOKENS`` or one job."""
    queue = sorted(jobs, key=len, reverse=True)
    start = 0
    while start < len(queue):
        size = max(1, MAX_BATCH_TOKENS // (2 + len(queue[start])))
        yield queue[start : start + size]
        start += size


def _open_session(model: Path, threads: int | None) -> Session:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    # Patterns are kept for each shape of input, and every batch may have another.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's exceptions share no public base
        raise ArtifactForeign(f"ONNX Runtime {onnxruntime.__version__} cannot run {model}: {error}") from error
    inputs, outputs = ({value.name for value in values} for values in (session.get_inputs(), session.get_outputs()))
    if inputs != set(INPUTS) or not set(OUTPUTS) <= outputs:
        raise ArtifactForeign(
            f"{model} has other inputs or outputs than framescope's network; retrain it with this version"
        )
    runner: Session = session
    return runner
