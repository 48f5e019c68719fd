"""What comes in: an entry of the stream, and the item in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, field_validator

from framescope_api.body import parse_json, validate
from framescope_api.errors import BodyTooLarge, EmptyBody
from framescope_api.schemas import MAX_ID_LENGTH, ScoreRequest

ITEM_FIELD = b"item"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the stream as it lies there; ``id`` is Redis's, such as ``1700000000000-0``."""

    id: str
    fields: Mapping[bytes, bytes]

    @property
    def body(self) -> bytes:
        """The item's JSON as it was sent; empty when there is none."""
        return self.fields.get(ITEM_FIELD, b"")


class Item(ScoreRequest):
    """What ``/v1/score`` takes for one text, with an id and a context that comes back as it was sent."""

    id: Annotated[str, Field(min_length=1, max_length=MAX_ID_LENGTH)]
    context: Annotated[dict[str, Any] | None, Field(description="Anything; it comes back with the result.")] = None

    @field_validator("documents", mode="before")
    @classmethod
    def _one_text(cls, _: object) -> None:
        raise ValueError("an item is one text; send each document as an item of its own")


def read_item(entry: Entry, max_bytes: int) -> Item:
    """The item in ``entry``.

    Raises:
        EmptyBody, BodyTooLarge, MalformedJson, InvalidRequest, LoneSurrogate: what is wrong with it.
    """
    body = entry.body
    if not body:
        raise EmptyBody("the entry has no field 'item', or it is empty; put the item's JSON there")
    if len(body) > max_bytes:
        raise BodyTooLarge(f"the item has {len(body)} bytes; at most {max_bytes} are read")
    return validate(parse_json(body), Item)
