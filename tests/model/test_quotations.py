import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.quotations import quoted_ranges


def quoted(text: str) -> list[str]:
    return [span.cut(text) for span in quoted_ranges(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "no way" and left.', ['"no way"']),
        ("“We won,” he said. “And we slept.”", ["“We won,”", "“And we slept.”"]),
        ("He saw a “miracle” there.", ["“miracle”"]),
        ("''He is out,'' she said. ``Yes'' and ‘‘no’’.", ["''He is out,''", "``Yes''", "‘‘no’’"]),
        ("`` We won , '' he said .", ["`` We won , ''"]),
        ("« Oui », »ja« and „gut“.", ["« Oui »", "»ja«", "„gut“"]),
        ('He said,"We won"and left.', ['"We won"']),
        ('(“one”) and—"two"—end', ["“one”", '"two"']),
        ("‘We won,’ he said.", ["‘We won,’"]),
        ("'We can't go,' she said.", ["'We can't go,'"]),
    ],
)
def test_knows_the_marks_that_writers_use(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "It's Tom's and the workers' rights, don't you think?",
        "It’s Tom’s and the workers’ rights, don’t you think?",
        "The '90s gave 'em hope, rock 'n' roll and 'til dawn.",
        "The ‘90s and the summer of ‘69 were the leaders’ best.",
        'He is 6\'2" tall, with a 5" scar.',
        'Empty: "" and “”.',
        "No marks at all.",
        "",
    ],
)
def test_apostrophes_and_measures_quote_nothing(text: str) -> None:
    assert quoted(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\"He told me 'no' twice,\" she said.", ["\"He told me 'no' twice,\""]),
        ("“He told me ‘no’ twice,” she said.", ["“He told me ‘no’ twice,”"]),
        ("'He told me \"never again\" twice.' Then he left.", ["'He told me \"never again\" twice.'"]),
        ('“He said "mixed" here,” she said.', ['“He said "mixed" here,”']),
        ("\"'No,' he said,\" she said.", ["\"'No,' he said,\""]),
    ],
)
def test_a_nested_quotation_is_part_of_the_outer_one(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


def test_a_quotation_of_several_paragraphs_opens_anew_in_each() -> None:
    text = "“First part.\n\n“Second part.\n\n“Third,” he said."
    assert quoted(text) == ["“First part.", "“Second part.", "“Third,”"]


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""'])
def test_a_quotation_goes_on_when_a_later_line_closes_it_first(opening: str, closing: str) -> None:
    text = f"{opening}They knew it.\nAll of them.\nIt was bad,{closing} he said.\nThe {opening}end{closing}."
    assert quoted(text) == [
        f"{opening}They knew it.",
        "All of them.",
        f"It was bad,{closing}",
        f"{opening}end{closing}",
    ]


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    assert quoted('He said: "It is over.\n\nNobody came.\n\nThe "end" was near.') == ['"It is over.', '"end"']


def test_a_forgotten_closing_mark_does_not_reach_far() -> None:
    text = '"It is over.\n' + "Nobody came.\n" * 20 + 'He left," he said.'
    assert quoted(text) == ['"It is over.']


def test_a_plural_possessive_does_not_close_a_longer_quotation() -> None:
    text = "'We will fight until the workers' rights are safe,' she said."
    assert quoted(text) == ["'We will fight until the workers' rights are safe,'"]


def test_a_scare_quote_that_ends_in_s_is_closed() -> None:
    assert quoted("The 'experts' were wrong about the workers' rights.") == ["'experts'"]


MARKS = st.lists(st.sampled_from([*"\"'“”‘’«»„`ab .,\n", "''", "``", "s' ", "\r\n", "\ud800"]), max_size=60).map(
    "".join
)


@given(st.one_of(st.text(), MARKS))
@settings(max_examples=400)
def test_ranges_are_sorted_disjoint_and_within_the_text(text: str) -> None:
    ranges = quoted_ranges(text)
    previous_end = -1
    for span in ranges:
        assert previous_end < span.start < span.end <= len(text)
        previous_end = span.end


@given(st.text(alphabet="abc de.", max_size=40).filter(lambda inner: inner.strip(" .")))
def test_what_stands_between_curly_marks_is_quoted(inner: str) -> None:
    text = f"He said “{inner}” then."
    assert quoted(text) == [f"“{inner}”"]


@pytest.mark.parametrize("unit", ['"', "'", "“", '" ', "'a ", "'a b c d s' ", "‘a“b", '"\n', "''"])
def test_time_grows_with_the_length_of_the_text_and_no_faster(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    start = time.perf_counter()
    quoted_ranges(text)
    assert time.perf_counter() - start < 5.0
