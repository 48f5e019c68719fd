"""``POST /predict``, ``GET /info`` and ``GET /health``."""

import math
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from framescope_api import errors as api
from framescope_api.admission import REFUSALS
from framescope_api.answers import SCORE_DECIMALS
from framescope_api.body import read_json
from framescope_api.contracts.error_route import described_errors, error_route
from framescope_api.contracts.tei.errors import STATUS_OVERRIDES, render
from framescope_api.contracts.tei.schemas import (
    Classifier,
    ErrorAnswer,
    Info,
    ModelType,
    Prediction,
    PredictRequest,
    read_inputs,
)
from framescope_api.dependencies import LifecycleDep, ServiceDep, SettingsDep, while_connected
from framescope_api.service import Document, Failure, Scored
from framescope_model import errors as model
from framescope_model.results import ScoreOptions
from framescope_model.version import __version__

router = APIRouter(tags=["text-embeddings-inference"], route_class=error_route(render))

ERRORS: tuple[type[model.FramescopeError], ...] = (
    *REFUSALS,
    api.BodyTimeout,
    api.MalformedJson,
    api.EmptyBody,
    model.EmptyText,
    api.LoneSurrogate,
    api.BodyTooLarge,
    model.TextTooLong,
    api.TooManyDocuments,
    api.UnsupportedMediaType,
    api.InvalidRequest,
    model.UnsupportedLanguage,
    api.InternalError,
    api.Overloaded,
    api.NotReady,
    api.ShuttingDown,
)

SMALLEST_ODDS = 10.0**-SCORE_DECIMALS
"""Scores are told with so many decimals, so that log-odds beyond those of the last one would tell nothing."""

ONE_TEXT = {"type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string"}}
REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["inputs"],
                    "properties": {
                        "inputs": {"anyOf": [{"type": "string"}, ONE_TEXT, {"type": "array", "items": ONE_TEXT}]},
                        "raw_scores": {"type": "boolean", "default": False, "description": "Tell log-odds."},
                        "truncate": {"type": ["boolean", "null"], "description": "Accepted; no text is ever cut."},
                        "parameters": {
                            "type": ["object", "null"],
                            "description": "As Hugging Face's client sends them; one text is then answered as a batch.",
                            "additionalProperties": False,
                            "properties": {
                                "top_k": {"type": ["integer", "null"], "minimum": 1},
                                "function_to_apply": {"enum": ["sigmoid", "none", None]},
                            },
                        },
                    },
                },
                "example": {"inputs": [["It is the worst crisis ever."], ["The council met on Tuesday."]]},
            }
        },
    }
}


async def _body(request: Request, settings: SettingsDep) -> PredictRequest:
    return await read_json(request, PredictRequest, settings.max_body_bytes)


@router.post(
    "/predict",
    operation_id="predict",
    summary="Score texts, in the form of text-embeddings-inference",
    response_model=list[Prediction] | list[list[Prediction]],
    responses=described_errors(ERRORS, STATUS_OVERRIDES, ErrorAnswer),
    openapi_extra=REQUEST_BODY,
)
async def predict(
    request: Request, body: Annotated[PredictRequest, Depends(_body)], service: ServiceDep, settings: SettingsDep
) -> Response:
    """Score one text or a batch; each answer holds all features, the highest score first.

    The scores are probabilities that are independent of each other and do not sum to one. A text that cannot be
    scored makes the request fail.
    """
    inputs = read_inputs(body.inputs, settings.max_documents)
    documents = [Document(str(index), text) for index, text in enumerate(inputs.texts)]
    outcomes = await while_connected(request, service.score(documents, ScoreOptions()))
    answer = []
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Failure):
            return render(outcome.error, f"inputs[{index}]: " if inputs.is_batch else "")
        answer.append(_predictions(outcome, body))
    # Hugging Face's own client takes the first element of the answer, which the form of a batch alone survives.
    return JSONResponse(answer if inputs.is_batch or body.parameters is not None else answer[0])


@router.get(
    "/info",
    operation_id="tei_info",
    summary="Tell the model, in the form of text-embeddings-inference",
    responses=described_errors((*REFUSALS, api.InternalError, api.NotReady), STATUS_OVERRIDES, ErrorAnswer),
)
async def info(service: ServiceDep, settings: SettingsDep) -> Info:
    """Tell the model's identity, its labels and the limits in force."""
    told = service.engine.info
    labels = list(told.thresholds)
    classifier = Classifier(
        id2label={str(index): label for index, label in enumerate(labels)},
        label2id={label: index for index, label in enumerate(labels)},
    )
    return Info(
        model_id=f"{told.name}-{told.version}",
        model_sha=told.revision,
        model_dtype="float32",
        model_type=ModelType(classifier=classifier),
        max_concurrent_requests=settings.max_queued_documents,
        max_input_length=settings.max_document_length,
        max_client_batch_size=settings.max_documents,
        auto_truncate=False,
        version=__version__,
    )


@router.get(
    "/health",
    operation_id="tei_health",
    summary="Should requests be sent here? In the form of text-embeddings-inference",
    response_class=Response,
    responses=described_errors((api.InternalError, api.NotReady, api.ShuttingDown), STATUS_OVERRIDES, ErrorAnswer),
)
async def health(lifecycle: LifecycleDep) -> Response:
    """Answer as `/readyz` does, without a body when all is well."""
    lifecycle.check_ready()
    return Response()


def _predictions(outcome: Scored, body: PredictRequest) -> list[dict[str, object]]:
    # Python's sort is stable, so that features of the same score keep the order of the channels.
    ranked = sorted(outcome.result.scores.items(), key=lambda item: -item[1].score)
    told = log_odds if body.tells_logits else float
    top_k = body.parameters.top_k if body.parameters is not None else None
    return [{"label": feature, "score": round(told(score.score), SCORE_DECIMALS)} for feature, score in ranked[:top_k]]


def log_odds(score: float) -> float:
    """The logit of a calibrated score in [0, 1], finite at both ends.

    It is that of the score and not the network's own, which calibration moves and nothing downstream may depend on:
    a client that puts it through the sigmoid gets the score.
    """
    bounded = min(max(float(score), SMALLEST_ODDS), 1 - SMALLEST_ODDS)
    return math.log(bounded / (1 - bounded))
