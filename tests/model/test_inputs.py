import io
from pathlib import Path

import pytest

from framescope_model.errors import EmptyText, WrongKind
from framescope_model.inputs import Source, UnreadableFile, find_sources, read_source


def test_a_folder_stands_for_its_text_files_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "deep/er/c.TXT", "d.html", "e.docx", "f.pdf", "g.doc", "deep/e"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text", encoding="utf-8")
    found = [source.name for source in find_sources([str(tmp_path)])]
    assert found == [str(tmp_path / name) for name in ("a.md", "b.txt", "d.html", "deep/er/c.TXT", "e.docx", "f.pdf")]


def test_files_and_standard_input_keep_their_order() -> None:
    assert list(find_sources(["z.html", "-", "a.txt"])) == [
        Source("z.html", Path("z.html")),
        Source("-", None),
        Source("a.txt", Path("a.txt")),
    ]


def test_a_folder_without_text_files_is_told(tmp_path: Path) -> None:
    (found,) = find_sources([str(tmp_path)])
    assert isinstance(found, UnreadableFile)
    assert found.name == str(tmp_path)


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"a\r\nb\rc\n", "a\r\nb\rc\n"), (b"\xef\xbb\xbfWar", "War"), ("é🔥".encode(), "é🔥")],
)
def test_a_text_is_read_as_it_is_but_for_a_byte_order_mark(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    assert read_source(Source("a.txt", tmp_path / "a.txt"), io.BytesIO()).text == text
    assert read_source(Source("-", None), io.BytesIO(data)).text == text


def test_the_text_of_a_page_is_what_a_reader_sees(tmp_path: Path) -> None:
    (tmp_path / "a.HTML").write_text("<p>War</p><p>Peace 😀", encoding="utf-8")
    assert read_source(Source("a", tmp_path / "a.HTML"), io.BytesIO()).text == "War\n\nPeace 😀"


def test_a_file_of_another_kind_than_its_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("War", encoding="utf-8")
    with pytest.raises(WrongKind):
        read_source(Source("a", tmp_path / "a.pdf"), io.BytesIO())


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"caf\xe9")
    for path, reason in ((tmp_path / "latin.txt", "not UTF-8"), (tmp_path / "none", "No such file")):
        with pytest.raises(UnreadableFile, match=reason):
            read_source(Source("x", path), io.BytesIO())


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf"])
def test_a_blank_text_is_refused(data: bytes) -> None:
    with pytest.raises(EmptyText):
        read_source(Source("-", None), io.BytesIO(data))
