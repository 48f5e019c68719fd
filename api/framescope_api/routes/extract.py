"""The native contract's route from a file to its text.

The file is the body itself and no part of a form: parsers of forms put large parts on disk, and the name of a file,
which may tell as much as its text, need not travel at all.
"""

from email.message import Message
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from framescope_api import errors as api
from framescope_api.admission import REFUSALS
from framescope_api.body import read_body
from framescope_api.dependencies import ExtractorDep, SettingsDep, while_connected
from framescope_api.errors import EmptyBody, UnsupportedMediaType
from framescope_api.problems import problem_responses
from framescope_api.schemas import ExtractAnswer
from framescope_model import errors as model
from framescope_model.extraction.kinds import MEDIA_TYPES, FileKind

router = APIRouter(prefix="/v1", tags=["scoring"])

ERRORS: tuple[type[model.FramescopeError], ...] = (
    *REFUSALS,
    api.BodyTimeout,
    api.BodyTooLarge,
    model.FileTooLarge,
    model.TextTooLong,
    api.UnsupportedMediaType,
    api.EmptyBody,
    api.InvalidRequest,
    model.EmptyText,
    model.NoText,
    model.BrokenFile,
    model.EncryptedFile,
    model.FileTooComplex,
    model.UnknownEncoding,
    model.WrongKind,
    api.Overloaded,
    api.InternalError,
    model.ExtractionUnavailable,
)

_UNTOLD = frozenset({"", "application/octet-stream", "application/x-www-form-urlencoded"})
"""Media types that tell nothing of a file; the last is what curl says unless told otherwise."""

REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file as it is.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary", "minLength": 1}}
            for media_type in (*MEDIA_TYPES, "application/octet-stream")
        },
    }
}

Kind = Annotated[FileKind | None, Query(description="Kind of the file; its Content-Type tells it when absent.")]


@router.post(
    "/extract",
    operation_id="extract",
    summary="Take the text out of a file",
    responses=problem_responses(ERRORS),
    openapi_extra=REQUEST_BODY,
)
async def extract(request: Request, settings: SettingsDep, extractor: ExtractorDep, kind: Kind = None) -> ExtractAnswer:
    """The text of a plain, Markdown, HTML, Word (`.docx`) or PDF file, its paragraphs parted by blank lines.

    The file is the body; `kind` or the Content-Type tells what it is. Nothing of it is kept.
    """
    found = kind or _kind_of_type(request.headers.get("content-type", ""))
    data = await read_body(request, settings.max_file_bytes)
    if not data:
        raise EmptyBody("the request has no body; send the file as it is")
    extracted = await while_connected(request, extractor.extract(data, found))
    return ExtractAnswer(text=extracted.text, kind=found, warnings=list(extracted.warnings))


def _kind_of_type(header: str) -> FileKind:
    message = Message()
    message["content-type"] = header
    media_type = message.get_content_type() if "/" in header else header.strip().lower()
    kind = MEDIA_TYPES.get(media_type)
    if kind is not None:
        return kind
    kinds = ", ".join(FileKind)
    if media_type in _UNTOLD:
        raise UnsupportedMediaType(f"the request does not say what the file is; add ?kind= with one of {kinds}")
    raise UnsupportedMediaType(f"the request's Content-Type is {media_type}; text is taken out of {kinds} files")
