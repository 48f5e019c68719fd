import io
import zipfile

import pytest
from made_files import bomb, repacked, with_body, word

from framescope_model.errors import BrokenFile, FileTooLarge, NoText, WrongKind
from framescope_model.extraction.word import MAX_XML_BYTES, read_word


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def test_paragraphs_and_cells_come_as_they_stand() -> None:
    made = word("The mayor spoke. 😀", "Nobody\nlistened.", rows=[("Town", "Votes"), ("Lind", "40")])
    assert read_word(made).text == "The mayor spoke. 😀\n\nTown\n\nVotes\n\nLind\n\n40\n\nNobody\nlistened."


def test_tracked_changes_count_as_accepted_and_are_told() -> None:
    changes = f"<w:del><w:r><w:delText>old </w:delText></w:r></w:del><w:ins>{run('new ')}</w:ins>"
    found = read_word(with_body(f"<w:p>{run('A ')}{changes}<w:hyperlink>{run('line')}</w:hyperlink></w:p>"))
    assert found.text == "A new line"
    assert found.warnings == ("the document has tracked changes; they count as accepted",)


def test_fields_show_their_result_and_footnotes_are_told() -> None:
    field = '<w:r><w:instrText>HYPERLINK "x"</w:instrText></w:r>' + run("here")
    found = read_word(with_body(f"<w:p>{field}<w:r><w:footnoteReference/></w:r></w:p>"))
    assert (found.text, found.warnings) == ("here", ("1 footnotes or endnotes were left out",))


def test_content_controls_and_text_boxes_are_read_once() -> None:
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent><w:p>{run('Box')}</w:p></w:txbxContent>"
    choices = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    either = f"<mc:AlternateContent {space}>{choices}</mc:AlternateContent>"
    held = f"<w:sdt><w:sdtContent><w:p>{run('Held')}</w:p></w:sdtContent></w:sdt>"
    assert read_word(with_body(f"{held}<w:p><w:r>{either}</w:r>{run('End')}</w:p>")).text == "Held\n\nBox\n\nEnd"


def test_a_document_without_text_is_told() -> None:
    with pytest.raises(NoText):
        read_word(word())


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    made = bomb()
    assert len(made) < 1024 * 1024
    with pytest.raises(FileTooLarge):
        read_word(made)
    with pytest.raises(FileTooLarge, match=str(MAX_XML_BYTES)):
        read_word(repacked(word("x"), {"word/document.xml": b" " * (MAX_XML_BYTES + 1)}))


def test_entities_that_grow_are_not_followed() -> None:
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    xml = f'<!DOCTYPE x [<!ENTITY e0 "lol">{grown}]><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p></w:body></w:document>'
    with pytest.raises((BrokenFile, NoText)):
        read_word(repacked(word("x"), {"word/document.xml": xml.encode()}))


def test_deep_and_broken_xml_is_told() -> None:
    for body in ("<w:sdt>" * 50_000 + "</w:sdt>" * 50_000, "<w:p>"):
        with pytest.raises(BrokenFile):
            read_word(with_body(body))


def test_a_file_cut_short_is_told() -> None:
    made = word("x" * 1000)
    for data in (made[:-100], made[:1000], b"PK\x03\x04"):
        with pytest.raises(BrokenFile):
            read_word(data)


def test_another_archive_is_told() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(WrongKind):
        read_word(other.getvalue())
