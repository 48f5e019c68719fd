"""The contract's routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse

from framescope_api.body import read_body
from framescope_api.contracts.error_route import error_route
from framescope_api.contracts.languagetool import schemas as out
from framescope_api.contracts.languagetool.checking import check
from framescope_api.contracts.languagetool.languages import is_english, listed_languages
from framescope_api.contracts.languagetool.openapi import CONFIGINFO_PARAMETERS, GET_PARAMETERS, POST_BODY
from framescope_api.contracts.languagetool.parameters import check_form_type, read_parameters, read_request
from framescope_api.contracts.languagetool.plain_text import error_response, error_responses
from framescope_api.contracts.languagetool.software import configuration_answer, info_answer
from framescope_api.contracts.languagetool.upstream import Upstream, upstream_root
from framescope_api.dependencies import LifecycleDep, ServiceDep, SettingsDep, while_connected
from framescope_api.errors import InvalidRequest, UnknownPath
from framescope_api.service import ScoringService
from framescope_api.settings import Settings


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold the connections to the upstream as long as the application runs."""
    settings: Settings = app.state.settings
    app.state.languagetool_upstream = None
    if settings.languagetool_upstream is None:
        yield
        return
    # The operator names the server that may see the text; a proxy from the environment would see it too. The time limit
    # is kept around the whole exchange.
    async with httpx.AsyncClient(
        base_url=upstream_root(settings.languagetool_upstream), timeout=None, trust_env=False
    ) as client:
        app.state.languagetool_upstream = Upstream(client, settings.languagetool_upstream_timeout_s)
        yield


def _upstream(request: Request) -> Upstream | None:
    found: Upstream | None = request.app.state.languagetool_upstream
    return found


UpstreamDep = Annotated[Upstream | None, Depends(_upstream)]

router = APIRouter(prefix="/v2", tags=["languagetool"], route_class=error_route(error_response), lifespan=_lifespan)

CHECK: dict[str, Any] = {
    "summary": "Check a text (LanguageTool)",
    "response_model": out.CheckAnswer,
    "responses": error_responses(400, 403, 413, 500, 503),
}
TEXT: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.post("/check", operation_id="languagetool_check", openapi_extra=POST_BODY, **CHECK)
async def check_form(request: Request, settings: SettingsDep, service: ServiceDep, upstream: UpstreamDep) -> Response:
    """Find framing in a text, as an editor or add-on asks that lets its user name a LanguageTool server.

    Unknown parameters are passed over, and may stand in the query string as well.
    """
    check_form_type(request.headers.get("content-type"))
    body = await read_body(request, settings.max_body_bytes)
    return await while_connected(request, _answer(request, body, service, upstream))


@router.get("/check", operation_id="languagetool_check_query", openapi_extra=GET_PARAMETERS, **CHECK)
async def check_query(request: Request, service: ServiceDep, upstream: UpstreamDep) -> Response:
    """Do the same for a short text in the query string."""
    await request.body()
    return await while_connected(request, _answer(request, b"", service, upstream))


async def _answer(request: Request, body: bytes, service: ScoringService, upstream: Upstream | None) -> Response:
    query: bytes = request.scope.get("query_string", b"")
    asked = await run_in_threadpool(lambda: read_request(read_parameters(query, body)))
    answer = await check(asked, service, upstream, str(request.base_url).rstrip("/"))
    content = await run_in_threadpool(answer.model_dump_json, by_alias=True, exclude_unset=True)
    return Response(content, media_type="application/json")


@router.get(
    "/languages",
    operation_id="languagetool_languages",
    summary="List the languages (LanguageTool)",
    responses=error_responses(403, 500, 503),
    response_model_exclude_unset=True,
)
async def languages(upstream: UpstreamDep) -> list[out.ListedLanguage]:
    """Tell which languages can be asked for; with a LanguageTool server behind this one also those that it checks."""
    own = listed_languages()
    theirs = None if upstream is None else await upstream.languages()
    if not isinstance(theirs, list):
        return own
    listed = {language.long_code for language in own}
    return sorted([*own, *(each for each in theirs if each.long_code not in listed)], key=lambda each: each.name)


@router.get(
    "/maxtextlength",
    operation_id="languagetool_maxtextlength",
    summary="Tell the longest text (LanguageTool)",
    response_class=PlainTextResponse,
    responses={**TEXT, **error_responses(403, 500, 503)},
)
async def maxtextlength(settings: SettingsDep) -> Response:
    """Tell how many code points a text may have; clients take it for UTF-16 units, of which there are never fewer."""
    return PlainTextResponse(str(settings.max_document_length))


@router.get(
    "/healthcheck",
    operation_id="languagetool_healthcheck",
    summary="Should requests be sent here? (LanguageTool)",
    response_class=PlainTextResponse,
    responses={**TEXT, **error_responses(500, 503)},
)
async def healthcheck(lifecycle: LifecycleDep) -> Response:
    """Answer 200 from when the model is loaded until the service is told to stop."""
    lifecycle.check_ready()
    return PlainTextResponse("OK")


@router.get(
    "/info",
    operation_id="languagetool_info",
    summary="Tell which program answers (LanguageTool)",
    responses=error_responses(403, 500, 503),
)
async def info(service: ServiceDep) -> out.InfoAnswer:
    """Tell the version of the program and the revision of the model."""
    return info_answer(service.engine.info)


@router.get(
    "/configinfo",
    operation_id="languagetool_configinfo",
    summary="List the rules (LanguageTool)",
    responses=error_responses(400, 403, 500, 503),
    openapi_extra=CONFIGINFO_PARAMETERS,
    response_model_exclude_unset=True,
)
async def configinfo(request: Request, settings: SettingsDep, service: ServiceDep) -> out.ConfigurationAnswer:
    """Tell the rules that can be switched on and off, for clients that offer them as options."""
    language = read_parameters(request.scope.get("query_string", b"")).get("language", "")
    if not is_english(language):
        raise InvalidRequest("the parameter 'language' should be English, such as en-US: no others have rules here")
    return configuration_answer(service.engine.info, settings.max_document_length)


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"], include_in_schema=False)
async def anything_else() -> Response:
    """Refuse, in the contract's form, what is not served: the dictionaries under ``/v2/words``, above all."""
    raise UnknownPath("nothing is served at this path or with this method; see /openapi.json")
