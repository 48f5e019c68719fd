import pytest
from made_files import word

from framescope_model.errors import EncryptedFile, WrongKind
from framescope_model.extraction.kinds import FileKind, check_kind, kind_of_name

OLD_WORD = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.txt", "txt"), ("b/c.PDF", "pdf"), ("x.tar.docx", "docx"), ("p.htm", "html"), ("n.doc", None), ("pdf", None)],
)
def test_the_ending_tells_the_kind(name: str, kind: str | None) -> None:
    assert kind_of_name(name) == kind


def test_a_pdf_may_have_a_line_before_its_header_and_a_page_may_speak_of_it() -> None:
    check_kind(b"mail\n%PDF-1.7", FileKind.PDF)
    check_kind(b"<p>%PDF-1.7</p>", FileKind.HTML)


@pytest.mark.parametrize(
    ("data", "kind", "told"),
    [
        (b"%PDF-1.7", FileKind.DOCX, "it is a PDF"),
        (word("x"), FileKind.PDF, "ZIP"),
        (word("x"), FileKind.HTML, "ZIP"),
        (b"just text", FileKind.PDF, "something else"),
        (OLD_WORD, FileKind.DOCX, "old kind"),
    ],
)
def test_another_kind_is_told(data: bytes, kind: FileKind, told: str) -> None:
    with pytest.raises(WrongKind, match=told):
        check_kind(data, kind)


def test_a_document_with_a_password_is_told() -> None:
    with pytest.raises(EncryptedFile):
        check_kind(OLD_WORD + "EncryptedPackage".encode("utf-16-le"), FileKind.DOCX)
