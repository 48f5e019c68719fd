"""What text-embeddings-inference takes and answers for a classifier."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from framescope_api.errors import FieldError, InvalidRequest, TooManyDocuments
from framescope_api.schemas import StrictIn

SHAPES = 'send "text", ["text"], or a batch [["text"], ["text"]]'


class Parameters(StrictIn):
    """What Hugging Face's ``InferenceClient`` sends beside the inputs; the original knows no such member.

    Softmax is not offered: the features do not exclude each other.
    """

    top_k: Annotated[int | None, Field(ge=1)] = None
    function_to_apply: Literal["sigmoid", "none"] | None = None


class PredictRequest(BaseModel):
    """Texts to classify; members that are not known are ignored, as the original does.

    ``truncate`` is read and has no effect: no text is ever cut. The shapes of ``inputs`` are told by
    :func:`read_inputs`.
    """

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    inputs: Any
    raw_scores: bool = False
    truncate: bool | None = None
    parameters: Parameters | None = None

    @property
    def tells_logits(self) -> bool:
        """Whether log-odds are asked for, in either way."""
        return self.raw_scores or (self.parameters is not None and self.parameters.function_to_apply == "none")


class Prediction(BaseModel):
    """A feature with its score: a probability, or its log-odds when raw scores were asked for."""

    label: str
    score: float


class ErrorAnswer(BaseModel):
    """The body of every answer that is no success."""

    error: str
    error_type: str


class Classifier(BaseModel):
    """The labels."""

    id2label: dict[str, str]
    label2id: dict[str, int]


class ModelType(BaseModel):
    """The kind of model."""

    classifier: Classifier


class Info(BaseModel):
    """What the server tells of itself. `max_input_length` counts code points here, since no text is cut to tokens."""

    model_id: str
    model_sha: str
    model_dtype: str
    model_type: ModelType
    max_concurrent_requests: int
    max_input_length: int
    max_client_batch_size: int
    auto_truncate: bool
    version: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """The texts of a request, and whether they came as a batch."""

    texts: tuple[str, ...]
    is_batch: bool


def read_inputs(given: object, max_documents: int) -> Inputs:
    """The texts in ``given``: a string, a list of one string, or a batch of such lists.

    Raises:
        InvalidRequest: it is none of these, or holds a pair of texts, which only a re-ranker reads.
        TooManyDocuments: the batch is larger than ``max_documents``.
    """
    if isinstance(given, str):
        return Inputs((given,), is_batch=False)
    if not isinstance(given, list) or not given:
        raise _invalid("#/inputs", f"must be a string or a list that is not empty; {SHAPES}")
    if isinstance(given[0], str):
        return Inputs((_only(given, "#/inputs"),), is_batch=False)
    if len(given) > max_documents:
        raise TooManyDocuments.among(len(given), max_documents)
    return Inputs(tuple(_only(item, f"#/inputs/{index}") for index, item in enumerate(given)), is_batch=True)


def _only(item: object, pointer: str) -> str:
    if not isinstance(item, list) or not all(isinstance(text, str) for text in item):
        raise _invalid(pointer, f"must be a list of one string; {SHAPES}")
    if len(item) != 1:
        found = "a pair of texts, which this model does not read" if len(item) == 2 else f"a list of {len(item)} texts"
        raise _invalid(pointer, f"is {found}; {SHAPES}")
    only: str = item[0]
    return only


def _invalid(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest(f"{pointer.removeprefix('#/')} {detail}", [FieldError(pointer, detail)])
