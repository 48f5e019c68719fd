import pytest
from made_files import column, pdf, picture_pdf

from framescope_model.errors import BrokenFile, EncryptedFile, NoText
from framescope_model.extraction.pdf import read_pdf

LEFT = column(
    20,
    "The council of Lind met on",
    "Monday to speak about transpor-",
    "tation over the new bridge",
    "and about nothing else.",
)
RIGHT = column(
    110,
    "Critics fear that the ferry",
    "will close. The well-known",
    "operator said so 😀 in a long",
    "letter to the mayor of it.",
)
IN_COLUMNS = (
    "The council of Lind met on Monday to speak about transportation over the new bridge and about nothing else.\n\n"
    "Critics fear that the ferry will close. The well-known operator said so 😀 in a long letter to the mayor of it."
)


def test_columns_come_one_after_the_other_however_they_were_written() -> None:
    rows = [line for pair in zip(LEFT, RIGHT, strict=True) for line in pair]
    for written in (LEFT + RIGHT, rows):
        assert read_pdf(pdf(written)).text == IN_COLUMNS


def test_paragraphs_parted_by_a_gap_stay_apart() -> None:
    second = column(20, "Nobody asked the ferrymen what", "they thought of it.", top=70)
    assert (
        read_pdf(pdf(LEFT + second)).text
        == IN_COLUMNS.split("\n\n", maxsplit=1)[0] + "\n\nNobody asked the ferrymen what they thought of it."
    )


def test_paragraphs_parted_by_an_indent_alone_stay_apart() -> None:
    lines = [
        "The council met on Monday in the hall",
        "and spoke about the bridge for a while.",
        "Critics fear that the ferry will",
        "close before the summer comes to us.",
    ]
    placed = [(20 + 6 * (index in {0, 2}), 40 + 4.2 * index, line) for index, line in enumerate(lines)]
    assert read_pdf(pdf(placed)).text == f"{lines[0]} {lines[1]}\n\n{lines[2]} {lines[3]}"


def test_a_sentence_goes_on_over_the_page_past_heads_and_numbers() -> None:
    def page(number: int, *lines: str) -> list[tuple[float, float, str]]:
        return [(20, 12, f"The Lind Courier {number}"), *column(20, *lines), (100, 287, str(number))]

    made = pdf(
        page(1, "The council met on Monday", "in a hall that was"),
        page(2, "too small for it.", "Nobody minded that at all."),
        page(3, "They left at ten."),
    )
    told = read_pdf(made).text
    assert told.startswith("The council met on Monday in a hall that was too small for it.")
    assert "Courier" not in told
    assert told.endswith("They left at ten.")


def test_pages_without_text_are_told() -> None:
    assert read_pdf(pdf(LEFT, [], [])).warnings == ("no text was found on pages 2, 3",)


@pytest.mark.parametrize("made", [picture_pdf(), pdf([])], ids=["picture", "empty"])
def test_a_pdf_of_pictures_is_told(made: bytes) -> None:
    with pytest.raises(NoText, match="no text was found"):
        read_pdf(made)


def test_a_password_is_told_and_one_for_the_owner_alone_does_not_matter() -> None:
    with pytest.raises(EncryptedFile):
        read_pdf(pdf(LEFT, password="secret"))


@pytest.mark.parametrize("keep", [20, 400, 2000])
def test_a_file_cut_short_is_told(keep: int) -> None:
    with pytest.raises((BrokenFile, NoText)):
        read_pdf(pdf(LEFT)[:keep])
