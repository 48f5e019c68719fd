"""The routes of the Perspective API."""

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from framescope_api.body import read_body
from framescope_api.contracts.error_route import error_route
from framescope_api.contracts.perspective.analysis import analyze as analyze_comment
from framescope_api.contracts.perspective.batch import Part, read_parts, write_parts
from framescope_api.contracts.perspective.correction import read_suggestion
from framescope_api.contracts.perspective.discovery import (
    ANALYZE_PATH,
    API_VERSION,
    BATCH_PATH,
    DISCOVERY_PATH,
    SUGGEST_PATH,
    discovery_document,
)
from framescope_api.contracts.perspective.dispatch import answer_part
from framescope_api.contracts.perspective.error_answers import JSON_MEDIA_TYPE, error_descriptions, error_response
from framescope_api.contracts.perspective.errors import InvalidArgument
from framescope_api.contracts.perspective.reading import read_message
from framescope_api.contracts.perspective.schemas import (
    AnalyzeCommentAnswer,
    AnalyzeCommentRequest,
    SuggestCommentScoreAnswer,
    SuggestCommentScoreRequest,
)
from framescope_api.contracts.perspective.suggestions import FeedbackSink
from framescope_api.dependencies import KeyNameDep, ServiceDep, SettingsDep, while_connected
from framescope_api.errors import UnknownPath

router = APIRouter(route_class=error_route(error_response), tags=["Perspective API"])


def _json_body(schema: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    content = {"schema": {"$ref": f"#/components/schemas/{schema.__name__}"}, "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


ANALYZE_EXAMPLE = {
    "comment": {"text": "It is the worst crisis the country has ever seen."},
    "requestedAttributes": {"UNATTRIBUTED_SUPERLATIVE": {}},
    "languages": ["en"],
}
SUGGEST_EXAMPLE = {
    "comment": {"text": "It is the worst crisis the country has ever seen."},
    "attributeScores": {"UNATTRIBUTED_SUPERLATIVE": {"summaryScore": {"value": 1.0}}},
    "clientToken": "comment-1",
}
BATCH_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"multipart/mixed": {"schema": {"type": "string"}}}}
}


async def _analyze_body(request: Request, settings: SettingsDep) -> AnalyzeCommentRequest:
    return await read_message(request, AnalyzeCommentRequest, settings.max_body_bytes)


async def _suggest_body(request: Request, settings: SettingsDep) -> SuggestCommentScoreRequest:
    return await read_message(request, SuggestCommentScoreRequest, settings.max_body_bytes)


@router.post(
    ANALYZE_PATH,
    operation_id="perspective_analyze",
    summary="Score a comment",
    response_model=AnalyzeCommentAnswer,
    responses=error_descriptions(400, 429, 500, 503),
    openapi_extra=_json_body(AnalyzeCommentRequest, ANALYZE_EXAMPLE),
)
async def analyze(
    request: Request,
    body: Annotated[AnalyzeCommentRequest, Depends(_analyze_body)],
    service: ServiceDep,
    settings: SettingsDep,
) -> Response:
    """Tell the scores of a comment, for clients of the Perspective API; attributes are our features in upper case."""
    return _answer(await while_connected(request, analyze_comment(body, service, settings.max_document_length)))


@router.post(
    SUGGEST_PATH,
    operation_id="perspective_suggestscore",
    summary="Take corrected scores of a comment",
    response_model=SuggestCommentScoreAnswer,
    responses=error_descriptions(400, 429, 500, 503),
    openapi_extra=_json_body(SuggestCommentScoreRequest, SUGGEST_EXAMPLE),
)
async def suggestscore(
    request: Request,
    body: Annotated[SuggestCommentScoreRequest, Depends(_suggest_body)],
    service: ServiceDep,
    key_name: KeyNameDep,
) -> Response:
    """Take the scores that a comment should have been given; whether they are kept is the operator's choice."""
    suggestion = await asyncio.to_thread(read_suggestion, body, service.engine.info, service.language_of, key_name)
    sink: FeedbackSink = request.app.state.feedback_sink
    await sink.take(suggestion)
    return _answer(
        SuggestCommentScoreAnswer(
            client_token=suggestion.client_token,
            requested_languages=list(suggestion.requested_languages) or None,
            detected_languages=list(suggestion.detected_languages) or None,
        )
    )


@router.get(
    DISCOVERY_PATH,
    operation_id="perspective_discovery",
    summary="Describe the Perspective API to Google's clients",
    responses=error_descriptions(400, 404, 500),
)
async def discovery(
    request: Request, version: Annotated[str | None, Query(description="Always `v1alpha1`.")] = None
) -> dict[str, Any]:
    """Tell Google's clients what there is to call, at the address by which they reached this service."""
    if version not in (None, API_VERSION):
        raise UnknownPath(f"There is no version {version} of this API; {API_VERSION} is served here.")
    try:
        return discovery_document(str(request.base_url))
    except ValueError:
        raise InvalidArgument("The Host header of the request is no host.") from None


@router.post(
    BATCH_PATH,
    operation_id="perspective_batch",
    summary="Answer several requests at once",
    responses={
        200: {"content": {"multipart/mixed": {"schema": {"type": "string"}}}},
        **error_descriptions(400, 500),
    },
    response_class=Response,
    openapi_extra=BATCH_BODY,
)
async def batch(request: Request, settings: SettingsDep) -> Response:
    """Answer up to a hundred requests of the Perspective API, each as it would be answered alone."""
    body = await read_body(request, settings.max_body_bytes)
    parts = await asyncio.to_thread(read_parts, request.headers.get("content-type", ""), body)
    return await while_connected(request, _answer_parts(request, parts))


async def _answer_parts(request: Request, parts: list[Part]) -> Response:
    answers = await asyncio.gather(*(answer_part(request, part) for part in parts))
    media_type, body = write_parts(zip(parts, answers, strict=True))
    return Response(body, headers={"Content-Type": media_type})


def _answer(answer: BaseModel) -> Response:
    # Without characters beyond ASCII, which mail parsers, as clients use them for batches, may break lines at.
    content = json.dumps(answer.model_dump(mode="json", by_alias=True, exclude_none=True))
    return Response(content, media_type=JSON_MEDIA_TYPE)
