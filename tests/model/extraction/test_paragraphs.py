import pytest

from framescope_model.extraction.paragraphs import Line, Page, paragraphs


def block(*lines: str, top: float = 500) -> list[Line]:
    return [Line(text, 50, 50 + 5 * len(text), top - 12 * index, 10) for index, text in enumerate(lines)]


def told(*lines: str) -> list[str]:
    return paragraphs([Page(0, 800, [block(*lines)])])


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("It is a respon-", "sible act"), "It is a responsible act"),
        (("It is a respon\u00ad", "sible act"), "It is a responsible act"),
        (("the well-", "known and well-known man"), "the well-known and well-known man"),
        (("the Anglo-", "French pact"), "the Anglo-French pact"),
        (("between 1990-", "1995 it rose"), "between 1990-1995 it rose"),
        (("a soft\u00adly  spoken", "man"), "a softly spoken man"),
    ],
)
def test_a_word_parted_at_the_end_of_a_line_is_put_together(lines: tuple[str, ...], text: str) -> None:
    assert told(*lines) == [text]


def test_bullets_and_other_sizes_begin_anew() -> None:
    assert told("The town has these:", "• a bridge", "• a ferry") == ["The town has these:", "• a bridge", "• a ferry"]
    head = Line("A flood", 50, 90, 520, 18)
    assert paragraphs([Page(0, 800, [[head, *block("It rained for days.")]])]) == ["A flood", "It rained for days."]


def test_a_short_line_after_a_full_stop_ends_its_paragraph() -> None:
    assert told("The council of the old town met.", "It left.", "Nobody at the harbour minded it.") == [
        "The council of the old town met. It left.",
        "Nobody at the harbour minded it.",
    ]


def test_nothing_comes_of_no_pages() -> None:
    assert paragraphs([]) == []
