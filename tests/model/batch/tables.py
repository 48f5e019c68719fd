"""What the tests of archives share: rows of all formats, and a scorer that needs no network."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from framescope_model.features import FEATURE_IDS
from framescope_model.model_info import ModelInfo
from framescope_model.results import FeatureScore, ScoredDocument, ScoredPassage, ScoreOptions
from framescope_model.spans import Span

INFO = ModelInfo("counting", "1.0.0", "0123456789ab", dict.fromkeys(FEATURE_IDS, 0.5), {}, {})


class CountingScorer:
    """Scores a text by the digits in it, flags none, and fails on "poison"."""

    info = INFO

    def __init__(self) -> None:
        self.texts: list[str] = []

    def score(self, texts: Sequence[str], options: ScoreOptions) -> list[ScoredDocument]:
        if any("poison" in text for text in texts):
            raise ZeroDivisionError("no such luck")
        self.texts.extend(texts)
        return [self._document(text) for text in texts]

    def _document(self, text: str) -> ScoredDocument:
        score = int("".join(letter for letter in text if letter in "0123456789") or "0") / 1e6
        scores = dict.fromkeys(FEATURE_IDS, score)
        whole = {feature: FeatureScore(score, flagged=False, share=0.0) for feature in FEATURE_IDS}
        return ScoredDocument(whole, (ScoredPassage(Span(0, len(text)), scores, ()),), (), (), ())


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """``rows`` as the format that the name of ``path`` tells."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif path.suffix == ".csv":
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(file.getvalue(), encoding="utf-8", newline="")
    else:
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        pq.write_table(pa.Table.from_pylist(list(rows)), path, row_group_size=100)
    return path


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of an output, flat in CSV and Parquet."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(path) as file:
        rows: list[dict[str, Any]] = file.read().to_pylist()
    return rows
