import base64
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from framescope_model.batch.rows import flat_columns, flat_row
from framescope_model.errors import FramescopeError, InputError, UnknownFeature
from framescope_model.inputs import RemoteSource
from framescope_model.reporting import report_page
from framescope_model.reporting.commands import report
from framescope_model.reporting.result_rows import NoResult, ResultFile

HOSTILE = "<script>alert(1)</script> $x_$ 🔥"
FEATURES = ("unattributed_superlative", "doubt")


def rows() -> list[dict[str, Any]]:
    model = {"name": "m", "version": "1", "revision": "abc"}
    found = []
    for number in range(80):
        head = {
            "row": number + 1,
            "id": None,
            "outlet": (HOSTILE, "Daily")[number % 2],
            "date": f"2026-0{1 + number % 2}-03",
        }
        if number == 79:
            found.append({**head, "error": {"code": "text_too_long", "detail": "x"}, "model": model})
            continue
        scores = {feature: {"score": 0.5, "flagged": number % 4 == 0, "share": 0.1} for feature in FEATURES}
        language = {"code": "en", "score": 1.0}
        found.append({**head, "language": language, "passages": 3, "scores": scores, "error": None, "model": model})
    return found


@pytest.fixture(params=[".jsonl", ".csv", ".parquet"])
def result(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"out{request.param}"
    columns = flat_columns(FEATURES, ("outlet", "date"), spans=False)
    flat = [{name: flat_row(row).get(name) for name in columns} for row in rows()]
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    elif path.suffix == ".csv":
        file = io.StringIO()
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({k: str(v).lower() if isinstance(v, bool) else v for k, v in row.items()} for row in flat)
        path.write_text(file.getvalue(), encoding="utf-8", newline="")
    else:
        pq.write_table(pa.Table.from_pylist(flat), path)
    return path


def run(result: Path, *arguments: str) -> Result:
    output = result.parent / "report.html"
    return CliRunner().invoke(report, [str(result), "--output", str(output), *arguments])


def images(page: str) -> list[tuple[str, bytes]]:
    return [
        (kind, base64.b64decode(data)) for kind, data in re.findall(r'src="data:image/([^;]+);base64,([^"]+)"', page)
    ]


def test_a_page_shows_shares_by_outlet_and_over_time(result: Path) -> None:
    done = run(result, "--figures", str(result.parent / "figures"))
    assert done.exit_code == 0, done.output
    page = (result.parent / "report.html").read_text(encoding="utf-8")
    assert "80 rows, 79 of them scored" in page
    assert "m/1+abc (80 rows)" in page
    figures = images(page)
    assert [kind for kind, _ in figures] == ["svg+xml"] * 2
    assert b"Daily, n = 39" in figures[0][1]
    assert b"&lt;script&gt;alert(1)&lt;/script&gt; $x_$" in figures[0][1]
    assert b"2026-01" in figures[1][1]
    saved = sorted(path.name for path in (result.parent / "figures").iterdir())
    assert saved == ["by-month-unattributed_superlative.svg", "by-outlet-unattributed_superlative.svg"]


def test_a_page_asks_for_nothing_and_runs_nothing(result: Path) -> None:
    assert run(result).exit_code == 0
    page = (result.parent / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert not re.search(r"https?:|url\(|@import|<link", page)
    assert "&lt;script&gt;" in page


def test_small_groups_get_no_bar_and_are_named(result: Path) -> None:
    assert run(result, "--min-rows", "40", "--features", "doubt").exit_code == 0
    page = (result.parent / "report.html").read_text(encoding="utf-8")
    assert "Fewer than 40 rows: Daily (n = 39)." in page
    assert b"Daily" not in images(page)[0][1]
    assert run(result, "--min-rows", "100").exit_code == 0
    assert images((result.parent / "report.html").read_text(encoding="utf-8")) == []


def test_only_the_largest_groups_are_drawn(result: Path) -> None:
    assert run(result, "--max-groups", "1", "--min-rows", "1").exit_code == 0
    page = (result.parent / "report.html").read_text(encoding="utf-8")
    assert "Beyond the 1 largest: Daily (n = 39)." in page


def test_figures_may_be_png(result: Path) -> None:
    assert run(result, "--format", "png", "--figures", str(result.parent / "figures")).exit_code == 0
    kinds = images((result.parent / "report.html").read_text(encoding="utf-8"))
    assert {(kind, data[:8]) for kind, data in kinds} == {("png", b"\x89PNG\r\n\x1a\n")}


def test_the_same_result_makes_the_same_page(result: Path) -> None:
    run(result)
    first = (result.parent / "report.html").read_bytes()
    run(result)
    assert (result.parent / "report.html").read_bytes() == first


def test_too_many_periods_are_refused(result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_page, "MAX_PERIODS", 1)
    refused = run(result, "--min-rows", "1").exception
    assert isinstance(refused, InputError)
    assert "longer --period" in str(refused)
    assert list(result.parent.glob("report.html*")) == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [(["--outlet-column", "paper"], InputError), (["--features", "slogans"], UnknownFeature)],
)
def test_columns_and_features_that_are_not_there_are_refused(
    result: Path, arguments: list[str], error: type[FramescopeError]
) -> None:
    assert isinstance(run(result, *arguments).exception, error)
    assert not (result.parent / "report.html").exists()


def test_a_file_that_is_no_result_is_refused(tmp_path: Path) -> None:
    for name, data in {
        "a.jsonl": '{"text": "a"}\n',
        "b.jsonl": "broken",
        "c.csv": "id,text\n1,a\n",
        "d.parquet": "no",
        "e.jsonl": "[]\n",
        "f.csv": "",
    }.items():
        (tmp_path / name).write_text(data, encoding="utf-8")
        with pytest.raises(NoResult):
            ResultFile(tmp_path / name)
    with pytest.raises(NoResult, match="cannot be read"):
        ResultFile(tmp_path / "none.csv")
    result = CliRunner().invoke(report, ["https://example.org/out.csv", "--output", str(tmp_path / "r.html")])
    assert isinstance(result.exception, RemoteSource)


def test_a_broken_row_is_told_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows()[:2]) + "broken\n", encoding="utf-8")
    refused = run(path).exception
    assert isinstance(refused, NoResult)
    assert "row 3" in str(refused)


def test_a_page_that_cannot_be_written_is_told(result: Path) -> None:
    done = CliRunner().invoke(report, [str(result), "--output", str(result.parent / "none" / "report.html")])
    assert isinstance(done.exception, InputError)
    assert "cannot be written" in str(done.exception)
