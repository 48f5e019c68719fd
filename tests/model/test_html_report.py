import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framescope_model.errors import EmptyText
from framescope_model.features import FEATURE_IDS
from framescope_model.html_report import HtmlReport, document_section, failure_section, marked_html
from framescope_model.language import DetectedLanguage
from framescope_model.model_info import ModelInfo
from framescope_model.outcomes import Failed, Scored
from framescope_model.pages import escape, page_foot, page_head, table
from framescope_model.results import Evidence, FeatureSpan, ScoredDocument, Voice
from framescope_model.spans import Span

INFO = ModelInfo("tiny", "1", "abc", {}, {}, {})
ENGLISH = DetectedLanguage("en", 1.0)
HOSTILE = "</div><script>alert(1)</script><img src=https://evil.example/x onerror=a()>\"'&amp; &lt; \x00\x1b\u202eend"


class Reader(HTMLParser):
    """What a browser takes from a page: its elements, with attributes, and the text outside tags and style."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._silent = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._silent += (tag, dict(attrs).get("class")) == ("small", "tag") or tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._silent -= bool(self._silent and tag in ("small", "style"))

    def handle_data(self, data: str) -> None:
        self.text += "" if self._silent else data


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[FeatureSpan]]:
    letters = st.one_of(st.sampled_from("<>&\"'/=;\n\r\x00\u202e"), st.characters())
    text = draw(st.text(letters, max_size=40))
    bounds = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = draw(st.lists(st.tuples(st.sampled_from(FEATURE_IDS), bounds), max_size=6))
    nobody = Evidence(Voice.NARRATOR, (), ())
    return text, [FeatureSpan(feature, Span(*ends), 0.5, None, nobody) for feature, ends in spans]


def clean(text: str) -> str:
    return Reader(f"<p>{escape(text)}</p>").text


@given(st.text())
def test_escaped_text_reads_as_it_was_and_holds_no_markup(text: str) -> None:
    for quoted in (f"<p>{escape(text)}</p>", f'<p title="{escape(text)}">x</p>'):
        reader = Reader(quoted)
        assert [tag for tag, _ in reader.elements] == ["p"]
    kept = clean(text).replace("\ufffd", "")
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    assert kept == "".join(letter for letter in normal if letter in kept)
    assert all(letter not in escape(text) for letter in "<>\"'\r")


@given(marked_texts())
def test_marked_text_reads_as_the_text_and_holds_only_marks_and_tags(case: tuple[str, list[FeatureSpan]]) -> None:
    text, spans = case
    reader = Reader(marked_html(text, spans))
    assert {tag for tag, _ in reader.elements} <= {"mark", "small"}
    # A span may part a carriage return from its line feed; each is then a line end of its own.
    assert re.sub("\n+", "\n", reader.text) == re.sub("\n+", "\n", clean(text))


@given(st.text(), st.text(), st.text())
def test_names_and_messages_cannot_add_elements(name: str, words: str, reason: str) -> None:
    document = ScoredDocument({}, (), (), (), ())
    plain = [tag for tag, _ in Reader(document_section(Scored("a", "b", ENGLISH, document))).elements]
    section = document_section(Scored(name, words, ENGLISH, document))
    assert [tag for tag, _ in Reader(section).elements] == plain
    failure = failure_section(Failed(name, EmptyText(reason)))
    assert [tag for tag, _ in Reader(failure).elements] == ["section", "h2", "p"]
    assert {tag for tag, _ in Reader(table((name,), [(words,)])).elements} <= {
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }


def test_a_page_is_whole_and_asks_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    span = FeatureSpan("doubt", Span(3, 20), 0.5, None, Evidence(Voice.REPORTED, (Span(0, 9),), ()))
    with HtmlReport(path, INFO) as report:
        report.add(Scored(HOSTILE, HOSTILE, ENGLISH, ScoredDocument({}, (), (span,), (), ())))
    page = path.read_text(encoding="utf-8")
    reader = Reader(page)
    assert {name for _, attributes in reader.elements for name in attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "title", "dir", "scope",
    }  # fmt: skip
    assert not {"script", "img", "link", "iframe", "object", "a"} & {tag for tag, _ in reader.elements}
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style
    assert not re.search(r"url\(|@import|https?:", style[1])
    assert "prefers-color-scheme: dark" in style[1]
    assert "@media print" in style[1]
    assert "default-src 'none'" in page
    assert page.endswith("</html>\n")


def test_a_report_that_breaks_off_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), HtmlReport(path, INFO):
        raise ZeroDivisionError
    assert [(found.name, found.read_text(encoding="utf-8")) for found in tmp_path.iterdir()] == [("report.html", "old")]


def test_the_model_is_named_and_escaped() -> None:
    assert "a&lt;b/1+x" in page_foot("a<b/1+x")
    assert "<title>a&lt;b</title>" in page_head("a<b")
