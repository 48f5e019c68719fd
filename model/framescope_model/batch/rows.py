"""The rows of an output: as JSON in the shape of the native contract, and flat for CSV and Parquet."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from framescope_model.batch.records import Record
from framescope_model.document_json import document_json
from framescope_model.errors import FramescopeError
from framescope_model.features import FEATURE_IDS
from framescope_model.language import DetectedLanguage
from framescope_model.model_info import ModelInfo
from framescope_model.results import ScoredDocument

_ERROR = ("error_code", "error_detail")
_MODEL = ("model_name", "model_version", "model_revision")
OWN_COLUMNS = frozenset({"row", "id", "language", "passages", "scores", "spans", "error", "model", *_ERROR, *_MODEL})
"""The names that a carried column cannot have, besides those of :func:`score_columns`."""


def score_columns(features: Sequence[str]) -> list[str]:
    """The flat columns of ``features``."""
    return [f"{feature}_{part}" for feature in features for part in ("score", "flagged", "share")]


def flat_columns(features: Sequence[str] | None, carried: Sequence[str], *, spans: bool) -> list[str]:
    """All flat columns, in order; ``features`` are those reported, ``None`` for all."""
    reported = [feature for feature in FEATURE_IDS if features is None or feature in features]
    ending = ["spans"] if spans else []
    return ["row", "id", *carried, "language", "passages", *score_columns(reported), *ending, *_ERROR, *_MODEL]


def scored_row(
    record: Record, language: DetectedLanguage, document: ScoredDocument, info: ModelInfo, *, spans: bool
) -> dict[str, Any]:
    """The row of a scored text; spans carry their ``words``, since the text is not told again."""
    told = document_json("", language, document)
    row = {
        **_head(record),
        "language": told["language"],
        "passages": len(document.passages),
        "scores": told["scores"],
    }
    if spans:
        row["spans"] = [{**span, "words": record.text[span["start"] : span["end"]]} for span in told["spans"]]
    return {**row, "error": None, "model": _model(info)}


def failed_row(record: Record, error: FramescopeError, info: ModelInfo) -> dict[str, Any]:
    """The row of a text that cannot be scored."""
    return {**_head(record), "error": {"code": error.code, "detail": str(error)}, "model": _model(info)}


def flat_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without nesting; what it lacks is left out, spans are JSON."""
    nested = {"language", "scores", "spans", "error", "model"}
    flat = {name: value for name, value in row.items() if name not in nested}
    for feature, of in row.get("scores", {}).items():
        flat |= {f"{feature}_{part}": value for part, value in of.items()}
    if "language" in row:
        flat["language"] = row["language"]["code"]
    if "spans" in row:
        flat["spans"] = json.dumps(row["spans"], ensure_ascii=False)
    if row["error"]:
        flat |= {f"error_{part}": value for part, value in row["error"].items()}
    return flat | {f"model_{part}": value for part, value in row["model"].items()}


def _head(record: Record) -> dict[str, Any]:
    return {"row": record.row, "id": record.id, **record.carried}


def _model(info: ModelInfo) -> dict[str, str]:
    return {"name": info.name, "version": info.version, "revision": info.revision}
