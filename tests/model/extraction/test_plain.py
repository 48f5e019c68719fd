import pytest

from framescope_model.errors import EmptyText, NoText, TextTooLong, UnknownEncoding
from framescope_model.extraction.extracted import MAX_TEXT_LENGTH
from framescope_model.extraction.plain import read_html, read_plain


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\n\r\nb\r", "a\r\n\r\nb\r"),
        ("😀 é".encode(), "😀 é"),
        (b"\xef\xbb\xbfWar", "War"),
        ("War 😀".encode("utf-16"), "War 😀"),
    ],
)
def test_a_plain_text_stays_as_it_is(data: bytes, text: str) -> None:
    assert read_plain(data).text == text


def test_what_is_no_utf8_empty_or_endless_is_refused() -> None:
    with pytest.raises(UnknownEncoding, match="byte 3"):
        read_plain(b"caf\xe9")
    with pytest.raises(EmptyText):
        read_plain(b" \r\n")
    with pytest.raises(TextTooLong):
        read_plain(b"a" * (MAX_TEXT_LENGTH + 1))


def test_blocks_of_a_page_become_paragraphs() -> None:
    page = (
        "<!doctype html><title>Not</title><h1>Flood 😀</h1>\r\n<p>It\r\nrained &amp; rained.<table><td>A<td>B</table>"
    )
    assert read_html(page.encode()).text == "Flood 😀\n\nIt rained & rained.\n\nA\n\nB"


@pytest.mark.parametrize(
    ("data", "warned"),
    [
        (b'<meta charset="iso-8859-1"><p>caf\xe9 \x96 bar', False),
        (b'<meta charset="no-such"><p>caf\xe9 \x96 bar', True),
        (b"<p>caf\xe9 \x96 bar", True),
        ("<p>café – bar".encode(), False),
        (b"<?xml encoding='utf-8'?><meta charset=utf-16><p>caf\xc3\xa9 \xe2\x80\x93 bar", False),
        (b"<meta charset=zip><p>caf\xe9 \x96 bar", True),
    ],
)
def test_a_page_is_read_in_its_encoding(data: bytes, warned: bool) -> None:
    found = read_html(data)
    assert (found.text, bool(found.warnings)) == ("café – bar", warned)


def test_a_page_that_is_not_in_the_encoding_it_names_is_told() -> None:
    with pytest.raises(UnknownEncoding, match="utf-8"):
        read_html(b"<meta charset=utf-8><p>caf\xe9")


def test_a_page_of_scripts_holds_no_text() -> None:
    with pytest.raises(NoText):
        read_html(b"<script>document.write('x')</script>")
