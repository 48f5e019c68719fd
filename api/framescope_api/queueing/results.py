"""What goes out: the fields of a result, and those of a dead letter."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from framescope_api.answers import SCORE_DECIMALS, model_ref, render_document
from framescope_api.problems import printable
from framescope_api.queueing.items import Entry, Item
from framescope_api.queueing.routing import Routing, RoutingRule
from framescope_api.service import Scored
from framescope_model.model_info import ModelInfo

Fields = Mapping[bytes, bytes]

MAX_KEPT_FIELDS = 1000
"""Redis's scripts cannot pass on more than a few thousand values; who sends so many fields did not mean an item."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item cannot be scored; ``code`` is stable, ``detail`` is for people and never holds the text."""

    code: str
    detail: str


def result_fields(info: ModelInfo, item: Item, scored: Scored, routing: Routing) -> Fields:
    """A result: its id and its route to sort by, and all of it as JSON."""
    head = {"id": item.id, "model": model_ref(info).model_dump(), "offsets": item.offsets}
    tail: dict[str, object] = {"routing": _routing(routing)}
    if item.context is not None:
        tail["context"] = item.context
    # The document is the text that /v1/score would answer with, so it is put in as it is.
    document = render_document(scored, item.offsets, spans=item.spans)
    result = f'{json.dumps(head)[:-1]}, "document": {document}, {json.dumps(tail)[1:]}'
    return {b"id": item.id.encode(), b"route": routing.route.encode(), b"result": result.encode()}


def dead_fields(entry: Entry, reason: Reason, attempts: int) -> Fields:
    """A dead letter: the fields of the entry as they came, byte for byte, and what was wrong."""
    kept = dict(list(entry.fields.items())[:MAX_KEPT_FIELDS])
    detail = reason.detail
    if len(kept) < len(entry.fields):
        detail += f" (of {len(entry.fields)} fields, the first {MAX_KEPT_FIELDS} are kept)"
    return kept | {
        b"error_code": reason.code.encode(),
        b"error_detail": printable(detail).encode(),
        b"error_entry": entry.id.encode(),
        b"error_attempts": str(attempts).encode(),
    }


def seen_digest(info: ModelInfo, rules: Sequence[RoutingRule], default_route: str, body: bytes) -> str:
    """What makes two items the same: every byte of them, the model and the policy.

    An edited text under the same id is another item, and so is the same one after a change of model or policy.
    """
    judge = [info.name, info.version, info.revision, default_route, [rule.model_dump() for rule in rules]]
    return hashlib.sha256(json.dumps(judge).encode() + b"\0" + body).hexdigest()


def _routing(routing: Routing) -> dict[str, object]:
    shown: dict[str, object] = {"route": routing.route, "rule": None, "score": None}
    if routing.rule is not None and routing.score is not None:
        rule = {"feature": routing.rule.feature, "threshold": routing.rule.threshold}
        shown |= {"rule": rule, "score": round(float(routing.score), SCORE_DECIMALS)}
    return shown
