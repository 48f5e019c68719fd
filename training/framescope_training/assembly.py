"""Assembling the artifact: the exported graph, what was fitted on development data, and the measured quality."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from framescope_model.artifact import (
    CARD,
    MODEL,
    TOKENIZER,
    ManifestHeader,
    WindowPlan,
    sha256,
    write_json,
    write_manifest,
    write_readout,
)
from framescope_model.calibration import Calibration
from framescope_model.decoding import DecodingSettings
from framescope_model.documents import Readout
from framescope_model.features import FEATURE_IDS, SOURCING_IDS
from framescope_model.pooling import Pooling
from framescope_model.scorer import Scorer
from framescope_model.techniques import TechniqueClassifier
from framescope_training.config import TrainingConfig
from framescope_training.contrast_pairs import measure_pairs, read_pairs
from framescope_training.development import ATTRIBUTION, SOURCING, TECHNIQUES, DevelopmentDocument, load_development
from framescope_training.evaluation import evaluate, fit_cue, fit_link, fit_mode, fit_presence, fit_span_threshold
from framescope_training.export import export_graph, pooling_of
from framescope_training.fitting import FeatureFit, Line, fit_features, fit_techniques
from framescope_training.material import Material
from framescope_training.network import FramescopeNetwork, build_network, encoder_folder
from framescope_training.swaps import SwapFigures, measure_swaps, read_states
from framescope_training.variants import measure_variants, read_variants

QUALITY_KEYS = ("precision", "recall", "f1", "positives", "passages", "data")
RECORDED_PACKAGES = ("torch", "transformers", "tokenizers", "datasets", "scikit-learn", "onnx", "onnxruntime", "numpy")


@dataclass(frozen=True, slots=True)
class Fits:
    """What is fitted on development data: calibration and threshold a feature, the other thresholds, the classifier."""

    features: Mapping[str, FeatureFit]
    spans: Mapping[str, float]
    presence: float
    mode: float
    cue: float
    link: float
    techniques: TechniqueClassifier


UNFITTED = Fits(
    dict.fromkeys(FEATURE_IDS, FeatureFit(Line(1.0, 0.0), 0.5)),
    dict.fromkeys(SOURCING_IDS, 0.5),
    presence=0.5,
    mode=0.5,
    cue=0.5,
    link=0.5,
    techniques=TechniqueClassifier.unfitted(),
)
"""Stands in until the network has been run over the development documents."""


def assemble_artifact(
    config: TrainingConfig, weights: Path, material: Material, data: Mapping[str, str], folder: Path
) -> dict[str, Any]:
    """Export, calibrate and measure the network whose ``weights`` a run left, into an artifact in ``folder``.

    Args:
        config: the config of the run.
        weights: the state dictionary that :class:`framescope_training.trainer.Trainer` wrote.
        material: all texts and labels.
        data: the SHA-256 of each file that was trained on, by name.
        folder: where the artifact goes; files of the same name there are replaced.

    Returns:
        The report, as ``framescope evaluate`` writes it.
    """
    network = build_network(config.encoder)
    network.load_state_dict(torch.load(weights, weights_only=True))
    folder.mkdir(parents=True, exist_ok=True)
    _write_network(network, config, folder)
    pooling, link_bias = pooling_of(network)
    header = _header(config, data)
    write_readout(folder, _readout(pooling, UNFITTED), link_bias)
    write_json(folder / CARD, {"quality": {}, "card": {}})
    write_manifest(folder, header)

    # The network must run as it will be served before anything can be fitted to what it says.
    scorer = Scorer.load(folder)
    documents = load_development(material, scorer)
    write_readout(folder, _readout(pooling, fit_all(documents)), link_bias)
    figures = evaluate(documents)
    write_json(folder / CARD, card(config, figures, header))
    write_manifest(folder, header)
    return report(Scorer.load(folder), figures)


def report(scorer: Scorer, figures: Mapping[str, Any]) -> dict[str, Any]:
    """The content of ``report.json``: what was measured, of which artifact, with which code."""
    manifest = scorer.artifact.manifest
    return {
        "model": {"name": scorer.info.name, "version": scorer.info.version, "revision": scorer.info.revision},
        "commit": code_commit(),
        "encoder": manifest["encoder"],
        "seed": manifest["config"]["seed"],
        "training_corpora": manifest["config"]["corpora"],
        "figures": figures,
        "fresh_variants": {name: asdict(count) for name, count in measure_variants(scorer, read_variants()).items()},
        "contrast_pairs": {name: asdict(count) for name, count in measure_pairs(scorer, read_pairs()).items()},
        "swaps": {feature: asdict(figures) for feature, figures in _measure_swaps(scorer).items()},
    }


def _measure_swaps(scorer: Scorer) -> dict[str, SwapFigures]:
    held_out = [variant.text for variant in read_variants()] + [passage.text for passage in read_pairs()]
    return measure_swaps(scorer, held_out, read_states())


def card(config: TrainingConfig, figures: Mapping[str, Any], header: ManifestHeader) -> dict[str, Any]:
    """The content of ``card.json``: each feature's quality, all figures, and what they rest on."""
    quality = {feature: {key: figures["features"][feature][key] for key in QUALITY_KEYS} for feature in FEATURE_IDS}
    about = {
        "encoder": dict(header.encoder),
        "training_corpora": list(config.corpora),
        "code": dict(header.code),
        "guideline": "1.2",
        "figures": figures,
    }
    return {"quality": quality, "card": about}


def data_hashes(paths: Sequence[Path]) -> dict[str, str]:
    """The SHA-256 of each file, by its name."""
    return {path.name: sha256(path) for path in paths}


def code_commit() -> str:
    """The commit of the working tree, ``+`` behind it where it was changed; ``unknown`` outside a git checkout."""
    here = Path(__file__).parent

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=here, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def fit_all(documents: Sequence[DevelopmentDocument]) -> Fits:
    """Everything that ships fitted, on all development documents."""
    sourcing = [document for document in documents if SOURCING in document.judged]
    techniques = [document for document in documents if TECHNIQUES in document.judged]
    attribution = [document for document in documents if ATTRIBUTION in document.judged]
    cue = fit_cue(attribution)
    return Fits(
        fit_features(documents),
        {feature: fit_span_threshold(sourcing, feature) for feature in SOURCING_IDS},
        fit_presence(techniques),
        fit_mode(sourcing),
        cue,
        fit_link(attribution, cue),
        fit_techniques(techniques),
    )


def _header(config: TrainingConfig, data: Mapping[str, str]) -> ManifestHeader:
    weights = Path(encoder_folder(config.encoder)) / "model.safetensors"
    digest = config.encoder.sha256 or (sha256(weights) if weights.is_file() else None)
    return ManifestHeader(
        name=config.name,
        version=config.version,
        encoder={"source": config.encoder.source, "sha256": digest},
        windows=WindowPlan(config.windows.size, config.windows.margin),
        config=config.model_dump(mode="json"),
        code={"commit": code_commit(), "versions": {name: version(name) for name in RECORDED_PACKAGES}},
        data=dict(data),
    )


def _write_network(network: FramescopeNetwork, config: TrainingConfig, folder: Path) -> None:
    export_graph(network, folder / MODEL)
    tokenizer = Tokenizer.from_file(str(Path(encoder_folder(config.encoder)) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / TOKENIZER), pretty=False)


def _readout(pooling: Pooling, fits: Fits) -> Readout:
    lines = [fits.features[feature].line for feature in FEATURE_IDS]
    return Readout(
        pooling,
        Calibration(
            np.array([line.slope for line in lines], np.float32),
            np.array([line.intercept for line in lines], np.float32),
        ),
        DecodingSettings(
            passage_thresholds={feature: fit.threshold for feature, fit in fits.features.items()},
            span_thresholds=fits.spans,
            presence_threshold=fits.presence,
            cue_threshold=fits.cue,
            link_threshold=fits.link,
            mode_threshold=fits.mode,
        ),
        fits.techniques,
    )
