"""Batches: several requests in one, as Google's clients send them.

A batch is ``multipart/mixed`` (RFC 2046) of parts that each hold one request as ``application/http``; the answer holds
theirs in the same form. Parts are told apart by their ``Content-ID``.
Source: what ``BatchHttpRequest`` of google-api-python-client sends and reads.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from framescope_api.contracts.perspective.errors import InvalidArgument

MAX_PARTS = 100

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) (\S{1,8000})(?: HTTP/[0-9.]{1,5})?")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class InnerRequest:
    """The request in a part; header names are in lower case."""

    method: str
    path: str
    query: bytes = field(repr=False)
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A part; what it holds is read when it is answered, so that one that cannot be read fails alone."""

    content_id: str | None
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class InnerAnswer:
    """The answer to a part."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = field(repr=False)


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """The parts of a batch.

    Raises:
        InvalidArgument: it is no batch, or has more than ``MAX_PARTS`` parts.
    """
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n"
    try:
        message = BytesParser().parsebytes(head + body)
        parts = message.get_payload()
    except (MessageError, RecursionError, ValueError, LookupError):
        raise InvalidArgument("The batch cannot be read as multipart/mixed.") from None
    if message.get_content_type() != "multipart/mixed" or not isinstance(parts, list):
        raise InvalidArgument("A batch is multipart/mixed with a boundary and at least one part.")
    if len(parts) > MAX_PARTS:
        raise InvalidArgument(f"The batch has {len(parts)} parts; at most {MAX_PARTS} can be sent at once.")
    return [_part(part) for part in parts if isinstance(part, Message)]


def read_request(content: bytes) -> InnerRequest:
    """The request that a part holds.

    Raises:
        InvalidArgument: it holds none.
    """
    head, *rest = _HEAD_END.split(content.lstrip(b"\r\n"), maxsplit=1)
    line, _, headers = head.partition(b"\n")
    found = _REQUEST_LINE.fullmatch(line.decode("latin-1").strip())
    if found is None:
        raise InvalidArgument("The part holds no HTTP request: its first line should be METHOD PATH HTTP/1.1.")
    try:
        target = urlsplit(found[2])
    except ValueError:
        raise InvalidArgument("The part holds no HTTP request: its path cannot be read.") from None
    return InnerRequest(
        method=found[1],
        path=unquote(target.path),
        query=target.query.encode("latin-1"),
        headers=tuple(_headers(headers)),
        body=rest[0] if rest else b"",
    )


def write_parts(answers: Iterable[tuple[Part, InnerAnswer]]) -> tuple[str, bytes]:
    """The content type and the body of the answer to a batch."""
    boundary = f"batch_{uuid.uuid4().hex}"
    lines: list[bytes] = []
    for part, answer in answers:
        lines += [b"--" + boundary.encode(), b"Content-Type: application/http"]
        if part.content_id:
            lines.append(b"Content-ID: " + _answer_id(part.content_id).encode())
        lines += [b"", f"HTTP/1.1 {answer.status} {_reason(answer.status)}".encode()]
        lines += [name + b": " + value for name, value in answer.headers]
        lines += [b"", answer.body]
    lines += [b"--" + boundary.encode() + b"--", b""]
    return f'multipart/mixed; boundary="{boundary}"', b"\r\n".join(lines)


def inherited(outer: Sequence[tuple[bytes, bytes]], inner: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a part's request: its own ones, and of the batch's those that it lacks, such as a key.

    What the batch's headers say of its own body is left out.
    """
    own = {name for name, _ in inner}
    kept = [
        (name, value)
        for name, value in outer
        if name not in own and not name.startswith((b"content-", b"transfer-encoding"))
    ]
    return [*kept, *inner]


def _part(part: Message) -> Part:
    content = part.get_payload(decode=True) if part.get_content_type() == "application/http" else None
    content_id = part["Content-ID"]
    return Part(
        content_id=None if content_id is None else _UNPRINTABLE.sub(" ", str(content_id)).strip(),
        # A part of another type holds no request, which is its own fault and not the batch's.
        content=content if isinstance(content, bytes) else b"",
    )


def _headers(head: bytes) -> Iterable[tuple[bytes, bytes]]:
    for name, value in BytesHeaderParser().parsebytes(head).items():
        if _TOKEN.fullmatch(name):
            # Folded lines and whatever else no header can hold become spaces.
            yield name.lower().encode("latin-1"), _UNPRINTABLE.sub(" ", str(value)).strip().encode("latin-1")


def _answer_id(content_id: str) -> str:
    """The id of the answer to the part ``<ID>`` is ``<response-ID>``."""
    return f"<response-{content_id.removeprefix('<').removesuffix('>')}>"


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
