"""The native contract's routes that tell about the model."""

from fastapi import APIRouter

from framescope_api.admission import REFUSALS
from framescope_api.answers import features_answer, model_answer
from framescope_api.dependencies import ServiceDep
from framescope_api.errors import InternalError, NotReady
from framescope_api.problems import problem_responses
from framescope_api.schemas import FeaturesAnswer, ModelAnswer

router = APIRouter(prefix="/v1", tags=["model"], responses=problem_responses([*REFUSALS, InternalError, NotReady]))


@router.get("/features", operation_id="features", summary="List the features")
async def features(service: ServiceDep) -> FeaturesAnswer:
    """Tell each feature's definition, threshold and measured quality.

    A feature is `experimental` when its F1 is under 0.5 or was not measured.
    """
    return features_answer(service.engine.info)


@router.get("/model", operation_id="model", summary="Show the model card")
async def model(service: ServiceDep) -> ModelAnswer:
    """Tell which model answers, with its thresholds and its card."""
    return model_answer(service.engine.info)
