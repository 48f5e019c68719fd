"""What OpenAI's moderation endpoint takes and answers."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from framescope_api.errors import FieldError, InvalidRequest, TooManyDocuments
from framescope_api.schemas import Probability, StrictIn

IMAGE = "image_url"


class ModerationRequest(StrictIn):
    """Texts to score. The shapes of ``input`` are told apart by :func:`texts_of`, whose errors name the part."""

    input: Any
    model: Annotated[str | None, Field(max_length=200)] = None


class ModerationResult(BaseModel):
    """One input's scores by feature; `flagged` when any category is, which is no verdict on the text."""

    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, Probability]
    category_applied_input_types: dict[str, list[Literal["text"]]]


class ModerationAnswer(BaseModel):
    """The results, in the order of the inputs; `model` is name-version+revision of the model that scored."""

    id: str
    model: str
    results: list[ModerationResult]


class ErrorDetail(BaseModel):
    """An error as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorAnswer(BaseModel):
    """The body of every answer that is no success."""

    error: ErrorDetail


def texts_of(given: object, max_documents: int) -> list[str]:
    """The texts to score: a string is one, a list of strings several, a list of parts one of several paragraphs.

    Raises:
        InvalidRequest: it is none of these, or a part is no text; points at the part.
        TooManyDocuments: the list is longer than ``max_documents``.
    """
    if isinstance(given, str):
        return [given]
    if not isinstance(given, list) or not given:
        raise _invalid("#/input", "must be a string, or a list of strings or of parts that is not empty")
    if len(given) > max_documents:
        raise TooManyDocuments.among(len(given), max_documents)
    if isinstance(given[0], str):
        return [_string(item, f"#/input/{index}") for index, item in enumerate(given)]
    return [_joined(given)]


def _joined(parts: Sequence[object]) -> str:
    # As at OpenAI, the parts of a list make up one input; the blank line keeps a sentence from running over.
    return "\n\n".join(_text_of(part, f"#/input/{index}") for index, part in enumerate(parts))


def _text_of(part: object, pointer: str) -> str:
    if not isinstance(part, dict):
        raise _invalid(pointer, 'must be a part such as {"type": "text", "text": "…"}; strings and parts do not mix')
    if part.get("type") == IMAGE:
        raise _invalid(pointer, "is an image; this model scores text only, so send parts of type text")
    if part.get("type") != "text":
        raise _invalid(f"{pointer}/type", "must be text, the only type that this model scores")
    return _string(part.get("text"), f"{pointer}/text")


def _string(item: object, pointer: str) -> str:
    if not isinstance(item, str):
        raise _invalid(pointer, "must be a string")
    return item


def _invalid(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest(f"{pointer.removeprefix('#/')} {detail}", [FieldError(pointer, detail)])
