"""The native contract's scoring route."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from framescope_api import errors as api
from framescope_api.admission import REFUSALS
from framescope_api.answers import render_answer
from framescope_api.body import read_json
from framescope_api.dependencies import ServiceDep, SettingsDep, while_connected
from framescope_api.problems import problem_responses
from framescope_api.schemas import ScoreAnswer, ScoreRequest
from framescope_api.service import Document, Failure, ScoringService
from framescope_model import errors as model

router = APIRouter(prefix="/v1", tags=["scoring"])

ERRORS: tuple[type[model.FramescopeError], ...] = (
    api.MalformedJson,
    *REFUSALS,
    api.BodyTimeout,
    api.BodyTooLarge,
    model.TextTooLong,
    api.UnsupportedMediaType,
    api.EmptyBody,
    model.EmptyText,
    api.InvalidRequest,
    model.InputError,
    api.LoneSurrogate,
    api.TooManyDocuments,
    api.DuplicateId,
    model.UnknownFeature,
    model.UnsupportedLanguage,
    api.Overloaded,
    api.InternalError,
    api.NotReady,
    api.ShuttingDown,
)

EXAMPLE = {
    "documents": [{"id": "a", "text": "It is the worst crisis the country has ever seen.", "language": "en"}],
    "features": ["unattributed_superlative"],
    "spans": True,
    "offsets": "codepoint",
    "thresholds": {"unattributed_superlative": 0.7},
    "ignore": ["our own slogan"],
    "exclude_quoted": False,
}

REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/ScoreRequest"}, "example": EXAMPLE},
        },
    }
}


async def _body(request: Request, settings: SettingsDep) -> ScoreRequest:
    return await read_json(
        request, ScoreRequest, settings.max_body_bytes, context={"max_documents": settings.max_documents}
    )


@router.post(
    "/score",
    operation_id="score",
    summary="Score documents",
    response_model=ScoreAnswer,
    responses=problem_responses(ERRORS),
    openapi_extra=REQUEST_BODY,
)
async def score(request: Request, body: Annotated[ScoreRequest, Depends(_body)], service: ServiceDep) -> Response:
    """Score the passages of each document for framing, with the words and the source that carry them.

    A document that cannot be scored carries `error` in its place; when it is the only one, the answer is that error.
    """
    return Response(await while_connected(request, _answer(body, service)), media_type="application/json")


async def _answer(body: ScoreRequest, service: ScoringService) -> bytes:
    documents = [
        Document(item.id if item.id is not None else str(index), item.text, item.language)
        for index, item in enumerate(body.listed())
    ]
    outcomes = await service.score(documents, body.options())
    if len(outcomes) == 1 and isinstance(outcomes[0], Failure):
        raise outcomes[0].error
    info = service.engine.info
    return await asyncio.to_thread(render_answer, info, body.offsets, outcomes, spans=body.spans)
