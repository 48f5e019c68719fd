import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from framescope_api.offsets import OffsetMap, OffsetUnit

ENCODINGS = {OffsetUnit.UTF16: ("utf-16-le", 2), OffsetUnit.UTF8: ("utf-8", 1)}
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (OffsetUnit.CODEPOINT, [0, 1, 2, 3, 4, 5]),
        (OffsetUnit.UTF16, [0, 1, 2, 3, 5, 6]),
        (OffsetUnit.UTF8, [0, 1, 3, 6, 10, 11]),
    ],
)
def test_a_letter_an_umlaut_a_euro_and_an_emoji_have_their_known_widths(unit: OffsetUnit, expected: list[int]) -> None:
    offsets = OffsetMap("aü€😀b", unit)
    assert [offsets.from_codepoints(i) for i in range(6)] == expected


@settings(deadline=None)
@given(text=TEXTS, unit=st.sampled_from([OffsetUnit.UTF16, OffsetUnit.UTF8]), data=st.data())
def test_slicing_the_encoded_text_gives_the_same_words(text: str, unit: OffsetUnit, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    encoding, size = ENCODINGS[unit]
    offsets = OffsetMap(text, unit)
    encoded = text.encode(encoding)[offsets.from_codepoints(start) * size : offsets.from_codepoints(end) * size]
    assert encoded.decode(encoding) == text[start:end]


@settings(deadline=None)
@given(text=TEXTS, unit=st.sampled_from(OffsetUnit))
def test_every_offset_survives_the_way_out_and_back(text: str, unit: OffsetUnit) -> None:
    offsets = OffsetMap(text, unit)
    assert [offsets.to_codepoints(offsets.from_codepoints(i)) for i in range(len(text) + 1)] == list(
        range(len(text) + 1)
    )


@pytest.mark.parametrize(("unit", "inside"), [(OffsetUnit.UTF16, 2), (OffsetUnit.UTF8, 3)])
def test_an_offset_within_a_character_is_refused(unit: OffsetUnit, inside: int) -> None:
    with pytest.raises(ValueError, match="within a character"):
        OffsetMap("a😀b", unit).to_codepoints(inside)


@pytest.mark.parametrize("unit", OffsetUnit)
@pytest.mark.parametrize("outside", [-1, 99])
@pytest.mark.parametrize("text", ["plain", "a😀b"])
def test_an_offset_outside_the_text_is_refused(unit: OffsetUnit, outside: int, text: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        OffsetMap(text, unit).from_codepoints(outside)
    with pytest.raises(ValueError, match="outside"):
        OffsetMap(text, unit).to_codepoints(outside)


@pytest.mark.parametrize("unit", OffsetUnit)
def test_a_lone_surrogate_has_a_width_and_does_not_fail(unit: OffsetUnit) -> None:
    width = {OffsetUnit.CODEPOINT: 1, OffsetUnit.UTF16: 1, OffsetUnit.UTF8: 3}[unit]
    assert OffsetMap("\ud800", unit).from_codepoints(1) == width


def test_a_million_offsets_into_a_million_emojis_take_linear_time() -> None:
    text = "😀" * 1_000_000
    started = time.process_time()
    offsets = OffsetMap(text, OffsetUnit.UTF16)
    assert offsets.from_codepoints(1_000_000) == 2_000_000
    for i in range(0, 1_000_000, 10):
        offsets.from_codepoints(i)
    # Counting from the start each time would take minutes.
    assert time.process_time() - started < 3
