"""Reads a JSON body within its limit and checks it against a schema, with errors that say where."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from email.message import Message
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from framescope_api.errors import (
    BodyTooLarge,
    ClientLeft,
    EmptyBody,
    FieldError,
    InvalidRequest,
    LoneSurrogate,
    MalformedJson,
    UnsupportedMediaType,
)

M = TypeVar("M", bound=BaseModel)

MAX_REPORTED_ERRORS = 20


async def read_json(
    request: Request, schema: type[M], max_bytes: int, context: Mapping[str, object] | None = None
) -> M:
    """The body of ``request`` as ``schema``, whose validators may read ``context``.

    Raises:
        UnsupportedMediaType, BodyTooLarge, EmptyBody, MalformedJson, InvalidRequest, LoneSurrogate: what is wrong.
        ClientLeft: the client left before its body was complete.
    """
    declared = request.headers.get("content-type")
    if declared is not None:
        check_media_type(declared)
    body = await read_body(request, max_bytes)
    if not body:
        raise EmptyBody("the request has no body; send a JSON object")
    if declared is None:
        raise UnsupportedMediaType("the request states no Content-Type; send application/json")
    # A body at the limit takes a tenth of a second, in which others should be served.
    return await asyncio.to_thread(lambda: validate(parse_json(body), schema, context))


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body, counted as it arrives, since a stated length may be absent or wrong.

    Raises:
        BodyTooLarge: it has, or states to have, more than ``max_bytes``.
        ClientLeft: the client left before it was complete.
    """
    stated = request.headers.get("content-length", "")
    # The length limit on the digits spares us from making an integer of a header of any size.
    if stated.isdecimal() and (len(stated) > 18 or int(stated) > max_bytes):
        _refuse_size(max_bytes)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                _refuse_size(max_bytes)
    except ClientDisconnect as error:
        raise ClientLeft("the client left before its request was complete") from error
    return bytes(body)


def parse_json(body: bytes) -> object:
    """The JSON value (RFC 8259) in ``body``.

    Raises:
        MalformedJson: it is none, with the position.
        LoneSurrogate: a string in it is no Unicode text; JSON allows that, nothing behind us does.
    """
    try:
        # The signature is no part of JSON, but some editors and .NET clients send it.
        value: object = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise MalformedJson(f"the body is not UTF-8: byte {error.start} cannot be read") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno} (character {error.pos})"
        raise MalformedJson(f"the body is not JSON: {error.msg} at {where}") from error
    except RecursionError as error:
        raise MalformedJson("the body is nested too deeply") from error
    except ValueError as error:
        # Python refuses to read integers of thousands of digits.
        raise MalformedJson("the body holds a number that cannot be read") from error
    # Half a pair can only come from an escape, so that most bodies need no search.
    if b"\\ud" in body.lower():
        _refuse_lone_surrogates(value)
    return value


def validate(value: object, schema: type[M], context: Mapping[str, object] | None = None) -> M:
    """``value`` as ``schema``, whose validators may read ``context`` and raise errors of our own.

    Raises:
        InvalidRequest: it does not follow the schema.
    """
    try:
        return schema.model_validate(value, context=context)
    except ValidationError as error:
        # The input is left out: an answer or a log must not repeat the text.
        details = error.errors(include_url=False, include_input=False, include_context=False)
        raise invalid_request(details) from None


def _refuse_lone_surrogates(value: object) -> None:
    # A stack instead of recursion: what JSON nests is the client's choice.
    waiting: list[tuple[tuple[int | str, ...], object]] = [((), value)]
    while waiting:
        location, item = waiting.pop()
        if isinstance(item, str):
            _refuse_lone_surrogate(item, location)
        elif isinstance(item, list):
            waiting.extend(((*location, index), part) for index, part in enumerate(item))
        elif isinstance(item, dict):
            for name, part in item.items():
                _refuse_lone_surrogate(name, (*location, name))
                waiting.append(((*location, name), part))


def _refuse_lone_surrogate(text: str, location: tuple[int | str, ...]) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        detail = "holds half of a surrogate pair, so it is no Unicode text"
        pointer = _pointer(location)
        raise LoneSurrogate(f"{pointer} {detail}", [FieldError(pointer, detail)]) from None


def check_media_type(header: str) -> None:
    """Refuse a ``Content-Type`` that is not JSON in UTF-8.

    Raises:
        UnsupportedMediaType: names what was declared.
    """
    message = Message()
    message["content-type"] = header
    media_type = message.get_content_type() if "/" in header else header
    if media_type != "application/json" and not (
        media_type.startswith("application/") and media_type.endswith("+json")
    ):
        raise UnsupportedMediaType(f"the request's Content-Type is {media_type}; send application/json")
    charset = message.get_content_charset("utf-8")
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(f"the request's charset is {charset}; JSON is UTF-8")


def _refuse_size(max_bytes: int) -> NoReturn:
    raise BodyTooLarge(f"the body has more than {max_bytes} bytes; send fewer or shorter documents at once")


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(f"the body is not JSON: {name} is no JSON number")


def invalid_request(details: Sequence[Any]) -> InvalidRequest:
    """The error for the findings of pydantic, ``details``."""
    errors = [FieldError(_pointer(item["loc"]), _message(item)) for item in details[:MAX_REPORTED_ERRORS]]
    first = errors[0]
    return InvalidRequest(f"{first.pointer}: {first.detail}" if first.pointer != "#" else first.detail, errors)


def _message(item: Mapping[str, Any]) -> str:
    if item["type"] == "model_type":
        # Pydantic's own message names our class.
        return "Input should be an object"
    return str(item["msg"]).removeprefix("Value error, ")


def _pointer(location: tuple[int | str, ...]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location if part != "[key]"]
    return "/".join(["#", *parts])
