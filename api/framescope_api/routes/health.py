"""Probes and metrics."""

from fastapi import APIRouter, Response

from framescope_api.admission import REFUSALS
from framescope_api.dependencies import LifecycleDep, MetricsDep
from framescope_api.errors import InternalError, NotReady, ShuttingDown
from framescope_api.metrics import METRICS_MEDIA_TYPE
from framescope_api.problems import problem_responses
from framescope_api.schemas import Status

router = APIRouter(tags=["operation"], responses=problem_responses([InternalError]))


@router.get("/livez", operation_id="livez", summary="Is the process alive?")
async def livez() -> Status:
    """Answer as long as the process can answer at all."""
    return Status(status="alive")


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Should requests be sent here?",
    responses=problem_responses([NotReady, ShuttingDown]),
)
async def readyz(lifecycle: LifecycleDep) -> Status:
    """Answer 200 from when the model is loaded until the service is told to stop."""
    lifecycle.check_ready()
    return Status(status="ready")


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Metrics for Prometheus",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problem_responses(REFUSALS),
    },
)
async def metrics(metrics: MetricsDep) -> Response:
    """Tell what was counted since the start, in the text format of Prometheus."""
    return Response(metrics.render(), media_type=METRICS_MEDIA_TYPE)
