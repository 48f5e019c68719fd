import json
from typing import Any

import pytest

from framescope_api.errors import BodyTooLarge, EmptyBody, InvalidRequest, LoneSurrogate, MalformedJson
from framescope_api.offsets import OffsetUnit
from framescope_api.queueing.items import Entry, read_item


def read(body: Any, max_bytes: int = 10_000) -> Any:
    return read_item(Entry("1-0", {b"item": body if isinstance(body, bytes) else json.dumps(body).encode()}), max_bytes)


def test_an_item_is_what_the_service_takes_for_one_text_with_an_id_and_a_context() -> None:
    item = read(
        {
            "id": "a",
            "text": "One.",
            "language": "en",
            "features": ["doubt", "doubt"],
            "thresholds": {"doubt": 0.7},
            "ignore": ["slogan"],
            "exclude_quoted": True,
            "spans": False,
            "offsets": "utf16",
            "context": {"url": "https://example.org", "deep": [None, 1.5]},
        }
    )
    assert (item.id, item.text, item.language, item.spans) == ("a", "One.", "en", False)
    assert item.offsets is OffsetUnit.UTF16
    assert item.context == {"url": "https://example.org", "deep": [None, 1.5]}
    assert item.options().features == ("doubt",)


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        (b"", EmptyBody, "field 'item'"),
        (b"{", MalformedJson, "line 1 column 2"),
        (b"\xff", MalformedJson, "UTF-8"),
        (b'{"id": "a", "text": "\\udc00"}', LoneSurrogate, "#/text"),
        ([], InvalidRequest, "object"),
        ({"text": "One."}, InvalidRequest, "#/id"),
        ({"id": 7, "text": "One."}, InvalidRequest, "#/id"),
        ({"id": "", "text": "One."}, InvalidRequest, "#/id"),
        ({"id": "a"}, InvalidRequest, "text"),
        ({"id": "a", "text": None}, InvalidRequest, "text"),
        ({"id": "a", "documents": [{"text": "One."}]}, InvalidRequest, "an item of its own"),
        ({"id": "a", "text": "One.", "titel": "x"}, InvalidRequest, "#/titel"),
        ({"id": "a", "text": "One.", "context": "x"}, InvalidRequest, "#/context"),
    ],
)
def test_what_is_wrong_with_an_item_is_said(body: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        read(body)


def test_an_item_over_the_limit_is_refused_with_its_size() -> None:
    with pytest.raises(BodyTooLarge, match="26 bytes; at most 25"):
        read(b'{"id": "a", "text": "One"}', max_bytes=25)
    assert read(b'{"id": "a", "text": "One"}', max_bytes=26).text == "One"


def test_an_entry_without_the_field_holds_no_item() -> None:
    with pytest.raises(EmptyBody):
        read_item(Entry("1-0", {b"body": b"{}"}), 100)
