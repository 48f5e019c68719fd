import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import structlog
from conftest import Opened
from made_files import bomb, column, pdf, picture_pdf, with_body, word

from framescope_api.errors import Overloaded
from framescope_api.extraction import MAX_WAITING, Extractor
from framescope_api.keys import Key, hash_key, key_line
from framescope_model.extraction.kinds import MEDIA_TYPES, FileKind

SLOW_PAGE = b"<p>x" * 2_000_000
STORY = pdf(column(20, "The regime 😀 fell."))
WORD = word("The regime 😀 fell.", "Critics cheered.")


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("txt", b"The regime\r\n\r\nfell.\r\n", "The regime\r\n\r\nfell.\r\n"),
        ("md", "# The regime 😀".encode(), "# The regime 😀"),
        ("html", "<p>The regime 😀\r\n<p>fell.".encode(), "The regime 😀\n\nfell."),
        ("docx", WORD, "The regime 😀 fell.\n\nCritics cheered."),
        ("pdf", STORY, "The regime 😀 fell."),
    ],
)
async def test_each_kind_is_read(client: httpx.AsyncClient, kind: str, data: bytes, text: str) -> None:
    answer = {"text": text, "kind": kind, "warnings": []}
    told = await client.post("/v1/extract", params={"kind": kind}, content=data)
    assert (told.status_code, told.json()) == (200, answer)
    media_type = next(name for name, of in MEDIA_TYPES.items() if of == kind)
    by_type = await client.post("/v1/extract", content=data, headers={"content-type": f"{media_type}; charset=utf-8"})
    assert by_type.json() == answer


@pytest.mark.parametrize(
    ("kind", "data", "status", "code"),
    [
        ("pdf", b"", 422, "empty_body"),
        ("txt", b" ", 422, "empty_text"),
        ("txt", b"caf\xe9", 422, "unknown_encoding"),
        ("pdf", picture_pdf(), 422, "no_text"),
        ("pdf", pdf(column(20, "x"), password="p"), 422, "encrypted_file"),
        ("pdf", STORY[:300], 422, "broken_file"),
        ("pdf", WORD, 422, "wrong_kind"),
        ("docx", STORY, 422, "wrong_kind"),
        ("docx", WORD[:-50], 422, "broken_file"),
        ("docx", with_body("<w:sdt>" * 30_000 + "</w:sdt>" * 30_000), 422, "broken_file"),
        ("docx", bomb(), 413, "file_too_large"),
        ("html", b"<p>x" * 700_000, 413, "text_too_long"),
        ("pdf", b"%PDF-" + bytes(50 * 1024 * 1024), 413, "body_too_large"),
        ("odt", WORD, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_read_is_a_problem(
    client: httpx.AsyncClient, kind: str, data: bytes, status: int, code: str
) -> None:
    response = await client.post("/v1/extract", params={"kind": kind}, content=data)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("media_type", ["", "application/octet-stream", "image/png", "multipart/form-data; boundary=x"])
async def test_a_file_of_no_known_kind_is_refused(client: httpx.AsyncClient, media_type: str) -> None:
    headers = {"content-type": media_type} if media_type else {}
    response = await client.post("/v1/extract", content=b"x", headers=headers)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert "pdf" in response.json()["detail"]


async def test_other_requests_are_answered_meanwhile_and_time_is_limited(opened: Opened) -> None:
    async with opened(extraction_timeout_s=2) as client:
        slow = asyncio.create_task(client.post("/v1/extract?kind=html", content=SLOW_PAGE))
        await asyncio.sleep(0.3)
        started = time.monotonic()
        assert (await client.post("/v1/score", json={"text": "The regime fell."})).status_code == 200
        assert time.monotonic() - started < 1.5
        response = await slow
        assert (response.status_code, response.json()["code"]) == (422, "file_too_complex")


async def test_a_key_is_asked_for_and_a_quota_counts(opened: Opened, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text(key_line(Key("desk", hash_key("k"), quota_per_minute=1)))
    async with opened(keys_file=keys) as client:
        refused = await client.post("/v1/extract?kind=txt", content=b"x")
        assert (refused.status_code, refused.json()["code"]) == (401, "api_key_invalid")
        headers = {"authorization": "Bearer k"}
        assert (await client.post("/v1/extract?kind=txt", content=b"x", headers=headers)).status_code == 200
        again = await client.post("/v1/extract?kind=txt", content=b"x", headers=headers)
        assert (again.status_code, again.json()["code"]) == (429, "quota_exceeded")


async def test_nothing_of_a_file_is_logged(client: httpx.AsyncClient) -> None:
    with structlog.testing.capture_logs() as logged:
        await client.post("/v1/extract?kind=pdf", content=STORY)
        await client.post("/v1/extract?kind=html", content=b"<meta charset=utf-8>regime\xe9")
    assert "regime" not in json.dumps(logged, default=str)


async def parts() -> AsyncIterator[bytes]:
    for start in range(0, len(WORD), 1000):
        yield WORD[start : start + 1000]


async def test_a_file_may_come_in_parts(client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/extract?kind=docx", content=parts())).status_code == 200


async def test_too_many_files_at_once_are_refused_and_leaving_makes_room() -> None:
    extractor = Extractor(1, 300)
    waiting = [asyncio.create_task(extractor.extract(SLOW_PAGE, FileKind.HTML)) for _ in range(1 + MAX_WAITING)]
    await asyncio.sleep(0.1)
    with pytest.raises(Overloaded):
        await extractor.extract(b"x", FileKind.TXT)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (await extractor.extract(b"x", FileKind.TXT)).text == "x"
    extractor.close()
