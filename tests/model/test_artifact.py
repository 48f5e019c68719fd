import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from framescope_model.artifact import (
    DEFAULT_FOLDER,
    REQUIRED_FILES,
    ManifestHeader,
    WindowPlan,
    load_artifact,
    revision_of,
    sha256,
    write_json,
    write_manifest,
)
from framescope_model.errors import ArtifactDamaged, ArtifactForeign, ArtifactMissing
from framescope_model.features import FEATURE_IDS

HEADER = ManifestHeader("tiny", "0.0.1", {}, WindowPlan(24, 4), {}, {}, {})


def edit(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    write_json(path, data)


def test_what_was_written_is_read(tiny_artifact: Path) -> None:
    artifact = load_artifact(tiny_artifact)
    assert (artifact.info.name, artifact.info.version) == ("tiny", "0.0.1")
    assert set(artifact.info.thresholds) == set(FEATURE_IDS)
    assert artifact.info.quality["loaded_language"]["f1"] == 0.5
    assert artifact.info.card == {"license": "Apache-2.0"}
    assert artifact.windows == WindowPlan(24, 4)
    assert artifact.readout.techniques.weights[3].tolist() == [0.0] * 3 + [1.0] + [0.0] * 15
    assert artifact.link_bias.tolist() == [-6.0, -6.0]
    assert artifact.readout.pooling.sharpness.tolist() == [10.0] * 19


def test_the_manifest_names_every_file_with_size_and_digest(tiny_artifact: Path) -> None:
    manifest = json.loads((tiny_artifact / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == set(REQUIRED_FILES)
    for name, entry in manifest["files"].items():
        assert entry == {"sha256": sha256(tiny_artifact / name), "bytes": (tiny_artifact / name).stat().st_size}
    about = {"format", "format_version", "name", "version", "features", "encoder", "windows", "config", "code", "data"}
    assert set(manifest) == about | {"files"}


def test_the_revision_follows_the_files_and_nothing_else(own_artifact: Path) -> None:
    before = load_artifact(own_artifact).info.revision
    assert len(before) == 12
    renamed = write_manifest(own_artifact, ManifestHeader("other", "9", {}, WindowPlan(24, 4), {}, {}, {}))
    assert renamed == before == load_artifact(own_artifact).info.revision
    edit(own_artifact / "decoding.json", lambda data: data.update(cue_threshold=0.6))
    assert write_manifest(own_artifact, HEADER) != before
    assert load_artifact(own_artifact).readout.settings.cue_threshold == 0.6


def test_the_revision_does_not_depend_on_the_order_of_keys() -> None:
    assert revision_of({"a": 1, "b": {"c": 1, "d": 2}}) == revision_of({"b": {"d": 2, "c": 1}, "a": 1})


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_a_manifest_is_no_artifact(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ArtifactMissing, match="give another folder"):
        load_artifact(tmp_path / folder)


@pytest.mark.parametrize("name", REQUIRED_FILES)
def test_an_altered_file_is_noticed(own_artifact: Path, name: str) -> None:
    data = bytearray((own_artifact / name).read_bytes())
    data[len(data) // 2] ^= 1
    (own_artifact / name).write_bytes(data)
    with pytest.raises(ArtifactDamaged, match=f"{name} was altered"):
        load_artifact(own_artifact)


def test_a_file_cut_short_or_missing_is_noticed(own_artifact: Path) -> None:
    model = own_artifact / "model.onnx"
    model.write_bytes(model.read_bytes()[:-1])
    with pytest.raises(ArtifactDamaged, match=r"model\.onnx has \d+ bytes"):
        load_artifact(own_artifact)
    model.unlink()
    with pytest.raises(ArtifactDamaged, match=r"model\.onnx is missing"):
        load_artifact(own_artifact)


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "\udcff"])
def test_a_manifest_that_is_no_json_is_damaged(own_artifact: Path, content: str) -> None:
    (own_artifact / "manifest.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ArtifactDamaged, match=r"manifest\.json"):
        load_artifact(own_artifact)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "another"},
        {"format_version": 3},
        {"features": ["loaded_language"]},
        {"features": list(reversed(FEATURE_IDS))},
        {"files": {}},
        {"files": []},
        {"windows": {"size": 8, "margin": 4}},
        {"windows": {"size": 512, "margin": 4}},
        {"windows": None},
    ],
)
def test_a_manifest_of_another_format_is_foreign(own_artifact: Path, change: dict[str, Any]) -> None:
    edit(own_artifact / "manifest.json", lambda data: data.update(change))
    with pytest.raises(ArtifactForeign, match="retrain"):
        load_artifact(own_artifact)


def test_a_manifest_may_not_point_outside_its_folder(own_artifact: Path) -> None:
    edit(own_artifact / "manifest.json", lambda data: data["files"].update({"../x": {"bytes": 0, "sha256": ""}}))
    with pytest.raises(ArtifactForeign, match="strange entry"):
        load_artifact(own_artifact)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("pooling.json", lambda data: data.pop("link_bias")),
        ("pooling.json", lambda data: data["scale"].pop()),
        ("calibration.json", lambda data: data.pop("doubt")),
        ("decoding.json", lambda data: data.pop("mode_threshold")),
        ("decoding.json", lambda data: data["passage_thresholds"].update(doubt=2)),
        ("card.json", lambda data: data.pop("quality")),
    ],
)
def test_sealed_files_of_another_version_are_foreign(
    own_artifact: Path, name: str, change: Callable[[dict[str, Any]], object]
) -> None:
    edit(own_artifact / name, change)
    write_manifest(own_artifact, HEADER)
    with pytest.raises(ArtifactForeign, match="not of this version"):
        load_artifact(own_artifact)


def test_an_incomplete_folder_is_not_sealed(own_artifact: Path) -> None:
    (own_artifact / "card.json").unlink()
    with pytest.raises(ArtifactMissing, match=r"card\.json"):
        write_manifest(own_artifact, HEADER)


@pytest.mark.weights
@pytest.mark.skipif(not DEFAULT_FOLDER.is_dir(), reason="no artifact is shipped yet")
def test_the_shipped_artifact_is_whole_and_tells_its_quality() -> None:
    info = load_artifact().info
    assert info.quality
    assert info.card
