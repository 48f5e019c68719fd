import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framescope_model.batch import byte_lines, read_csv
from framescope_model.batch.byte_lines import ByteLines, LineTooLong
from framescope_model.batch.errors import BatchRefused
from framescope_model.batch.read_csv import CsvReader
from framescope_model.batch.read_jsonl import JsonlReader
from framescope_model.batch.read_parquet import ParquetReader
from framescope_model.batch.records import ColumnNames, Position, Record, Rejected, TableReader

TEXT = ColumnNames("text", None, ())
OUTLET = ColumnNames("text", "key", ("outlet",))


def rows(reader: TableReader, start: Position | None = None) -> list[Record | Rejected]:
    return [item for item, _ in reader.read(start or Position())]


def told(found: list[Record | Rejected]) -> list[tuple[Any, ...]]:
    return [(item.row, item.line, item.code) for item in found if isinstance(item, Rejected)]


def texts(found: list[Record | Rejected]) -> list[str]:
    return [item.text for item in found if isinstance(item, Record)]


def file_of(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def goes_on_anywhere(reader: TableReader) -> bool:
    """Whether reading from behind each row yields what reading at once yields behind it."""
    whole = list(reader.read(Position()))
    return all(list(reader.read(position)) == whole[index + 1 :] for index, (_, position) in enumerate(whole))


class TestJsonLines:
    def test_rows_keep_id_columns_and_text_as_it_is(self, tmp_path: Path) -> None:
        line = {"key": 7, "text": "a\r\nb 🔥 \u2028 c", "outlet": None, "more": [1]}
        (found,) = rows(JsonlReader(file_of(tmp_path, "a.jsonl", json.dumps(line)), OUTLET))
        assert found == Record(1, 7, "a\r\nb 🔥 \u2028 c", {"outlet": None})

    @pytest.mark.parametrize(
        ("line", "code"),
        [
            (b'{"text": "a"', "broken_json"),
            (b'{"text": NaN}', "broken_json"),
            (b"[" * 100_000, "broken_json"),
            (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "broken_json"),
            (b"[]", "wrong_type"),
            (b'"text"', "wrong_type"),
            (b'{"text": 7}', "wrong_type"),
            (b'{"text": ["a"]}', "wrong_type"),
            (b"{}", "no_text"),
            (b'{"text": null}', "no_text"),
            (b'{"text": " \\n"}', "no_text"),
            (b'{"text": "caf\xe9"}', "not_utf8"),
            (b'{"text": "\\ud800"}', "not_utf8"),
            (b'{"text": "a", "id": {"x": "\\udfff"}}', "not_utf8"),
        ],
    )
    def test_a_bad_line_is_set_aside_with_its_number_and_the_others_are_read(
        self, tmp_path: Path, line: bytes, code: str
    ) -> None:
        data = b'\xef\xbb\xbf{"text": "first"}\r\n\n' + line + b'\n{"text": "last"}'
        reader = JsonlReader(file_of(tmp_path, "a.jsonl", data), TEXT)
        found = rows(reader)
        assert told(found) == [(2, 3, code)]
        assert texts(found) == ["first", "last"]
        assert goes_on_anywhere(reader)

    def test_a_file_without_rows_has_none(self, tmp_path: Path) -> None:
        for data in ("", "\n\n", "\ufeff"):
            reader = JsonlReader(file_of(tmp_path, "a.jsonl", data), TEXT)
            assert rows(reader) == []
        assert JsonlReader(file_of(tmp_path, "a.jsonl", ""), TEXT).share_done(Position()) == 1.0

    def test_another_encoding_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(BatchRefused, match="UTF-16"):
            rows(JsonlReader(file_of(tmp_path, "a.jsonl", '{"text": "a"}'.encode("utf-16")), TEXT))

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        data=st.lists(st.sampled_from([b'{"text": "a"}', b"\n", b"\r\n", b"x", b'{"text":', b" ", b"\xff"])).map(
            b"".join
        )
    )
    def test_reading_goes_on_behind_any_row(self, tmp_path: Path, data: bytes) -> None:
        assert goes_on_anywhere(JsonlReader(file_of(tmp_path, "a.jsonl", data), TEXT))


class TestCsv:
    def test_quotes_line_ends_and_a_byte_order_mark_are_read_as_excel_writes_them(self, tmp_path: Path) -> None:
        data = '\ufeff"key","text","outlet"\r\n1,"She said ""no"",\r\nthen 🔥\nleft.","A, B"\r\n\r\n2,plain,\r\n'
        reader = CsvReader(file_of(tmp_path, "a.csv", data), OUTLET)
        assert rows(reader) == [
            Record(1, "1", 'She said "no",\r\nthen 🔥\nleft.', {"outlet": "A, B"}),
            Record(2, "2", "plain", {"outlet": ""}),
        ]
        assert goes_on_anywhere(reader)

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (b"only", "wrong_columns"),
            (b"a,b,c", "wrong_columns"),
            (b"1,", "no_text"),
            (b"1,caf\xe9", "not_utf8"),
            (b'1,"a"b', "broken_csv"),
        ],
    )
    def test_a_bad_row_is_set_aside_with_its_line(self, tmp_path: Path, row: bytes, code: str) -> None:
        data = b'id,text\n1,"two\nlines"\n' + row + b"\n2,last\n"
        reader = CsvReader(file_of(tmp_path, "a.csv", data), TEXT)
        found = rows(reader)
        assert told(found) == [(2, 4, code)]
        assert texts(found) == ["two\nlines", "last"]
        assert goes_on_anywhere(reader)

    def test_a_quote_that_never_closes_is_told_with_the_lines_it_took(self, tmp_path: Path) -> None:
        found = rows(CsvReader(file_of(tmp_path, "a.csv", 'id,text\n1,a\n2,"open\n3,b\n'), TEXT))
        assert told(found) == [(2, 3, "broken_csv")]
        assert "to line 4" in found[1].detail  # type: ignore[union-attr]

    def test_a_field_may_be_long_but_not_boundless(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = file_of(tmp_path, "a.csv", "id,text\n1," + "long " * 100_000 + "\n2,b\n")
        assert len(texts(rows(CsvReader(path, TEXT)))[0]) == 500_000
        monkeypatch.setattr(read_csv, "MAX_RECORD_BYTES", 1000)
        found = rows(CsvReader(path, TEXT))
        assert told(found) == [(1, 2, "broken_csv")]
        assert texts(found) == ["b"]

    def test_a_missing_or_doubled_column_is_refused_with_those_there_are(self, tmp_path: Path) -> None:
        for head in ("id;text", "body,id", "text,text", "\n"):
            with pytest.raises(BatchRefused, match=r"columns? 'text'"):
                CsvReader(file_of(tmp_path, "a.csv", f"{head}\n1,a\n"), TEXT)

    def test_a_file_without_a_byte_has_no_rows(self, tmp_path: Path) -> None:
        assert rows(CsvReader(file_of(tmp_path, "a.csv", ""), TEXT)) == []

    def test_another_delimiter_is_read(self, tmp_path: Path) -> None:
        assert texts(rows(CsvReader(file_of(tmp_path, "a.csv", "id;text\n1;a, b\n"), TEXT, ";"))) == ["a, b"]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        body=st.lists(st.sampled_from([b"1,a", b'"', b",", b"\n", b"\r\n", b"\r", b"b", b"\xff", b'""'])).map(b"".join)
    )
    def test_reading_goes_on_behind_any_row(self, tmp_path: Path, body: bytes) -> None:
        assert goes_on_anywhere(CsvReader(file_of(tmp_path, "a.csv", b"id,text\n" + body), TEXT))


class TestParquet:
    def table(self, folder: Path, columns: dict[str, pa.Array], row_group_size: int = 3) -> Path:
        pq.write_table(pa.table(columns), folder / "a.parquet", row_group_size=row_group_size)
        return folder / "a.parquet"

    def test_rows_are_read_behind_any_row_of_any_group(self, tmp_path: Path) -> None:
        path = self.table(tmp_path, {"text": pa.array([f"text {n}" for n in range(10)]), "id": pa.array(range(10))})
        reader = ParquetReader(path, TEXT)
        assert [(item.row, item.id) for item in rows(reader) if isinstance(item, Record)] == [
            (n + 1, n) for n in range(10)
        ]
        assert goes_on_anywhere(reader)
        assert reader.share_done(Position(5)) == 0.5

    @pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
    def test_any_type_of_text_is_read(self, tmp_path: Path, kind: pa.DataType) -> None:
        path = self.table(tmp_path, {"text": pa.array(["a 🔥", None, " "], pa.string()).cast(kind)})
        found = rows(ParquetReader(path, TEXT))
        assert texts(found) == ["a 🔥"]
        assert told(found) == [(2, None, "no_text"), (3, None, "no_text")]

    def test_text_that_is_no_utf8_is_set_aside(self, tmp_path: Path) -> None:
        broken = pa.StringArray.from_buffers(2, pa.py_buffer(b"\0\0\0\0\4\0\0\0\5\0\0\0"), pa.py_buffer(b"caf\xe9b"))
        assert told(rows(ParquetReader(self.table(tmp_path, {"text": broken}), TEXT))) == [(1, None, "not_utf8")]

    def test_what_is_no_text_or_cannot_be_carried_is_refused(self, tmp_path: Path) -> None:
        path = self.table(tmp_path, {"text": pa.array([1]), "body": pa.array(["a"]), "tags": pa.array([["x"]])})
        for columns in (TEXT, ColumnNames("body", None, ("tags",)), ColumnNames("none", None, ())):
            with pytest.raises(BatchRefused):
                ParquetReader(path, columns)
        with pytest.raises(BatchRefused, match="no Parquet file"):
            ParquetReader(file_of(tmp_path, "b.parquet", "no"), TEXT)


@given(st.lists(st.sampled_from([b"a", b"bb", b"\n", b"c" * 5]), max_size=30).map(b"".join))
def test_lines_over_the_limit_are_passed_and_counted(data: bytes) -> None:
    import io  # noqa: PLC0415

    lines, found = ByteLines(io.BytesIO(data), Position(), limit=4), []
    while True:
        try:
            found.append(next(lines))
        except StopIteration:
            break
        except LineTooLong:
            found.append(b"")
    whole = data.splitlines(keepends=True)
    assert found == [line if len(line) <= 4 else b"" for line in whole]
    assert (lines.lines, lines.offset) == (len(whole), len(data))
    assert byte_lines.MAX_RECORD_BYTES >= 2 * 1024 * 1024
