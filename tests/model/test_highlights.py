from hypothesis import given
from hypothesis import strategies as st

from framescope_model.features import FEATURE_IDS, FeatureGroup, Mode
from framescope_model.highlights import cut_pieces, passage_score, who_vouches
from framescope_model.results import Evidence, FeatureScore, FeatureSpan, ScoredDocument, ScoredPassage, Voice
from framescope_model.spans import Span

NOBODY = Evidence(Voice.NARRATOR, (), ())


def found(feature: str, start: int, end: int, evidence: Evidence = NOBODY, mode: Mode | None = None) -> FeatureSpan:
    return FeatureSpan(feature, Span(start, end), 0.5, mode, evidence)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[int, list[FeatureSpan]]:
    length = draw(st.integers(0, 30))
    bounds = st.tuples(st.integers(0, length), st.integers(0, length)).map(sorted)
    spans = draw(st.lists(st.tuples(st.sampled_from(FEATURE_IDS), bounds), max_size=8))
    return length, [found(feature, *ends) for feature, ends in spans]


@given(marked_texts())
def test_pieces_cover_the_text_in_order_and_each_letter_keeps_its_spans(case: tuple[int, list[FeatureSpan]]) -> None:
    length, spans = case
    pieces = cut_pieces(length, spans)
    assert [at for piece in pieces for at in range(piece.span.start, piece.span.end)] == list(range(length))
    for piece in pieces:
        at = piece.span.start
        covering = [span for span in spans if span.span.start <= at < span.span.end]
        assert sorted(map(repr, piece.covering)) == sorted(map(repr, covering))


@given(marked_texts())
def test_every_span_closes_once_and_brackets_balance(case: tuple[int, list[FeatureSpan]]) -> None:
    length, spans = case
    pieces = cut_pieces(length, spans)
    closed = [span for piece in pieces for span in piece.closing]
    assert sorted(map(repr, closed)) == sorted(repr(span) for span in spans if len(span.span))
    depth = 0
    for piece in pieces:
        depth += piece.opened
        assert depth >= piece.closed
        depth -= piece.closed
    assert depth == 0


def test_a_piece_knows_its_families() -> None:
    pieces = cut_pieces(4, [found("doubt", 0, 2), found("vague_attribution", 1, 3)])
    assert [piece.families for piece in pieces] == [
        {FeatureGroup.TECHNIQUE},
        {FeatureGroup.TECHNIQUE, FeatureGroup.SOURCING},
        {FeatureGroup.SOURCING},
        set(),
    ]


def test_the_score_shown_is_that_of_the_passage_flagged() -> None:
    passages = (
        ScoredPassage(Span(0, 5), {"doubt": 0.7}, ("doubt",)),
        ScoredPassage(Span(5, 9), {"doubt": 0.9}, ()),
    )
    document = ScoredDocument({"doubt": FeatureScore(0.9, flagged=True, share=0.5)}, passages, (), (), ())
    assert passage_score(document, found("doubt", 3, 7)) == 0.7


def test_who_vouches_is_told_in_words() -> None:
    text = "It is said by Ann Lee"
    source, cue = (Span(14, 21),), (Span(6, 10),)
    assert who_vouches(text, found("doubt", 0, 2)) == "nobody: the writer's own words"
    assert who_vouches(text, found("doubt", 0, 2, Evidence(Voice.REPORTED, (), cue))) == "nobody named: reported (said)"
    vouched = found("state_official_narrative", 0, 2, Evidence(Voice.QUOTED, source, cue), Mode.RELAYED)
    assert who_vouches(text, vouched) == "quoted: Ann Lee (said); relayed"
