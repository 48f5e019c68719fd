"""The native contract's routes that take corrections of scores, and delete them again."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from framescope_api import errors as api
from framescope_api.admission import REFUSALS
from framescope_api.body import read_json
from framescope_api.dependencies import FeedbackDep, KeyNameDep, SettingsDep
from framescope_api.feedback.entries import DropReason
from framescope_api.feedback.schemas import FeedbackDropped, FeedbackKept, FeedbackRequest
from framescope_api.problems import problem_responses
from framescope_model import errors as model

router = APIRouter(prefix="/v1", tags=["feedback"])

DELETION_TOKEN_HEADER = "Framescope-Deletion-Token"

ERRORS: tuple[type[model.FramescopeError], ...] = (
    *REFUSALS,
    api.BodyTimeout,
    api.MalformedJson,
    api.BodyTooLarge,
    model.TextTooLong,
    api.UnsupportedMediaType,
    api.EmptyBody,
    model.EmptyText,
    api.InvalidRequest,
    api.LoneSurrogate,
    model.UnknownFeature,
    api.FeedbackUnavailable,
    api.InternalError,
)
DELETE_ERRORS: tuple[type[model.FramescopeError], ...] = (
    *REFUSALS,
    api.UnknownFeedback,
    api.FeedbackUnavailable,
    api.InternalError,
)

EXAMPLE = {
    "text": "The census shows the lowest birth rate ever recorded.",
    "labels": {"unattributed_superlative": False},
    "note": "The sentence names the census.",
    "model": {"name": "framescope-minilm", "version": "0.1.0", "revision": "0123456789ab"},
}

REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/FeedbackRequest"}, "example": EXAMPLE},
        },
    }
}


async def _body(request: Request, settings: SettingsDep) -> FeedbackRequest:
    return await read_json(request, FeedbackRequest, settings.max_body_bytes)


@router.post(
    "/feedback",
    operation_id="give_feedback",
    summary="Correct the scores of a passage",
    status_code=201,
    response_model=FeedbackKept,
    responses={
        200: {"model": FeedbackDropped, "description": "Nothing was kept, as the service is set or the request asks."},
        **problem_responses(ERRORS),
    },
    openapi_extra=REQUEST_BODY,
)
async def give_feedback(
    request: Request, body: Annotated[FeedbackRequest, Depends(_body)], store: FeedbackDep, key_name: KeyNameDep
) -> Response:
    """Keep a correction for review, where the operator turned storage on and the request allows it.

    Nothing is trained on before a person has accepted it.
    """
    feedback = await asyncio.to_thread(body.to_feedback, key_name)
    outcome = await store.keep(feedback)
    if isinstance(outcome, DropReason):
        dropped = FeedbackDropped(stored=False, reason=outcome.value)
        return Response(dropped.model_dump_json(), media_type="application/json")
    kept = FeedbackKept(
        stored=True, id=outcome.id, deletion_token=outcome.deletion_token, expires_at=outcome.expires_at
    )
    # The answer holds a secret, which no cache should.
    headers = {
        "Location": str(request.url_for("delete_feedback", feedback_id=outcome.id).path),
        "Cache-Control": "no-store",
    }
    return Response(kept.model_dump_json(), status_code=201, headers=headers, media_type="application/json")


@router.delete(
    "/feedback/{feedback_id}",
    operation_id="delete_feedback",
    summary="Delete a feedback",
    status_code=204,
    responses={204: {"description": "It is deleted."}, **problem_responses(DELETE_ERRORS)},
)
async def delete_feedback(
    feedback_id: Annotated[str, Path(description="As told when it was kept.")],
    store: FeedbackDep,
    key_name: KeyNameDep,
    deletion_token: Annotated[
        str | None,
        Header(alias=DELETION_TOKEN_HEADER, description="As told when it was kept; the same API key will do as well."),
    ] = None,
) -> Response:
    """Delete a feedback for its sender, who has the token or the API key that it came with.

    A wrong token is answered as an unknown id is.
    """
    await store.delete(feedback_id, deletion_token, key_name)
    return Response(status_code=204)
