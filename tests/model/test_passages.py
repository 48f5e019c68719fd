import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.passages import PassageKind, paragraph_spans, segment
from framescope_model.spans import Span

PROSE = "Intro of the day.\n"


def cut(text: str) -> list[str]:
    return [passage.span.cut(text) for passage in segment(text).passages]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph that is not the first of its text."""
    return cut(PROSE + paragraph)[1:]


@pytest.mark.parametrize(
    "expected",
    [
        ["He left.", "She stayed."],
        ["Mr. Example met Gen. Sample and Sen. Other (D-N.Y.) there.", "They spoke."],
        ["The U.S. Army left the U.S. on Monday.", "It was cold in the U.S.", "The troops were glad."],
        ["On Jan. 5 at 5 p.m. Monday the vote began.", "It ended at 9 p.m.", "Nobody cheered."],
        ["See No. 5 and Fig. 3 for more.", "He said no.", "She said yes."],
        ["Fruit, e.g. apples, i.e. the red ones, sold well.", "Pears did not."],
        ["J. K. Rowling and George W. Bush spoke in St. Louis.", "They left."],
        ["The board of Acme Inc. met in Roe v. Wade week.", "Shares of Acme Inc. fell.", "Then they rose."],
        ["It cost $3.5 million, or 2.1 percent.", "That is a lot."],
        ["He was ill.", "Smith stayed at home."],
        ["Well… he left.", "He said …", "The end came."],
        ["Wait...", "The train left."],
        ["“We won,” he said.", "“It was late.", "Nobody slept.”", "She left."],
        ['"Stop!" he said.', '"Is it over?" Mr. Example asked.', '"Yes."', "He left."],
        ["Is it?", "Yes!", "Really?!", "No way."],
        ["(He was dismissed.)", "Then he sued."],
        ["He left (she says so.) and came back.", "Good."],
        ["Prices rose.", "😡 Wages did not."],
        ["`` We won , '' he said .", "`` It was late . ''", "She left ."],
        ["1. The first point is money.", "It is short."],
        ["Then-Cmdr. Jane Example resigned.", "Nobody replaced her."],
        ["In 2016.", "2017 was worse."],
        ["It was World War II.", "Nobody won."],
        ["The claim is false [1].", "Next."],
        ["She paid Sens. Bob Example and Al Sample.", "They denied it."],
    ],
)
def test_cuts_sentences_where_they_end(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_parts_sentences_that_lost_the_space_between_them() -> None:
    assert sentences("It is over, he said.The war goes on.") == ["It is over, he said.", "The war goes on."]


@pytest.mark.parametrize("name", ["example.org", "www.Example.Org", "Node.Js", "v1.The2", "Yahoo!News"])
def test_leaves_names_with_dots_whole(name: str) -> None:
    assert sentences(f"We use {name} daily.") == [f"We use {name} daily."]


def test_casual_writing_without_capitals_is_cut_too() -> None:
    assert sentences("this is a lie. they know it! everyone does... yes") == [
        "this is a lie.",
        "they know it!",
        "everyone does...",
        "yes",
    ]


def test_lower_case_after_a_stop_does_not_open_a_sentence_in_edited_text() -> None:
    assert sentences("The approx. value of the cont. figure is low.") == [
        "The approx. value of the cont. figure is low."
    ]


def test_a_text_without_stops_stays_one_passage() -> None:
    text = "word " * 4000
    assert cut(text) == [text.strip()]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\n\n", "\r\n\r\n"])
def test_every_line_break_ends_a_paragraph(newline: str) -> None:
    text = newline.join(["First one.", "Second one.", "Third one."])
    assert cut(text) == ["First one.", "Second one.", "Third one."]
    assert [passage.paragraph for passage in segment(text).passages] == [0, 1, 2]


WRAPPED = [
    "The ministry said on Tuesday that the country would not accept the terms",
    "of the agreement. The minister, who had visited the region in the year of",
    "the flood, called it a mistake. Nobody from the opposition was present at",
    "the meeting.",
]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_hard_wrapped_lines_are_one_paragraph(newline: str) -> None:
    text = newline.join([*WRAPPED, "", *WRAPPED])
    result = segment(text)
    assert len(result.paragraphs) == 2
    assert len(result.passages) == 6
    assert result.passages[1].span.cut(text).split()[-1] == "mistake."


def test_a_wrapped_line_that_begins_with_a_name_is_joined() -> None:
    lines = [
        "The minister said on Tuesday that the talks in the capital between Kyiv and",
        "Moscow had failed, because neither of the two had brought anything that the",
        "other could have accepted, and the guests went home.",
    ]
    assert len(paragraph_spans("\n".join(lines))) == 1


def test_sentences_on_lines_of_their_own_stay_paragraphs() -> None:
    lines = ["The minister resigned on Monday after a long night of talks.", "Nobody knows who follows."]
    assert len(paragraph_spans("\n".join(lines))) == 2


def test_list_lines_are_not_joined() -> None:
    lines = ["- bread and butter from the old bakery at the corner of the street", "- milk", "* eggs", "2) flour"]
    assert cut("\n".join(lines)) == lines


def kinds(text: str) -> list[PassageKind]:
    return [passage.kind for passage in segment(text).passages]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Storm Hits Coast\nIt rained.", PassageKind.HEADLINE),
        ("Who Let the Dogs Out?\nIt rained.", PassageKind.HEADLINE),
        ("Who let the dogs out?", PassageKind.SENTENCE),
        ("It rained.\nThen it snowed.", PassageKind.SENTENCE),
        ("The office said in a note:\nIt rained.", PassageKind.SENTENCE),
        ("a long line " * 20 + "\nIt rained.", PassageKind.SENTENCE),
        ("They will pay. https://example.org/a", PassageKind.SENTENCE),
    ],
)
def test_first_line_kind(text: str, kind: PassageKind) -> None:
    assert kinds(text)[0] is kind


def test_a_short_line_without_a_stop_between_paragraphs_is_a_headline() -> None:
    assert kinds("It rained.\nWhat comes next\nIt snowed.\nWhy?") == [
        PassageKind.SENTENCE,
        PassageKind.HEADLINE,
        PassageKind.SENTENCE,
        PassageKind.SENTENCE,
    ]


def test_a_list_item_is_no_headline() -> None:
    assert kinds("It rained.\n- more rain\n- snow")[1:] == [PassageKind.SENTENCE] * 2


def test_boilerplate_is_skipped_and_keeps_its_place() -> None:
    text = "Storm Hits Coast\nBy John Example\nIt rained.\n  Advertisement \nIt snowed."
    result = segment(text)
    assert [skipped.span.cut(text) for skipped in result.skipped] == ["By John Example", "Advertisement"]
    assert {skipped.reason for skipped in result.skipped} == {"boilerplate"}
    assert [passage.paragraph for passage in result.passages] == [0, 2, 4]
    assert len(result.paragraphs) == 5


def test_a_headline_after_boilerplate_is_still_the_first_line() -> None:
    assert kinds("Share\nWho Won?\nNobody did.")[0] is PassageKind.HEADLINE


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\t\u2028"])
def test_a_blank_text_has_nothing(text: str) -> None:
    assert segment(text) == segment("")
    assert segment(text).paragraphs == ()


ALPHABET = st.sampled_from(
    [*"aB. .!?…\"'“”‘’()-\n\r\u2028\t 1é中\ud800😡", "Mr. ", "U.S. ", "he said. ", "\r\n", "Share\n"]
)
TEXTS = st.one_of(st.text(), st.lists(ALPHABET, max_size=60).map("".join))


@given(TEXTS)
@settings(max_examples=400)
def test_passages_are_ordered_disjoint_trimmed_and_lie_in_their_paragraph(text: str) -> None:
    result = segment(text)
    previous_end = 0
    for passage in result.passages:
        body = passage.span.cut(text)
        paragraph = result.paragraphs[passage.paragraph]
        assert body
        assert body == body.strip()
        assert paragraph.start <= passage.span.start <= passage.span.end <= paragraph.end
        assert passage.span.start >= previous_end
        previous_end = passage.span.end
    assert sorted(result.paragraphs) == list(result.paragraphs)


@given(TEXTS)
@settings(max_examples=400)
def test_passages_and_skipped_lines_cover_everything_but_white_space_once(text: str) -> None:
    result = segment(text)
    times = [0] * len(text)
    for span in [*(passage.span for passage in result.passages), *(skipped.span for skipped in result.skipped)]:
        for index in range(span.start, span.end):
            times[index] += 1
    assert all(count == 1 or (count == 0 and text[index].isspace()) for index, count in enumerate(times))


@given(TEXTS)
def test_paragraphs_are_those_of_the_segmentation(text: str) -> None:
    assert paragraph_spans(text) == segment(text).paragraphs


@given(TEXTS)
def test_space_around_a_text_only_shifts_it(text: str) -> None:
    shifted = segment("\n\n" + text + "\n")
    moved = tuple(Span(passage.span.start + 2, passage.span.end + 2) for passage in segment(text).passages)
    assert tuple(passage.span for passage in shifted.passages) == moved


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        '"',
        ".",
        "\n",
        " ",
        "“”",
        ". ",
        "a .",
        ".) ",
        "A. ",
        "- ",
        "\r \n",
        "’ ",
        "(",
        "…”",
        "a" * 70 + "\n",
        "He said so. ",
    ],
)
def test_time_grows_with_the_length_of_the_text_and_no_faster(unit: str) -> None:
    text = unit * (500_000 // len(unit))
    start = time.perf_counter()
    segment(text)
    assert time.perf_counter() - start < 5.0
