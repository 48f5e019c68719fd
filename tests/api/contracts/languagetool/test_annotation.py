import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from framescope_api.contracts.languagetool.annotation import AnnotatedText, Part
from framescope_model.spans import Span

# On a machine that is busy with other things, time says nothing of the code.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Letters of one and of two UTF-16 units, and what editors put into markup.
TEXTS = st.text("aé😀 \r\n<>", max_size=5)
PARTS = st.lists(st.one_of(st.builds(Part.text, TEXTS), st.builds(Part.markup, TEXTS, TEXTS)), max_size=8)


@st.composite
def texts_with_a_span(draw: st.DrawFn) -> tuple[AnnotatedText, Span]:
    text = AnnotatedText(draw(PARTS.filter(lambda parts: any(part.read for part in parts))))
    start = draw(st.integers(0, len(text.read) - 1))
    return text, Span(start, draw(st.integers(start + 1, len(text.read))))


@given(PARTS)
@UNHURRIED
def test_what_is_sent_and_what_is_read_are_those_of_the_parts(parts: list[Part]) -> None:
    text = AnnotatedText(parts)
    assert text.sent == "".join(part.sent for part in parts)
    assert text.read == "".join(part.read for part in parts)


@given(texts_with_a_span())
@UNHURRIED
def test_a_span_lies_within_what_was_sent(case: tuple[AnnotatedText, Span]) -> None:
    text, span = case
    located = text.locate(span)
    assert 0 <= located.start <= located.end <= len(text.sent)


@given(texts_with_a_span(), st.data())
@UNHURRIED
def test_a_part_of_a_span_lies_within_it(case: tuple[AnnotatedText, Span], data: st.DataObject) -> None:
    text, span = case
    start = data.draw(st.integers(span.start, span.end - 1))
    part = text.locate(Span(start, data.draw(st.integers(start + 1, span.end))))
    whole = text.locate(span)
    assert whole.start <= part.start
    assert part.end <= whole.end


@given(texts_with_a_span())
@UNHURRIED
def test_neighbours_never_overlap_unless_they_share_a_markup(case: tuple[AnnotatedText, Span]) -> None:
    text, span = case
    for offset in range(span.start, span.end - 1):
        here, there = text.locate(Span(offset, offset + 1)), text.locate(Span(offset + 1, offset + 2))
        assert here.end <= there.start or here == there


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=6), st.data())
@UNHURRIED
def test_words_of_plain_text_are_found_again_between_markup_that_shows_nothing(
    pieces: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = AnnotatedText(part for text, markup in pieces for part in (Part.text(text), Part.markup(markup)))
    for offset, letter in enumerate(text.read):
        assert text.locate(Span(offset, offset + 1)).cut(text.sent) == letter


@given(TEXTS.filter(bool), st.data())
@UNHURRIED
def test_without_markup_every_span_stays_where_it_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    assert AnnotatedText([Part.text(text)]).locate(span) == span


EXAMPLE = AnnotatedText(
    [
        Part.markup("<p>", "\n\n"),
        Part.text("the "),
        Part.markup("<b>"),
        Part.text("worst"),
        Part.markup("</b>"),
        Part.text(" ever caf"),
        Part.markup("&eacute;", "é"),
        Part.markup("</p>", "\n\n"),
    ]
)


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("worst", "worst"),
        ("the worst", "the <b>worst"),
        ("worst ever", "worst</b> ever"),
        ("café", "caf&eacute;"),
        ("\n\nthe", "<p>the"),
    ],
)
def test_markup_between_words_is_covered_and_markup_around_them_is_not(words: str, sent: str) -> None:
    start = EXAMPLE.read.index(words)
    assert EXAMPLE.locate(Span(start, start + len(words))).cut(EXAMPLE.sent) == sent


@pytest.mark.parametrize("span", [Span(2, 2), Span(0, 99), Span(98, 99)])
def test_a_span_of_nothing_or_of_what_is_not_there_is_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="covers nothing"):
        EXAMPLE.locate(span)
