"""``POST /v1/moderations``."""

import re
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from framescope_api import errors as api
from framescope_api.admission import REFUSALS
from framescope_api.answers import SCORE_DECIMALS
from framescope_api.body import read_json
from framescope_api.contracts.error_route import described_errors, error_route
from framescope_api.contracts.openai.errors import STATUS_OVERRIDES, error_answer, render
from framescope_api.contracts.openai.schemas import ErrorAnswer, ModerationAnswer, ModerationRequest, texts_of
from framescope_api.dependencies import ServiceDep, SettingsDep, while_connected
from framescope_api.service import Document, Failure, Scored
from framescope_model import errors as model
from framescope_model.model_info import ModelInfo
from framescope_model.results import ScoreOptions

router = APIRouter(prefix="/v1", tags=["openai"], route_class=error_route(render))

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
    api.TooManyDocuments,
    api.ModelNotServed,
    model.UnsupportedLanguage,
    api.Overloaded,
    api.InternalError,
    api.NotReady,
    api.ShuttingDown,
)

# The defaults of OpenAI's own models, which its clients and the tools built on them send without being asked.
STOCK_MODEL = re.compile(r"(omni|text)-moderation(-[a-z0-9-]+)?")

PART = {
    "type": "object",
    "required": ["type", "text"],
    "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
}
REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["input"],
                    "additionalProperties": False,
                    "properties": {
                        "input": {
                            "anyOf": [
                                {"type": "string", "description": "One text."},
                                {"type": "array", "minItems": 1, "items": {"type": "string"}},
                                {"type": "array", "minItems": 1, "items": PART, "description": "One text in parts."},
                            ]
                        },
                        "model": {"type": ["string", "null"], "maxLength": 200},
                    },
                },
                "example": {"input": "It is the worst crisis the country has ever seen."},
            }
        },
    }
}


async def _body(request: Request, settings: SettingsDep) -> ModerationRequest:
    return await read_json(request, ModerationRequest, settings.max_body_bytes)


@router.post(
    "/moderations",
    operation_id="create_moderation",
    summary="Score texts, in the form of OpenAI's moderation endpoint",
    response_model=ModerationAnswer,
    responses=described_errors(ERRORS, STATUS_OVERRIDES, ErrorAnswer),
    openapi_extra=REQUEST_BODY,
)
async def create_moderation(
    request: Request, body: Annotated[ModerationRequest, Depends(_body)], service: ServiceDep, settings: SettingsDep
) -> Response:
    """Score texts for framing. The categories are our features: none of OpenAI's own is among them.

    `model` may be absent, the name of one of OpenAI's moderation models, or the name of the model in use; the answer
    always names the model that scored. A text that cannot be scored makes the request fail, and `param` points at it.
    """
    info = service.engine.info
    _check_model(body.model, info)
    documents = [Document(str(index), text) for index, text in enumerate(texts_of(body.input, settings.max_documents))]
    outcomes = await while_connected(request, service.score(documents, ScoreOptions()))
    scored: list[Scored] = []
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Failure):
            param = f"input[{index}]" if len(outcomes) > 1 else "input"
            return error_answer(outcome.error, param, f"{param}: ")
        scored.append(outcome)
    results = [_result(outcome) for outcome in scored]
    return JSONResponse({"id": f"modr-{uuid.uuid4().hex}", "model": model_name(info), "results": results})


def model_name(info: ModelInfo) -> str:
    """The name that tells which model scored: two that could answer differently never share it."""
    return f"{info.name}-{info.version}+{info.revision}"


def _check_model(asked: str | None, info: ModelInfo) -> None:
    """Refuse a model that is not in use.

    OpenAI's names are let pass, because clients send them unasked and the answer names our model. Any other name is a
    choice that somebody made, above all a pinned version of ours: to answer with another model would break it.
    """
    own = (info.name, f"{info.name}-{info.version}", model_name(info))
    if asked is not None and asked not in own and not STOCK_MODEL.fullmatch(asked):
        raise api.ModelNotServed(f"the model {asked!r} is not served here; {model_name(info)} is")


def _result(outcome: Scored) -> dict[str, object]:
    scores = outcome.result.scores
    return {
        "flagged": any(score.flagged for score in scores.values()),
        "categories": {feature: bool(score.flagged) for feature, score in scores.items()},
        "category_scores": {feature: round(float(score.score), SCORE_DECIMALS) for feature, score in scores.items()},
        "category_applied_input_types": {feature: ["text"] for feature in scores},
    }
