import io

import pytest
from rich.console import Console

from framescope_model.highlighted import marked_text, open_console, show_highlighted
from framescope_model.language import DetectedLanguage
from framescope_model.outcomes import Scored
from framescope_model.results import Evidence, FeatureScore, FeatureSpan, ScoredDocument, ScoredPassage, Voice
from framescope_model.spans import Span

TEXT = "The worst\nwar, 🔥 they say."
NOBODY = Evidence(Voice.NARRATOR, (), ())
SPANS = (
    FeatureSpan("unattributed_superlative", Span(0, 13), 0.4, None, NOBODY),
    FeatureSpan("loaded_language", Span(4, 9), 0.3, None, NOBODY),
    FeatureSpan("vague_attribution", Span(17, 25), 0.8, None, NOBODY),
)
OUTCOME = Scored(
    "a.txt",
    TEXT,
    DetectedLanguage("en", 1.0),
    ScoredDocument(
        {feature: FeatureScore(0.9, flagged=True, share=1.0) for feature in ("loaded_language",)},
        (
            ScoredPassage(
                Span(0, 26), dict.fromkeys([of.feature for of in SPANS], 0.9), tuple(of.feature for of in SPANS)
            ),
        ),
        SPANS,
        (),
        (),
    ),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def shown(file: io.StringIO) -> str:
    show_highlighted(open_console(file), OUTCOME)
    return file.getvalue()


def test_overlapping_words_are_bracketed_and_named_where_there_are_no_colours() -> None:
    plain = marked_text(TEXT, SPANS, brackets=True).plain
    assert plain == ("[The [worst]‹loaded_language›\nwar]‹unattributed_superlative›, 🔥 [they say]‹vague_attribution›.")


def test_a_terminal_gets_colours_by_family_and_no_brackets() -> None:
    styles = {span.style for span in marked_text(TEXT, SPANS, brackets=False).spans}
    assert {"bold yellow", "bold magenta"} <= styles
    output = shown(Terminal())
    assert "\x1b[1;33m" in output
    assert "[worst]" not in output


def test_a_file_gets_no_escape_codes_and_unbroken_lines() -> None:
    output = shown(io.StringIO())
    assert "\x1b" not in output
    assert "  0.90  unattributed_superlative  “The worst war”  nobody: the writer's own words" in output.splitlines()


def test_no_color_keeps_a_terminal_free_of_escape_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    output = shown(Terminal())
    assert "\x1b" not in output
    assert "[worst]‹loaded_language›" in output


def test_an_empty_no_color_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert "\x1b" in shown(Terminal())


def test_a_document_without_spans_is_shown_as_it_is() -> None:
    console = Console(file=io.StringIO())
    console.print(marked_text(TEXT, (), brackets=True))
    assert marked_text("", (), brackets=True).plain == ""
    assert marked_text(TEXT, (), brackets=True).plain == TEXT
