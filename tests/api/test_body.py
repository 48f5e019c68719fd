import time

import pytest
from starlette.requests import Request
from starlette.types import Message

from framescope_api.body import invalid_request, parse_json, read_body, validate
from framescope_api.errors import (
    BodyTooLarge,
    ClientLeft,
    InvalidRequest,
    LoneSurrogate,
    MalformedJson,
    TooManyDocuments,
)
from framescope_api.schemas import ScoreRequest


def request_of(*messages: Message, headers: dict[str, str] | None = None) -> Request:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    pairs = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": pairs}, receive)


def part(body: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_parts_is_read_whole() -> None:
    assert await read_body(request_of(part(b"ab"), part(b"cd", more=False)), 4) == b"abcd"


async def test_reading_stops_at_the_limit_without_waiting_for_the_rest() -> None:
    # A third receive would fail, since there is no third message.
    with pytest.raises(BodyTooLarge, match="4 bytes"):
        await read_body(request_of(part(b"abc"), part(b"de")), 4)


async def test_a_stated_length_over_the_limit_is_refused_before_reading() -> None:
    with pytest.raises(BodyTooLarge):
        await read_body(request_of(headers={"content-length": "5"}), 4)


@pytest.mark.parametrize("stated", ["9" * 5000, "99999999999999999999"])
async def test_an_absurd_stated_length_is_refused(stated: str) -> None:
    with pytest.raises(BodyTooLarge):
        await read_body(request_of(headers={"content-length": stated}), 4)


@pytest.mark.parametrize("stated", ["1", "-1", "many", ""])
async def test_a_stated_length_that_is_wrong_is_not_trusted(stated: str) -> None:
    with pytest.raises(BodyTooLarge):
        await read_body(request_of(part(b"abcde", more=False), headers={"content-length": stated}), 4)


async def test_a_client_that_leaves_while_sending_is_told_from_a_bad_request() -> None:
    with pytest.raises(ClientLeft):
        await read_body(request_of(part(b"ab"), {"type": "http.disconnect"}), 4)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"text": "a",\n "spans": tru}', "line 2 column 11"),
        (b"\xff", "byte 0"),
        (b'{"text": NaN}', "NaN"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "number"),
        (b"{", "line 1 column 2"),
        ('{"text": "a"}'.encode("utf-16"), "byte 0"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(body: bytes, place: str) -> None:
    with pytest.raises(MalformedJson, match=place):
        parse_json(body)


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        ({"text": "a", "mode": 1}, "#/mode"),
        ({"documents": [{"text": "a"}, {"id": "b"}]}, "#/documents/1/text"),
        ({"text": "a", "thresholds": {"doubt": 1.5}}, "#/thresholds/doubt"),
        ({"text": "a", "a/b~c": 1}, "#/a~1b~0c"),
        ({}, "#"),
        ([], "#"),
    ],
)
def test_a_fault_is_pointed_at(value: object, pointer: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        validate(value, ScoreRequest)
    assert [error.pointer for error in caught.value.errors] == [pointer]


def test_a_fault_does_not_repeat_the_text() -> None:
    with pytest.raises(InvalidRequest) as caught:
        validate({"text": ["my secret"], "spans": "my secret"}, ScoreRequest)
    assert "secret" not in str(caught.value) + str(caught.value.errors)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (rb'{"text": "\ud800"}', "#/text"),
        (rb'{"text": "a", "ignore": ["b", "\uDFFFc"]}', "#/ignore/1"),
        (rb'{"documents": [{"text": "a", "id": "\ud83d"}]}', "#/documents/0/id"),
        (rb'{"text": "a", "thresholds": {"\ud83d": 0.5}}', "#/thresholds/\ud83d"),
        (rb'"\ude00\ud83d"', "#"),
    ],
)
def test_half_a_surrogate_pair_is_named_with_its_place(body: bytes, pointer: str) -> None:
    with pytest.raises(LoneSurrogate, match="half of a surrogate pair") as caught:
        parse_json(body)
    assert [error.pointer for error in caught.value.errors] == [pointer]


@pytest.mark.parametrize("body", [rb'"\ud83d\ude00"', rb'"\\ud800"', rb'{"\uD83D\uDE00": ["\ud83d\ude00"]}'])
def test_whole_pairs_and_escaped_backslashes_pass(body: bytes) -> None:
    parse_json(body)


def test_deep_nesting_with_surrogate_escapes_does_not_fail() -> None:
    parse_json(rb'"\ud83d\ude00"'.join([b"[" * 400, b"]" * 400]))


def test_no_more_than_twenty_faults_are_told() -> None:
    with pytest.raises(InvalidRequest) as caught:
        validate({"documents": [{}] * 1000}, ScoreRequest)
    assert len(caught.value.errors) == 20


def test_findings_of_the_framework_become_the_same_error() -> None:
    error = invalid_request([{"type": "missing", "loc": ("query", "key"), "msg": "Field required"}])
    assert str(error) == "#/query/key: Field required"


@pytest.mark.parametrize(
    "body",
    [
        b'{"documents": [%s1]}' % (b"1," * 2_000_000),
        b'{"documents": [%s{}]}' % (b"{}," * 1_000_000),
        b'{"text": "a", "features": [%s1]}' % (b"1," * 2_000_000),
        b'{"text": "a", "ignore": [%s1]}' % (b"1," * 2_000_000),
        b'{"text": "a", %s}' % b",".join(b'"k%d": 1' % i for i in range(300_000)),
        b'{"text": "a", "thresholds": {%s}}' % b",".join(b'"k%d": 1' % i for i in range(300_000)),
    ],
    ids=["numbers for documents", "empty documents", "features", "phrases", "members", "thresholds"],
)
def test_a_body_full_of_faults_is_refused_without_counting_them_all(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises((InvalidRequest, TooManyDocuments)):
        validate(parse_json(body), ScoreRequest, {"max_documents": 100})
    # An error for each fault took up to nine seconds.
    assert time.process_time() - started < 2
