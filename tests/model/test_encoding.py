import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from framescope_model.encoding import (
    HEADLINE_MARK,
    PARAGRAPH_MARK,
    SIGNAL_SIZES,
    Case,
    EncodedDocument,
    Recurrence,
    TextEncoder,
)
from framescope_model.spans import Span

SPECIAL = ["[PAD]", PARAGRAPH_MARK, HEADLINE_MARK, "[UNK]", "[CLS]", "[SEP]"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PIECES = [
    *LETTERS,
    *(f"##{letter}" for letter in LETTERS),
    "the",
    "harbour",
    "##master",
    "deep",
    "##ens",
    ".",
    ",",
    '"',
]


def tokenizer(pieces: list[str] = PIECES) -> Tokenizer:
    """A BERT-style tokenizer over a tiny vocabulary, cutting and padding as the published file does."""
    vocabulary = {piece: number for number, piece in enumerate([*SPECIAL, *pieces])}
    made = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.enable_truncation(6)
    made.enable_padding(length=6)
    return made


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    return TextEncoder(tokenizer())


def pieces_of(text: str, document: EncodedDocument) -> list[str]:
    return [text[start:end] for start, end in zip(document.starts, document.ends, strict=True)]


def test_a_token_lies_in_the_text_where_its_offsets_say(encoder: TextEncoder) -> None:
    text = "The harbourmaster sleeps."
    assert pieces_of(text, encoder.encode(text)) == ["", "The", "harbour", "master", *"sleeps", "."]


def test_a_long_text_is_neither_cut_nor_padded(encoder: TextEncoder) -> None:
    text = "The harbour deepens. " * 200
    document = encoder.encode(text)
    assert int(document.ends[-1]) == len(text) - 1
    assert encoder.pad_id not in document.ids.tolist()
    assert len(encoder.encode("The end.")) < len(document)


def test_each_paragraph_opens_with_a_mark_that_tells_headlines_apart(encoder: TextEncoder) -> None:
    text = "Harbour deepens\nThe harbour sleeps. It wakes.\nThe end."
    document = encoder.encode(text)
    marks = document.starts == document.ends
    assert document.starts[marks].tolist() == [0, text.index("The harbour"), text.index("The end")]
    assert document.ids[marks].tolist() == [2, 1, 1]


def test_a_text_without_passages_has_no_tokens_and_still_its_arrays(encoder: TextEncoder) -> None:
    document = encoder.encode(" \n\n ")
    assert len(document) == 0
    assert document.signals.shape == (0, len(SIGNAL_SIZES))
    assert document.token_range(Span(0, 2)) == (0, 0)


def test_boilerplate_gets_no_tokens(encoder: TextEncoder) -> None:
    text = "The harbour sleeps.\nShare on Facebook\nIt wakes at dawn."
    document = encoder.encode(text)
    skipped = document.segmentation.skipped[0].span
    assert skipped.cut(text) == "Share on Facebook"
    assert not ((document.starts < skipped.end) & (document.ends > skipped.start)).any()


@pytest.mark.parametrize(
    ("word", "case"),
    [
        ("harbour", Case.LOWER),
        ("Harbour", Case.CAPITALISED),
        ("HARBOUR", Case.UPPER),
        ("harbourMaster", Case.MIXED),
        ("A", Case.CAPITALISED),
        (",", Case.NONE),
    ],
)
def test_every_piece_of_a_word_carries_the_case_of_the_whole_word(encoder: TextEncoder, word: str, case: Case) -> None:
    text = f"So {word} sleeps."
    document = encoder.encode(text)
    first, last = document.token_range(Span(3, 3 + len(word)))
    assert document.signals[first:last, 0].tolist() == [case] * (last - first)


def test_case_is_all_that_tells_two_writings_of_a_word_apart(encoder: TextEncoder) -> None:
    lower, upper = encoder.encode("A harbour sleeps."), encoder.encode("A HARBOUR sleeps.")
    assert lower.ids.tolist() == upper.ids.tolist()
    assert lower.signals[:, 0].tolist() != upper.signals[:, 0].tolist()


def test_tokens_inside_a_quotation_are_told_from_those_outside(encoder: TextEncoder) -> None:
    text = 'The master said: "The harbour sleeps." Then the master left.'
    document = encoder.encode(text)
    quoted = document.token_range(Span(text.index("harbour"), text.index("sleeps")))
    outside = document.token_range(Span(text.index("Then"), len(text)))
    assert document.signals[slice(*quoted), 1].all()
    assert not document.signals[slice(*outside), 1].any()
    assert not document.signals[document.token_range(Span(0, 3))[0], 1]


def recurrence(encoder: TextEncoder, text: str, phrase: str) -> list[int]:
    document = encoder.encode(text)
    start = text.index(phrase)
    return document.signals[slice(*document.token_range(Span(start, start + len(phrase)))), 2].tolist()


def test_wording_that_recurs_is_told_with_the_length_of_its_longest_sequence(encoder: TextEncoder) -> None:
    text = "The deep harbour sleeps. Now a deep harbour wakes. No harbour hums."
    assert recurrence(encoder, text, "deep harbour") == [Recurrence.PAIR, Recurrence.PAIR]
    assert recurrence(encoder, text, "harbour hums")[0] == Recurrence.WORD
    assert recurrence(encoder, text, "hums") == [Recurrence.NONE] * 4


def test_three_words_that_recur_count_even_in_another_case(encoder: TextEncoder) -> None:
    text = "The deep harbour sleeps. THE DEEP HARBOUR wakes."
    assert recurrence(encoder, text, "The deep harbour") == [Recurrence.TRIPLE] * 3


def test_short_words_that_recur_are_nothing_to_notice(encoder: TextEncoder) -> None:
    found = recurrence(encoder, "It is the day. It is the sea.", "It is the")
    assert set(found) == {Recurrence.NONE}


def test_a_span_finds_the_tokens_that_it_touches(encoder: TextEncoder) -> None:
    text = "The harbourmaster sleeps."
    document = encoder.encode(text)
    assert document.token_range(Span(0, 3)) == (1, 2)
    assert document.token_range(Span(5, 6)) == (2, 3)
    assert document.token_range(Span(6, 13)) == (2, 4)


def test_a_span_over_white_space_touches_no_token(encoder: TextEncoder) -> None:
    first, last = encoder.encode("The harbour sleeps.").token_range(Span(3, 4))
    assert first == last


def test_a_span_at_the_head_of_a_paragraph_leaves_its_mark_out(encoder: TextEncoder) -> None:
    text = "The harbour sleeps.\nThe end is near."
    document = encoder.encode(text)
    first, last = document.token_range(Span(20, 23))
    assert pieces_of(text, document)[first:last] == ["The"]


def test_a_lone_surrogate_keeps_its_place(encoder: TextEncoder) -> None:
    text = "The \ud800 harbour sleeps."
    document = encoder.encode(text)
    assert "harbour" in pieces_of(text, document)


def test_characters_beyond_the_basic_plane_count_as_one(encoder: TextEncoder) -> None:
    text = "The 😀 harbour sleeps."
    assert pieces_of(text, encoder.encode(text))[:4] == ["", "The", "😀", "harbour"]


@pytest.mark.parametrize("missing", [PARAGRAPH_MARK, "[CLS]", "[SEP]", "[PAD]"])
def test_a_vocabulary_of_another_kind_is_refused_by_the_token_it_lacks(missing: str) -> None:
    pieces = [token for token in [*SPECIAL, *PIECES] if token != missing]
    foreign = Tokenizer(WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    with pytest.raises(ValueError, match=r"the tokenizer has no token \[" + missing.strip("[]")):
        TextEncoder(foreign)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("abTH .,!?\"“”'\n\té😀\u200b\u0301ß李"), max_size=120))
def test_tokens_stay_in_order_and_inside_passages_whatever_the_text(encoder: TextEncoder, text: str) -> None:
    document = encoder.encode(text)
    assert (document.starts <= document.ends).all()
    assert (np.diff(document.starts) >= 0).all()
    assert (np.diff(document.ends) >= 0).all()
    assert (document.signals < np.array(SIGNAL_SIZES)).all()
    passages = [passage.span for passage in document.segmentation.passages]
    for start, end in zip(document.starts.tolist(), document.ends.tolist(), strict=True):
        assert any(span.start <= start and end <= span.end for span in passages)
