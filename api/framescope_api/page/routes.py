"""The routes of the pages for people; they are no part of the API, and so not of its description."""

from fastapi import APIRouter, Request, Response

from framescope_api.dependencies import LifecycleDep, SettingsDep
from framescope_api.errors import UnknownPath
from framescope_api.page.assets import assets, render
from framescope_api.page.entries import feature_entries
from framescope_model.model_info import ModelInfo

router = APIRouter(include_in_schema=False)

HTML = "text/html; charset=utf-8"


@router.get("/")
async def index(lifecycle: LifecycleDep, settings: SettingsDep) -> Response:
    """The page on which a text is pasted and scored; the scoring itself is a request of its own, with its key."""
    values = {
        "max_length": settings.max_document_length,
        "max_file_bytes": settings.max_file_bytes,
        "asks_for_keys": settings.keys_file is not None,
        "keeps_feedback": settings.feedback_database is not None and settings.store_text,
        "retention_days": settings.feedback_retention_days,
    }
    return _page("index.html", lifecycle.model(), **values)


@router.get("/features")
async def feature_list(lifecycle: LifecycleDep) -> Response:
    """All features, each with a link to its page."""
    return _page("features.html", lifecycle.model())


@router.get("/features/{feature_id}")
async def feature_page(request: Request, feature_id: str, lifecycle: LifecycleDep) -> Response:
    """What a feature means, with examples, what was measured of it, and what a writer can do about it.

    Raises:
        UnknownPath: there is no such feature, and the client wants no HTML.
    """
    model = lifecycle.model()
    for entry in feature_entries(model):
        if entry.feature.id == feature_id:
            return _page("feature.html", model, entry=entry)
    if "text/html" in request.headers.get("accept", ""):
        return _page("unknown_feature.html", model, status=404)
    raise UnknownPath("there is no such feature; /features lists them")


@router.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    """A script, a style sheet or a picture; a browser that has it already is told that it still holds.

    Raises:
        UnknownPath: it is none of ours.
    """
    found = assets().get(name)
    if found is None:
        raise UnknownPath("there is no such file")
    # The same for everybody and no secret, unlike answers; asked for anew, so that no page runs with old scripts.
    headers = {"ETag": found.etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=304, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)


def _page(template: str, model: ModelInfo | None, status: int = 200, **values: object) -> Response:
    page = "score" if template == "index.html" else "features"
    content = render(template, model=model, page=page, entries=feature_entries(model), **values)
    return Response(content, status, media_type=HTML)
