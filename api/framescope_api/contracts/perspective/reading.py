"""Reads the body of a request, with faults told as Google's services tell them."""

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from framescope_api.body import MAX_REPORTED_ERRORS, check_media_type, parse_json, read_body
from framescope_api.contracts.perspective.errors import InvalidArgument, shorten
from framescope_api.errors import FieldError, UnsupportedMediaType

M = TypeVar("M", bound=BaseModel)


async def read_message(request: Request, schema: type[M], max_bytes: int) -> M:
    """The JSON body of ``request`` as ``schema``.

    Raises:
        RequestError: it cannot be read, in the terms of the native contract or of this one.
    """
    declared = request.headers.get("content-type")
    if declared is not None:
        check_media_type(declared)
    body = await read_body(request, max_bytes)
    if not body:
        raise InvalidArgument("The request has no body; send a JSON object.")
    if declared is None:
        raise UnsupportedMediaType("the request states no Content-Type; send application/json")
    return await asyncio.to_thread(lambda: parse_message(parse_json(body), schema))


def parse_message(value: object, schema: type[M]) -> M:
    """``value`` as ``schema``.

    An unknown member is an error, as it is with Google: a misspelt option that is passed over would change the scores
    unseen, and clients of the API hold no members that the API does not know.

    Raises:
        InvalidArgument: it does not follow the schema; tells where, and never repeats a value.
    """
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[:MAX_REPORTED_ERRORS]
        fields = [_fault(item) for item in found]
        raise InvalidArgument(fields[0].detail, fields) from None


def _fault(item: Mapping[str, Any]) -> FieldError:
    *parents, last = item["loc"] or ("",)
    if item["type"] == "extra_forbidden":
        parent = _path(parents)
        where = f" at '{parent}'" if parent else ""
        return FieldError(
            parent, f'Invalid JSON payload received. Unknown name "{shorten(str(last))}"{where}: Cannot find field.'
        )
    path = _path([*parents, last])
    # Pydantic's own message names our class.
    message = "Input should be an object" if item["type"] == "model_type" else str(item["msg"])
    where = f" at '{path}'" if path else ""
    return FieldError(path, f"Invalid value{where}: {message.removeprefix('Value error, ')}")


def _path(location: list[int | str]) -> str:
    return ".".join(shorten(str(part)) for part in location if part not in ("", "[key]"))
