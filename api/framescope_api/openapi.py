"""The OpenAPI description; ``python -m framescope_api.openapi`` writes it to standard output."""

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from framescope_api.contracts.perspective.schemas import AnalyzeCommentRequest, SuggestCommentScoreRequest
from framescope_api.schemas import Problem, ScoreRequest


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """The description of the routes of ``app``, with the schemas that they read and raise by themselves."""
    description = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    _, own = models_json_schema(
        [
            (ScoreRequest, "validation"),
            (Problem, "serialization"),
            (AnalyzeCommentRequest, "validation"),
            (SuggestCommentScoreRequest, "validation"),
        ],
        ref_template="#/components/schemas/{model}",
    )
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(own["$defs"])
    description["components"]["schemas"] = dict(sorted(schemas.items()))
    return description


def render_openapi() -> str:
    """The description as it is committed in ``api/openapi.json``; needs no model."""
    # Imported here because the application imports this module.
    from framescope_api.app import create_app  # noqa: PLC0415
    from framescope_api.settings import Settings  # noqa: PLC0415

    return json.dumps(create_app(Settings.model_construct()).openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render_openapi())
