"""The trained artifact on disk: the one place where its format is written, read and verified.

A folder with ``manifest.json``, which names every other file with its size and SHA-256:

- ``model.onnx`` and ``tokenizer.json``
- ``pooling.json``: ``sharpness``, ``scale``, ``bias`` [19] and ``link_bias`` [2]
- ``calibration.json``: ``slope`` and ``intercept`` of each feature
- ``decoding.json``: the thresholds
- ``techniques.json``: the classifier that names the technique of a span
- ``card.json``: ``quality`` of each feature, and the model ``card``
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from framescope_model.calibration import Calibration
from framescope_model.decoding import DecodingSettings
from framescope_model.documents import Readout
from framescope_model.errors import ArtifactDamaged, ArtifactForeign, ArtifactMissing
from framescope_model.features import FEATURE_IDS
from framescope_model.model_info import ModelInfo
from framescope_model.pooling import Pooling, finite_array
from framescope_model.prediction import FloatArray
from framescope_model.techniques import TechniqueClassifier

FORMAT = "framescope-artifact"
FORMAT_VERSION = 2
MANIFEST = "manifest.json"
MODEL, TOKENIZER = "model.onnx", "tokenizer.json"
POOLING, CALIBRATION, DECODING = "pooling.json", "calibration.json", "decoding.json"
TECHNIQUES, CARD = "techniques.json", "card.json"
REQUIRED_FILES = (MODEL, TOKENIZER, POOLING, CALIBRATION, DECODING, TECHNIQUES, CARD)
DEFAULT_FOLDER = Path(__file__).parent / "default_artifact"
"""The artifact that ships with the package."""

MAX_WINDOW_TOKENS = 254
"""The encoder's positions were learnt for 256 tokens, of which it opens and closes a window with two."""


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """The windows a model was trained on, in tokens without the opening and closing one."""

    size: int
    margin: int


@dataclass(frozen=True, slots=True)
class ManifestHeader:
    """What a manifest tells besides the files.

    Args:
        name, version: the model's.
        encoder: ``source`` and ``sha256`` of the base encoder.
        windows: the windows it was trained on.
        config: the training config as data.
        code: ``commit`` and ``versions`` of the packages it was trained with.
        data: SHA-256 of each training file.
    """

    name: str
    version: str
    encoder: Mapping[str, Any]
    windows: WindowPlan
    config: Mapping[str, Any]
    code: Mapping[str, Any]
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Artifact:
    """A verified artifact, all but the network and the tokenizer read into memory. ``link_bias`` is float32 [2]."""

    folder: Path
    manifest: Mapping[str, Any]
    info: ModelInfo
    windows: WindowPlan
    readout: Readout
    link_bias: FloatArray


def write_manifest(folder: Path, header: ManifestHeader) -> str:
    """Seal the files that lie in ``folder`` with a manifest, and return the revision.

    Raises:
        ArtifactMissing: a required file is not there yet.
    """
    absent = [name for name in REQUIRED_FILES if not (folder / name).is_file()]
    if absent:
        raise ArtifactMissing(f"{folder} lacks {', '.join(absent)}: write all files before the manifest")
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.name != MANIFEST)
    files = {name: {"sha256": sha256(folder / name), "bytes": (folder / name).stat().st_size} for name in names}
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        **asdict(header),
        "features": list(FEATURE_IDS),
        "files": files,
    }
    write_json(folder / MANIFEST, manifest)
    return revision_of(files)


def write_readout(folder: Path, readout: Readout, link_bias: FloatArray) -> None:
    """Write ``pooling.json``, ``calibration.json``, ``decoding.json`` and ``techniques.json``; ``link_bias`` is [2]."""
    write_json(folder / POOLING, {**readout.pooling.to_data(), "link_bias": link_bias.tolist()})
    write_json(folder / CALIBRATION, readout.calibration.to_data())
    write_json(folder / DECODING, readout.settings.to_data())
    write_json(folder / TECHNIQUES, readout.techniques.to_data())


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write ``data`` the way all JSON files of an artifact are written."""
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def revision_of(files: Mapping[str, Any]) -> str:
    """The first twelve hex digits of the SHA-256 over the canonical JSON of a manifest's ``files``."""
    canonical = json.dumps(files, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_artifact(folder: Path | None = None) -> Artifact:
    """Read and verify the artifact in ``folder``, by default the one that ships with the package.

    Raises:
        ArtifactMissing: there is none.
        ArtifactDamaged: a file is missing, cut short or altered.
        ArtifactForeign: it has another format, version or set of features.
    """
    folder = folder or DEFAULT_FOLDER
    if not (folder / MANIFEST).is_file():
        raise ArtifactMissing(f"no trained artifact lies in {folder}; {_remedy(folder)}")
    manifest = _read_json(folder, MANIFEST)
    _check_format(folder, manifest)
    for name, expected in manifest["files"].items():
        _check_file(folder, name, expected)
    pooling, calibration, decoding, techniques, card = (_read_json(folder, name) for name in REQUIRED_FILES[2:])
    try:
        readout = Readout(
            Pooling.from_data(pooling),
            Calibration.from_data(calibration),
            DecodingSettings.from_data(decoding),
            TechniqueClassifier.from_data(techniques),
        )
        link_bias = finite_array(pooling, "link_bias", 2)
        info = ModelInfo(
            name=str(manifest["name"]),
            version=str(manifest["version"]),
            revision=revision_of(manifest["files"]),
            thresholds=readout.settings.passage_thresholds,
            quality=dict(card["quality"]),
            card=dict(card["card"]),
        )
        windows = _window_plan(manifest["windows"])
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactForeign(f"the artifact in {folder} is not of this version: {error}; {_remedy(folder)}") from error
    return Artifact(folder, manifest, info, windows, readout, link_bias)


def _remedy(folder: Path) -> str:
    if folder == DEFAULT_FOLDER:
        return "reinstall framescope, or name the folder of an artifact that was trained with this version"
    return "give another folder, retrain with `framescope train`, or give none to use the shipped artifact"


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        data = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ArtifactDamaged(f"{folder / name} cannot be read: {error}; {_remedy(folder)}") from error
    if not isinstance(data, dict):
        raise ArtifactForeign(f"{folder / name} holds no JSON object; {_remedy(folder)}")
    return data


def _check_format(folder: Path, manifest: Mapping[str, Any]) -> None:
    found = (manifest.get("format"), manifest.get("format_version"))
    if found != (FORMAT, FORMAT_VERSION):
        raise ArtifactForeign(
            f"the artifact in {folder} has the format {found[0]!r}, version {found[1]!r}, and this version reads "
            f"{FORMAT!r}, version {FORMAT_VERSION}; {_remedy(folder)}"
        )
    if manifest.get("features") != list(FEATURE_IDS):
        raise ArtifactForeign(f"the artifact in {folder} was trained for other features; {_remedy(folder)}")
    files = manifest.get("files")
    if not isinstance(files, dict) or not set(REQUIRED_FILES) <= set(files):
        raise ArtifactForeign(f"the manifest in {folder} does not name {', '.join(REQUIRED_FILES)}; {_remedy(folder)}")


def _check_file(folder: Path, name: str, expected: object) -> None:
    if Path(name).name != name or not isinstance(expected, dict):
        raise ArtifactForeign(f"the manifest in {folder} has a strange entry {name!r}; {_remedy(folder)}")
    path = folder / name
    if not path.is_file():
        raise ArtifactDamaged(f"{path} is missing; {_remedy(folder)}")
    size = path.stat().st_size
    if size != expected.get("bytes"):
        raise ArtifactDamaged(f"{path} has {size} bytes and should have {expected.get('bytes')}; {_remedy(folder)}")
    if sha256(path) != expected.get("sha256"):
        raise ArtifactDamaged(f"{path} was altered: its SHA-256 is not that of the manifest; {_remedy(folder)}")


def _window_plan(data: Mapping[str, Any]) -> WindowPlan:
    size, margin = data["size"], data["margin"]
    if not (isinstance(size, int) and isinstance(margin, int) and 0 <= 2 * margin < size <= MAX_WINDOW_TOKENS):
        raise ValueError(f"windows of {size!r} tokens with margins of {margin!r} cannot be planned")
    return WindowPlan(size, margin)
