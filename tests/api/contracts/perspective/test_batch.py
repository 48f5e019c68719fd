import json
from collections.abc import Iterable, Sequence
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Opened
from hypothesis import given, settings
from hypothesis import strategies as st
from keyword_engine import KeywordEngine

from framescope_api.contracts.perspective.batch import MAX_PARTS, inherited, read_parts, read_request
from framescope_api.contracts.perspective.errors import InvalidArgument
from framescope_api.keys import Key, hash_key, key_line, new_key

ANALYZE = "/v1alpha1/comments:analyze"
BODY = {"comment": {"text": "Größe: the worst ever."}, "requestedAttributes": {"DOUBT": {}}}
MEDIA_TYPE = 'multipart/mixed; boundary="b"'


def request(body: object = BODY, target: str = f"{ANALYZE}?key=k&alt=json", method: str = "POST") -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return f"{method} {target} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n".encode() + content


def multipart(parts: Iterable[bytes], head: str = "Content-Type: application/http\r\nContent-ID: <{}>") -> bytes:
    written = [b"--b\r\n" + head.format(i).encode() + b"\r\n\r\n" + part for i, part in enumerate(parts)]
    return b"\r\n".join([*written, b"--b--\r\n"])


async def answers(client: httpx.AsyncClient, parts: Sequence[bytes], **more: Any) -> list[tuple[str, int, Any]]:
    """The content id, the status and the JSON of each answer."""
    response = await client.post("/batch", content=multipart(parts, **more), headers={"content-type": MEDIA_TYPE})
    assert response.status_code == 200, response.text
    message = BytesParser().parsebytes(
        b"Content-Type: " + response.headers["content-type"].encode() + b"\n\n" + response.content
    )
    payload = message.get_payload()
    assert isinstance(payload, list)
    return [answer(part) for part in payload if isinstance(part, Message)]


def answer(part: Message) -> tuple[str, int, Any]:
    assert part.get_content_type() == "application/http"
    content = part.get_payload()
    assert isinstance(content, str)
    head, body = content.replace("\r\n", "\n").split("\n\n", 1)
    version, status, _ = head.splitlines()[0].split(" ", 2)
    assert version == "HTTP/1.1"
    return part["Content-ID"], int(status), json.loads(body)


async def test_each_part_is_answered_in_its_place_as_it_would_be_alone(client: httpx.AsyncClient) -> None:
    bodies: list[object] = [BODY, {}, BODY | {"clientToken": "t"}, b"{", BODY | {"requestedAttributes": {"X": {}}}]
    found = await answers(client, [request(body) for body in bodies])
    alone = [
        await client.post(
            ANALYZE,
            content=body if isinstance(body, bytes) else json.dumps(body),
            headers={"content-type": "application/json"},
        )
        for body in bodies
    ]
    assert found == [(f"<response-{i}>", a.status_code, a.json()) for i, a in enumerate(alone)]
    assert [status for _, status, _ in found] == [200, 400, 200, 400, 400]


async def test_the_other_methods_can_be_batched_too(client: httpx.AsyncClient) -> None:
    suggestion = {"comment": {"text": "A."}, "attributeScores": {"DOUBT": {"summaryScore": {"value": 0}}}}
    parts = [
        request(suggestion, "/v1alpha1/comments:suggestscore"),
        request(b"", "/$discovery/rest?version=v1alpha1", "GET"),
        request(BODY, "http://elsewhere.example/v1alpha1/comments%3Aanalyze"),
    ]
    found = await answers(client, parts)
    assert [status for _, status, _ in found] == [200, 200, 200]
    assert found[1][2]["rootUrl"] == "http://test/"


@pytest.mark.parametrize(
    ("part", "status"),
    [
        (request(target="/v1/score"), 404),
        (request(target="/batch"), 404),
        (request(target="http://["), 400),
        (request(method="GET"), 405),
        (b"no request", 400),
        (b"", 400),
        (f"POST {ANALYZE} HTTP/1.1".encode(), 400),
        (request(b'{"comment": {"text": "\xff"}}'), 400),
    ],
)
async def test_a_part_at_fault_fails_alone(client: httpx.AsyncClient, part: bytes, status: int) -> None:
    found = await answers(client, [request(), part, request()])
    assert [found_status for _, found_status, _ in found] == [200, status, 200]
    assert found[1][2]["error"]["code"] == status


async def test_parts_without_id_or_of_another_type_are_answered(client: httpx.AsyncClient) -> None:
    assert (await answers(client, [request()], head="Content-Type: application/http"))[0][:2] == (None, 200)
    assert (await answers(client, [request()], head="Content-Type: text/plain"))[0][1] == 400
    assert (await answers(client, [request()], head="Content-Type: message/rfc822"))[0][1] == 400


async def test_the_parts_share_passes(opened: Opened) -> None:
    engine = KeywordEngine()
    async with opened(engine, max_wait_ms=50) as client:
        await answers(client, [request(BODY | {"comment": {"text": f"Number {i}."}}) for i in range(20)])
    assert sum(map(len, engine.passes)) == 20
    assert len(engine.passes) < 20


async def test_each_part_is_asked_for_a_key_of_its_own_and_counts_towards_its_quota(
    opened: Opened, tmp_path: Path
) -> None:
    key, file = new_key(), tmp_path / "keys.toml"
    file.write_text(key_line(Key("desk", hash_key(key), quota_per_minute=2)) + "\n")
    keyed, unkeyed = request(target=f"{ANALYZE}?key={key}"), request(target=ANALYZE)
    async with opened(keys_file=file, max_batch_documents=1) as client:
        found = await answers(client, [keyed, unkeyed, keyed, request(target=f"{ANALYZE}?key=wrong"), keyed])
    reasons = [body["error"]["details"][0]["reason"] if status != 200 else None for _, status, body in found]
    assert sorted(map(str, reasons)) == ["API_KEY_INVALID", "API_KEY_INVALID", "None", "None", "RATE_LIMIT_EXCEEDED"]
    assert reasons[1] == reasons[3] == "API_KEY_INVALID"


async def test_a_failure_of_the_engine_is_each_parts_own(opened: Opened) -> None:
    def fail(texts: Sequence[str]) -> None:
        if any("SICK" in text for text in texts):
            raise RuntimeError("secret")

    async with opened(KeywordEngine(before=fail), max_batch_documents=1) as client:
        found = await answers(client, [request(BODY | {"comment": {"text": text}}) for text in ("A.", "SICK.")])
    assert [status for _, status, _ in found] == [200, 500]
    assert "secret" not in json.dumps(found)


async def test_a_hundred_parts_are_answered_and_one_more_is_refused(client: httpx.AsyncClient) -> None:
    assert len(await answers(client, [request()] * MAX_PARTS)) == MAX_PARTS
    refused = await client.post(
        "/batch", content=multipart([request()] * (MAX_PARTS + 1)), headers={"content-type": MEDIA_TYPE}
    )
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == "The batch has 101 parts; at most 100 can be sent at once."


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/json", b"{}"),
        ("multipart/mixed", multipart([request()])),
        ('multipart/form-data; boundary="b"', multipart([request()])),
        (MEDIA_TYPE, b""),
        (MEDIA_TYPE, b"\xff\x00"),
        ('multipart/mixed; boundary="other"', multipart([request()])),
        ("", multipart([request()])),
    ],
)
async def test_what_is_no_batch_is_an_invalid_argument(
    client: httpx.AsyncClient, media_type: str, content: bytes
) -> None:
    response = await client.post("/batch", content=content, headers={"content-type": media_type})
    assert response.status_code == 400
    assert response.json()["error"]["status"] == "INVALID_ARGUMENT"


async def test_parts_nested_in_parts_are_no_request(client: httpx.AsyncClient) -> None:
    nested = b"Content-Type: message/rfc822\r\n\r\n" * 3000 + request()
    content = b"--b\r\n" + nested + b"\r\n--b--\r\n"
    response = await client.post("/batch", content=content, headers={"content-type": MEDIA_TYPE})
    assert response.status_code in (200, 400)


def test_a_part_has_the_headers_of_the_batch_that_it_lacks_and_that_say_nothing_of_a_body() -> None:
    outer = [(b"authorization", b"Bearer a"), (b"content-type", b"multipart/mixed"), (b"host", b"h"), (b"x-a", b"1")]
    inner = [(b"content-type", b"application/json"), (b"x-a", b"2")]
    assert dict(inherited(outer, inner)) == {
        b"authorization": b"Bearer a",
        b"content-type": b"application/json",
        b"host": b"h",
        b"x-a": b"2",
    }


def test_line_breaks_alone_are_read_as_mail_is_sent() -> None:
    read = read_request(b"\nPOST /p?q=%20 HTTP/1.1\nContent-Type: a/b\nX: 1\n 2\nbroken\n\nbody\n\nmore")
    assert (read.method, read.path, read.query, read.body) == ("POST", "/p", b"q=%20", b"body\n\nmore")
    assert read.headers == ((b"content-type", b"a/b"), (b"x", b"1  2"))


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"POST /p HTTP/1.1\r\n", b"POST /p HTTP/1.1\r\nA: b\r\n\r\n"]))
def test_any_bytes_are_a_request_or_an_invalid_argument(content: bytes, head: bytes) -> None:
    try:
        read = read_request(head + content)
    except InvalidArgument:
        return
    assert all(name.islower() or not name.isalpha() for name, _ in read.headers)
    assert all(b"\n" not in value and b"\r" not in value for _, value in read.headers)


@settings(deadline=None)
@given(st.text(max_size=40), st.binary(max_size=200))
def test_any_bytes_are_a_batch_or_an_invalid_argument(media_type: str, content: bytes) -> None:
    for declared in (media_type, MEDIA_TYPE):
        try:
            parts = read_parts(declared, b"--b\r\n" + content)
        except InvalidArgument:
            continue
        assert all(part.content_id is None or part.content_id.isprintable() for part in parts)
