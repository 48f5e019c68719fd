"""The OpenAPI description; ``python -m framescope_api.openapi`` writes it to standard output."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from framescope_api.admission import OPEN_PATHS
from framescope_api.contracts.perspective.schemas import AnalyzeCommentRequest, SuggestCommentScoreRequest
from framescope_api.feedback.schemas import FeedbackRequest
from framescope_api.schemas import Problem, ScoreRequest

SECURITY_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "api_key_header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "api_key_query": {"type": "apiKey", "in": "query", "name": "key"},
}


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """The description of the routes of ``app``, with the schemas that they read and raise by themselves."""
    description = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    _, own = models_json_schema(
        [
            (ScoreRequest, "validation"),
            (FeedbackRequest, "validation"),
            (Problem, "serialization"),
            (AnalyzeCommentRequest, "validation"),
            (SuggestCommentScoreRequest, "validation"),
        ],
        ref_template="#/components/schemas/{model}",
    )
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(own["$defs"])
    description["components"]["schemas"] = dict(sorted(schemas.items()))
    _describe_keys(description)
    return description


def _describe_keys(description: dict[str, Any]) -> None:
    """Say where keys are asked for; the empty alternative stands for a service that asks for none."""
    description["components"]["securitySchemes"] = SECURITY_SCHEMES
    alternatives: list[dict[str, list[str]]] = [{name: []} for name in SECURITY_SCHEMES]
    alternatives.append({})
    for path, operations in description["paths"].items():
        if path not in OPEN_PATHS:
            for operation in operations.values():
                operation["security"] = alternatives


def render_openapi() -> str:
    """The description as it is committed in ``api/openapi.json``; needs no model."""
    # Imported here because the application imports this module.
    from framescope_api.app import create_app  # noqa: PLC0415
    from framescope_api.settings import Settings  # noqa: PLC0415

    return json.dumps(create_app(Settings.model_construct()).openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_openapi())
