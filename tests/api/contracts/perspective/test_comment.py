from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_api.contracts.perspective.comment import PARAGRAPH_BREAK, read_comment, read_context
from framescope_api.contracts.perspective.schemas import CommentContext, TextEntry
from framescope_model.passages import segment
from framescope_model.spans import Span

PROSE = st.text(st.sampled_from('aB .!?\n\r\u2028"”-,:é😀'), min_size=1, max_size=120).filter(str.strip)


@settings(deadline=None)
@given(before=st.lists(PROSE, min_size=1, max_size=3), text=PROSE)
def test_no_passage_reaches_from_the_context_into_the_comment(before: list[str], text: str) -> None:
    context = CommentContext(entries=[TextEntry(text=entry) for entry in before])
    joined = "".join(entry + PARAGRAPH_BREAK for entry in read_context(context))
    for passage in segment(joined + text).passages:
        assert passage.span.end <= len(joined) or passage.span.start >= len(joined)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(str.strip), st.data())
def test_a_place_in_plain_text_leads_back_to_its_span(text: str, data: st.DataObject) -> None:
    comment = read_comment(TextEntry(text=text))
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    begin, end = comment.place(span)
    assert text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le") == span.cut(text)
    assert comment.found_at(begin, end) == span


def test_the_text_stands_in_no_representation() -> None:
    assert "secret" not in repr(read_comment(TextEntry(text="<p>secret", type="HTML")))
