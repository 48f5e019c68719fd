import html
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_model.extraction.markup import MarkedText, MarkedTextBuilder, extract_text
from framescope_model.spans import Span

SOUP = st.text(st.sampled_from("<>&;#/!-?[]\"'= \n\rabrpx19é😀"), max_size=60)
_FRAGMENTS = """
    <p> </p> <br> <br/> <b> </b> <script> </script> <style> <!-- --> <! <? </ <![CDATA[ ]]> < > & &amp; &amp &#x1F600;
    &#0; &notit; &NotEqualTilde; worst ever é 😀 <a href=' ' &#
"""
FRAGMENTS = st.lists(st.sampled_from([*_FRAGMENTS.split(), " ", "\n", "\n\n"]), max_size=30).map("".join)
WORDS = st.sampled_from(["worst", "é", "😀", "x<y", "&amp;", "&lt;b&gt;", "AT&T", "“no”", "1&2;"])
TAGS = st.sampled_from(["", "<b>", "</b>", "<!-- a > b -->", "<a title='x > y' href=\"?a&amp=b\">", "</a>", "<i\n>"])


@settings(deadline=None)
@given(st.one_of(SOUP, FRAGMENTS))
def test_every_character_comes_from_itself_a_reference_or_white_space(markup: str) -> None:
    marked = extract_text(markup)
    sources = [marked.source(Span(i, i + 1)) for i in range(len(marked.text))]
    for letter, source in zip(marked.text, sources, strict=True):
        assert 0 <= source.start < source.end <= len(markup)
        written = source.cut(markup)
        assert written == letter or letter in " \n" or (written[0] == "&" and letter in html.unescape(written))
    assert [s.start for s in sources] == sorted(s.start for s in sources)
    assert [s.end for s in sources] == sorted(s.end for s in sources)
    for left, right in pairwise(sources):
        assert left.end <= right.start or left == right, "two characters share a source only when it makes both"


@settings(deadline=None)
@given(words=st.lists(st.tuples(WORDS, TAGS), min_size=1, max_size=8), data=st.data())
def test_the_markup_cut_at_the_source_of_a_span_says_the_span(
    words: list[tuple[str, str]], data: st.DataObject
) -> None:
    markup = "".join(html.escape(word) + tag for word, tag in words)
    marked = extract_text(markup)
    assert marked.text == "".join(word for word, _ in words)
    start = data.draw(st.integers(0, len(marked.text) - 1))
    end = data.draw(st.integers(start + 1, len(marked.text)))
    assert extract_text(marked.source(Span(start, end)).cut(markup)).text == marked.text[start:end]


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=60))
def test_escaped_text_comes_back(text: str) -> None:
    assert extract_text(html.escape(text)).text == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br>Two.<br/><br />Three.", "One.\nTwo.\n\nThree."),
        ("<div>One.</div>\n  <div><br></div>\n<div>Two.</div>", "One.\n\nTwo."),
        ("<ul><li>One<li>Two</ul>", "One\n\nTwo"),
        ("<p>One\n  line of</p> text", "One line of\n\ntext"),
        ("the <b>worst</b>\n<i>ever</i>", "the worst\never"),
        ("un<b>preced</b>ented", "unprecedented"),
        ("<p>a <script>if (a < b) {}</script>b<style>p {}</style> c<template>d<p>e</template></p>", "a b c"),
        ("<script>a", ""),
        ("a<!-- b > c -->d<!-- e", "ad"),
        ("<!doctype html><title>T</title><body>a", "a"),
        ("<![if !mso]>a<![endif]><![CDATA[b]]>c", "ac"),
        ("a < b, x <3 and <y", "a < b, x <3 and"),
        ("fish &amp; chips &lt;b&gt; &nbsp;&#8220;q&#x201d;", "fish & chips <b> \u00a0“q”"),
        ("&ampx &notit; &nosuch; &; & &#; &#x;", "&x ¬it; &nosuch; &; & &#; &#x;"),
        ("&#0;&#xD800;&#x110000;&#" + "9" * 5000 + ";", "\ufffd" * 4),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("", ""),
        (" \n <p> </p> ", ""),
    ],
)
def test_a_reader_sees(markup: str, text: str) -> None:
    assert extract_text(markup).text == text


def test_line_breaks_count_only_where_no_tag_makes_any() -> None:
    assert extract_text("One.\nTwo &amp; <b>a</b>\r\n\r\n\r\nhalf.").text == "One.\nTwo & a\n\nhalf."
    assert extract_text("<p>One.\nTwo\r\n\r\nand a half.").text == "One. Two and a half."


@pytest.mark.parametrize(
    ("markup", "words", "source"),
    [
        ("<p>the <b>worst</b> crisis</p>", "worst crisis", "worst</b> crisis"),
        ("<p>the <b>worst</b> crisis</p>", "worst", "worst"),
        ("x &lt;y&gt; z", "<y>", "&lt;y&gt;"),
        ("“no &#x1F600;&eacute;", "😀é", "&#x1F600;&eacute;"),
        ("a &notit; b", "¬i", "&noti"),
        ("a\u2009&NotEqualTilde; b", "≂", "&NotEqualTilde;"),
        ("a\u2009&NotEqualTilde; b", "\u0338", "&NotEqualTilde;"),
        ("One.<br>\n<br>Two.", "\n\n", "<br>\n<br>"),
    ],
)
def test_words_are_found_where_they_were_written(markup: str, words: str, source: str) -> None:
    marked = extract_text(markup)
    start = marked.text.index(words)
    assert marked.source(Span(start, start + len(words))).cut(markup) == source


def test_an_empty_span_lies_before_the_source_of_what_follows() -> None:
    marked = extract_text("<p>a</p>")
    assert [marked.source(Span(i, i)) for i in (0, 1)] == [Span(3, 3), Span(8, 8)]


@settings(deadline=None)
@given(st.one_of(SOUP, FRAGMENTS), st.data())
def test_the_way_there_and_back_leads_to_the_same_words(markup: str, data: st.DataObject) -> None:
    marked = extract_text(markup)
    start = data.draw(st.integers(0, len(marked.text)))
    span = Span(start, data.draw(st.integers(start, len(marked.text))))
    back = marked.shown(marked.source(span))
    if len(span):
        # Only the other half of what one reference makes may join.
        assert back.start in (span.start, span.start - 1)
        assert back.end in (span.end, span.end + 1)
        assert marked.source(back) == marked.source(span)


def test_a_part_of_the_markup_shows_the_characters_it_touches() -> None:
    markup = "<p>a&amp;b</p><p>c</p>"
    marked = extract_text(markup)

    def shown(start: int, end: int) -> str:
        return marked.shown(Span(start, end)).cut(marked.text)

    assert shown(0, len(markup)) == "a&b\n\nc"
    assert shown(3, 4) == "a"
    assert (shown(5, 6), shown(4, 9)) == ("&", "&")
    assert (shown(0, 3), shown(19, 22)) == ("", "")


def test_a_span_beyond_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="reaches beyond a text of 1 code points"):
        extract_text("<p>a</p>").source(Span(0, 2))


def test_text_can_be_put_together_from_pieces() -> None:
    builder = MarkedTextBuilder()
    builder.add_verbatim("A ", 0)
    builder.add_replaced("", Span(2, 5))
    builder.add_verbatim("test", 5)
    builder.add_replaced("\n\n", Span(9, 13))
    marked = builder.build(13)
    assert marked.text == "A test\n\n"
    assert (marked.source(Span(2, 6)), marked.source(Span(6, 7))) == (Span(5, 9), Span(9, 13))


HOSTILE = ["<!--", "<!", "</", "<a ", "<a b='", "<?", "<![", "&#", "&amp", "&", "<", "<script></", "<p>", "&#0"]


@pytest.mark.parametrize("fragment", HOSTILE)
def test_the_time_grows_with_the_length_only(fragment: str) -> None:
    def seconds(length: int) -> float:
        markup = fragment * (length // len(fragment))
        started = time.process_time()
        assert isinstance(extract_text(markup), MarkedText)
        return time.process_time() - started

    small = min(seconds(20_000) for _ in range(3))
    # Quadratic time would take a hundred times as long for ten times the length.
    assert seconds(200_000) < 40 * max(small, 0.005)
