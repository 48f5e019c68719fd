import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import CountingScorer

from framescope_model.batch import scoring
from framescope_model.batch.records import Position, Read, Record, Rejected
from framescope_model.batch.rows import flat_columns, flat_row, score_columns
from framescope_model.batch.scoring import Plan, chunks
from framescope_model.options import Scoring
from framescope_model.results import ScoreOptions


def reads(lengths: list[int]) -> list[Read]:
    return [(Record(row, None, "a" * length, {}), Position(row)) for row, length in enumerate(lengths, 1)]


@given(st.lists(st.integers(1, 60_000), max_size=200), st.integers(0, 5), st.none() | st.integers(1, 210))
def test_chunks_hold_every_row_up_to_the_limit_once_and_in_order(
    lengths: list[int], behind: int, limit: int | None
) -> None:
    whole = reads(lengths)
    found = list(chunks(whole[behind:], min(behind, len(whole)), limit))
    rows = [position.rows for chunk in found for _, position in chunk]
    assert rows == [position.rows for _, position in whole[behind:] if limit is None or position.rows <= limit]
    assert all(1 <= len(chunk) <= scoring.CHUNK_ROWS for chunk in found)
    for chunk in found:
        texts = [len(item.text) for item, _ in chunk if isinstance(item, Record)]
        assert sum(texts[:-1]) < scoring.CHUNK_LENGTH


def test_nothing_is_read_behind_the_limit() -> None:
    def endless() -> object:
        yield from reads([5, 5])
        pytest.fail("a row behind the limit was read")

    assert len(list(chunks(endless(), 0, 2))) == 1  # type: ignore[arg-type]


def test_a_text_on_which_the_scorer_fails_leaves_its_neighbours_alone() -> None:
    texts = ["Article 1", "poison", "Article 3"]
    records = [Record(row, None, text, {}) for row, text in enumerate(texts, 1)]
    rows = list(scoring._score(CountingScorer(), records, Plan(Scoring(ScoreOptions(), "en", None))))  # type: ignore[arg-type]
    assert [row["error"] and row["error"]["code"] for row in rows] == [None, "scoring_failed", None]
    assert rows[1]["error"]["detail"] == "ZeroDivisionError: no such luck"
    assert [rows[at]["scores"]["doubt"]["score"] for at in (0, 2)] == [1e-6, 3e-6]


def test_a_row_set_aside_tells_where_and_why() -> None:
    assert scoring.rejected_row(Rejected(3, 7, "no_text", "is blank")) == {
        "row": 3,
        "line": 7,
        "code": "no_text",
        "detail": "is blank",
    }


def test_a_flat_row_has_no_column_that_the_table_lacks() -> None:
    record = Record(1, "a", "Article 1", {"outlet": "x"})
    (row,) = scoring._score(CountingScorer(), [record], Plan(Scoring(ScoreOptions(), "en", None), spans=True))  # type: ignore[arg-type]
    columns = flat_columns(None, ("outlet",), spans=True)
    assert set(flat_row(row)) == set(columns) - {"error_code", "error_detail"}
    assert set(score_columns(["doubt"])) <= set(columns)
