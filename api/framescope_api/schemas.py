"""The native contract as data: what a request may hold and what an answer holds."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from framescope_api.errors import TooManyDocuments
from framescope_api.offsets import OffsetUnit
from framescope_model.extraction.kinds import FileKind
from framescope_model.features import FEATURE_IDS, FeatureGroup, Mode
from framescope_model.results import ScoreOptions, Voice

MAX_ID_LENGTH = 200
MAX_FEATURES = 100
MAX_MEMBERS = 50
"""Most members of an object. Each unknown one makes an error, and a body of a few megabytes holds a million."""
MAX_IGNORED_PHRASES = 200
MAX_PHRASE_LENGTH = 200

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
# A text that is empty or blank is refused by the service, which answers with a code of its own; here it is only told.
Text = Annotated[str, Field(json_schema_extra={"minLength": 1, "pattern": r"\S"}, description="Plain text to score.")]
# Whether it is a language at all is the model room's to say, so that one bad tag does not refuse a whole batch.
LanguageCode = Annotated[str, Field(min_length=1, max_length=35, description="BCP 47 tag; wins over detection.")]
FeatureId = Annotated[str, Field(json_schema_extra={"enum": list(FEATURE_IDS)})]
Piece = Annotated[list[int], Field(min_length=2, max_length=2, description="Start and end, end exclusive.")]


class StrictIn(BaseModel):
    """What a client sends: unknown members are refused, and no value is silently taken for another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _few_members(cls, value: object) -> object:
        if isinstance(value, dict) and len(value) > MAX_MEMBERS:
            raise ValueError(f"has {len(value)} members; at most {MAX_MEMBERS} are read")
        return value


class StrictOut(BaseModel):
    """What the service answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DocumentIn(StrictIn):
    """A document to score."""

    id: Annotated[
        str | None,
        Field(min_length=1, max_length=MAX_ID_LENGTH, description="Unique in the request; its position when absent."),
    ] = None
    text: Text
    language: LanguageCode | None = None


class ScoreRequest(StrictIn):
    """Documents to score, as `documents` or as one `text`, and what to tell of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["documents"], "properties": {"documents": {"type": "array"}}},
                {"required": ["text"], "properties": {"text": {"type": "string"}}},
            ]
        }
    )

    documents: Annotated[list[DocumentIn], Field(min_length=1)] | None = None
    text: Text | None = None
    language: Annotated[
        LanguageCode | None, Field(description="Language of the documents that do not state their own.")
    ] = None
    features: Annotated[
        list[FeatureId] | None,
        Field(min_length=1, max_length=MAX_FEATURES, description="Features to report; all when absent."),
    ] = None
    spans: Annotated[bool, Field(description="Whether to tell spans and attributions.")] = True
    # Strictness would refuse the name of an enum's member.
    offsets: Annotated[OffsetUnit, Field(strict=False, description="Unit of all offsets in the answer.")] = (
        OffsetUnit.CODEPOINT
    )
    thresholds: Annotated[
        dict[str, Probability] | None,
        Field(
            max_length=MAX_FEATURES,
            json_schema_extra={"propertyNames": {"enum": list(FEATURE_IDS)}},
            description="Thresholds on passage scores that replace the model's, by feature.",
        ),
    ] = None
    ignore: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=MAX_PHRASE_LENGTH)]],
        Field(max_length=MAX_IGNORED_PHRASES, description="Phrases that are never reported, in any case."),
    ] = []
    exclude_quoted: Annotated[bool, Field(description="Whether to keep quoted speech out of the sourcing scores.")] = (
        False
    )

    @model_validator(mode="before")
    @classmethod
    def _few_documents(cls, value: object, info: ValidationInfo) -> object:
        """Refuse too many documents before each of them is looked at; the limit comes as ``max_documents``."""
        documents = value.get("documents") if isinstance(value, dict) else None
        limit = (info.context or {}).get("max_documents")
        if isinstance(documents, list) and limit is not None and len(documents) > limit:
            raise TooManyDocuments.among(len(documents), limit)
        return value

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.documents is None) == (self.text is None):
            raise ValueError("give either documents or text")
        return self

    def listed(self) -> list[DocumentIn]:
        """The documents, however they were given, with the request's language where they state none."""
        if self.text is not None:
            return [DocumentIn(text=self.text, language=self.language)]
        return [
            document if document.language else document.model_copy(update={"language": self.language})
            for document in self.documents or []
        ]

    def options(self) -> ScoreOptions:
        """What is asked of the scores."""
        return ScoreOptions(
            features=None if self.features is None else tuple(dict.fromkeys(self.features)),
            thresholds=self.thresholds,
            ignore=tuple(self.ignore),
            exclude_quoted=self.exclude_quoted,
        )


class ModelRef(StrictOut):
    """Which model answered; two models that could answer differently never share a revision."""

    name: str
    version: str
    revision: str


class LanguageOut(StrictOut):
    """The language of a document; `score` is the certainty of its detection, 1 when it was declared."""

    code: str
    score: Probability


class FeatureScoreOut(StrictOut):
    """A feature over a document: the highest passage score, whether a passage is flagged, the part of them that is."""

    score: Probability
    flagged: bool
    share: Probability


class PassageOut(StrictOut):
    """A sentence with the score of each feature, and the features at or over their threshold."""

    start: int
    end: int
    scores: dict[str, Probability]
    flags: list[str]


class EvidenceOut(StrictOut):
    """Whose voice carries a span, and the source and cue that vouch for it; null when nobody does."""

    voice: Voice
    source: list[Piece] | None
    cue: list[Piece] | None


class SpanOut(StrictOut):
    """Words that carry a feature. `mode` is set for state_official_narrative only."""

    feature: str
    start: int
    end: int
    score: Probability
    mode: Mode | None
    evidence: EvidenceOut


class AttributionOut(StrictOut):
    """A claim with the one it is attributed to, each in pieces."""

    source: list[Piece]
    cue: list[Piece]
    content: list[Piece]
    voice: Voice


class SkippedOut(StrictOut):
    """A stretch that was not scored, and why."""

    start: int
    end: int
    reason: str


class DocumentScores(StrictOut):
    """The scores of a document. `spans` and `attributions` are absent when the request turned spans off."""

    id: str
    language: LanguageOut
    scores: dict[str, FeatureScoreOut]
    passages: list[PassageOut]
    spans: list[SpanOut] = []
    attributions: list[AttributionOut] = []
    skipped: list[SkippedOut]


class ErrorOut(StrictOut):
    """Why a document was not scored."""

    code: str
    detail: str


class DocumentFailure(StrictOut):
    """A document that could not be scored, in its place among the others."""

    id: str
    error: ErrorOut


class ScoreAnswer(StrictOut):
    """The scores of all documents, in the order they were sent."""

    model: ModelRef
    offsets: OffsetUnit
    documents: list[DocumentScores | DocumentFailure]


class ExtractAnswer(StrictOut):
    """The text of a file; `warnings` tell people what is missing of it."""

    text: str
    kind: FileKind
    warnings: list[str]


class FeatureOut(StrictOut):
    """A feature, its threshold on passage scores, and what was measured of it (null: nothing)."""

    id: str
    group: FeatureGroup
    definition: str
    threshold: Probability
    quality: dict[str, Any] | None
    reliability: Literal["measured", "experimental"]


class FeaturesAnswer(StrictOut):
    """All features that the model scores."""

    model: ModelRef
    features: list[FeatureOut]


class ModelAnswer(StrictOut):
    """The model with its thresholds and its card."""

    model: ModelRef
    thresholds: dict[str, Probability]
    card: dict[str, Any]


class Status(StrictOut):
    """The state of the service."""

    status: str


class FieldProblem(StrictOut):
    """One fault in a request body; `pointer` is a JSON pointer as a URI fragment."""

    pointer: str
    detail: str


class Problem(StrictOut):
    """Problem details after RFC 9457; `code` is stable, `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str | None = None
    errors: list[FieldProblem] = []
