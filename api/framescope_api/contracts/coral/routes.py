"""``POST /coral/moderate``, the address to give to Coral."""

import asyncio
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from framescope_api import errors as api
from framescope_api.body import check_media_type, parse_json, read_body, validate
from framescope_api.contracts.coral.policy import Decision, decide
from framescope_api.contracts.coral.schemas import ModerationAnswer, ModerationRequest, answer_of
from framescope_api.contracts.coral.signature import SIGNATURE_HEADER, is_signed
from framescope_api.dependencies import LifecycleDep, MetricsDep, SettingsDep, while_connected
from framescope_api.lifecycle import Lifecycle
from framescope_api.problems import problem_responses, public
from framescope_api.service import Document, Failure
from framescope_api.settings import Settings
from framescope_model import errors as model
from framescope_model.extraction.markup import extract_text
from framescope_model.results import ScoreOptions

router = APIRouter(prefix="/coral", tags=["coral"])

ERRORS: tuple[type[model.FramescopeError], ...] = (
    api.BodyTimeout,
    api.MalformedJson,
    api.SignatureRefused,
    api.BodyTooLarge,
    api.UnsupportedMediaType,
    api.InvalidRequest,
    api.LoneSurrogate,
    api.InternalError,
)

OUTCOME_HEADER = "Framescope-Outcome"
"""Says why an answer is 204: Coral does not read it, but whoever tries the endpoint does."""

# Coral does not say whether a body is HTML, but its HTML comes from a sanitiser, which quotes every attribute and
# escapes every other bracket. What a typist puts between brackets is not taken for a tag, or it would go unread.
HTML = re.compile(r'</?[a-zA-Z][a-zA-Z0-9]*(?:\s+[a-zA-Z-]+="[^"]*")*\s*/?>|&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]+);')

NOTHING: dict[str, Any] = {
    "description": "Nothing is to be done, or nothing could be said in time.",
    "headers": {OUTCOME_HEADER: {"description": "The reason, in a word.", "schema": {"type": "string"}}},
}

# A claim that a comment quotes is not held against its author.
OPTIONS = ScoreOptions(exclude_quoted=True)

REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["comment"],
                    "properties": {
                        "comment": {"type": "object", "properties": {"body": {"type": ["string", "null"]}}},
                    },
                },
                "example": {"action": "NEW", "comment": {"body": "What a shameful regime!", "parentID": None}},
            }
        },
    },
    "parameters": [
        {
            "name": SIGNATURE_HEADER,
            "in": "header",
            "required": True,
            "description": "`sha256=` and the HMAC-SHA256 of the body in hex; several separated by commas.",
            "schema": {"type": "string"},
        }
    ],
}


async def _signed_body(request: Request, settings: SettingsDep) -> bytes:
    """The raw body, whose signature is checked before anything in it is looked at."""
    if not settings.coral_secrets:
        raise api.SignatureRefused(
            "no secret is configured, so no request can be trusted; set FRAMESCOPE_CORAL_SECRETS to the signing secret "
            "that Coral shows for this phase"
        )
    body = await read_body(request, settings.max_body_bytes)
    secrets = [secret.get_secret_value() for secret in settings.coral_secrets]
    if not is_signed(body, request.headers.get(SIGNATURE_HEADER, ""), secrets):
        raise api.SignatureRefused(f"{SIGNATURE_HEADER} is missing, or was made with another secret or body")
    return body


@router.post(
    "/moderate",
    operation_id="coral_moderate",
    summary="Moderate a comment, as an external moderation phase of Coral",
    response_model=ModerationAnswer,
    responses={**problem_responses(ERRORS), 204: NOTHING},
    openapi_extra=REQUEST_BODY,
)
async def moderate(
    request: Request,
    body: Annotated[bytes, Depends(_signed_body)],
    lifecycle: LifecycleDep,
    settings: SettingsDep,
    metrics: MetricsDep,
) -> Response:
    """Score a comment and answer with what the policy asks for, in time for Coral.

    Whenever there is nothing to say, the answer is 204, with the reason in `Framescope-Outcome`: Coral then goes on as
    if the phase were not there.
    """
    deadline = asyncio.get_running_loop().time() + settings.coral_deadline_ms / 1000
    try:
        async with asyncio.timeout_at(deadline):
            text = await asyncio.to_thread(_text, body, request.headers.get("content-type"))
            outcome, decision = await while_connected(request, _decide(text, lifecycle, settings))
    except TimeoutError:
        outcome, decision = "too_late", None
    metrics.coral_answered(outcome)
    headers = {OUTCOME_HEADER: outcome}
    if decision is None:
        return Response(status_code=204, headers=headers)
    return Response(answer_of(decision), media_type="application/json", headers=headers)


async def _decide(text: str, lifecycle: Lifecycle, settings: Settings) -> tuple[str, Decision | None]:
    """The outcome by name, and what the policy asks for."""
    try:
        (outcome,) = await lifecycle.service().score([Document("comment", text)], OPTIONS)
    except model.FramescopeError as error:
        return public(error).code, None
    if isinstance(outcome, Failure):
        return public(outcome.error).code, None
    decision = decide(settings.coral_policy, outcome.result.scores)
    return ("below_thresholds" if decision is None else "acted"), decision


def _text(body: bytes, content_type: str | None) -> str:
    if content_type is not None:
        check_media_type(content_type)
    text = validate(parse_json(body), ModerationRequest).comment.body or ""
    return extract_text(text).text if HTML.search(text) else text
