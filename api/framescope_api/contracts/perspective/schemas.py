"""The contract as data: what a request may hold and what an answer holds.

As in Protocol Buffers, a member may be written in camel case or in snake case, a null is an absent member, and an
unknown member is an error, by which Google's services answer too.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

MAX_MEMBERS = 50
"""Most members of an object. Each unknown one makes an error, and a body of a few megabytes holds a million."""
MAX_ATTRIBUTES = 100
MAX_ENTRIES = 100
MAX_LANGUAGES = 20
MAX_SPANS = 1000
MAX_INT32 = 2**31 - 1

TextType = Literal["PLAIN_TEXT", "HTML", "TEXT_TYPE_UNSPECIFIED"]
ScoreType = Literal["PROBABILITY", "SCORE_TYPE_UNSPECIFIED", "STD_DEV_SCORE", "PERCENTILE", "RAW"]
Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Utf16Offset = Annotated[int, Field(ge=0, le=MAX_INT32, description="In UTF-16 code units of the text as sent.")]
Languages = Annotated[
    list[Annotated[str, Field(max_length=35)]],
    Field(max_length=MAX_LANGUAGES, fail_fast=True, description="BCP 47 tags; they win over detection."),
]


class _In(BaseModel):
    """What a client sends."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _few_members(cls, value: object) -> object:
        if isinstance(value, dict) and len(value) > MAX_MEMBERS:
            raise ValueError(f"has {len(value)} members; at most {MAX_MEMBERS} are read")
        return value


class TextEntry(_In):
    """A text, plain or in HTML."""

    text: str | None = None
    type: TextType | None = None


class ArticleAndParentComment(_In):
    """The article that is commented on, and the comment that is answered."""

    article: TextEntry | None = None
    parent_comment: TextEntry | None = None


class CommentContext(_In):
    """What precedes a comment: `entries` or `articleAndParentComment`, not both."""

    entries: Annotated[list[TextEntry], Field(max_length=MAX_ENTRIES, fail_fast=True)] | None = None
    article_and_parent_comment: ArticleAndParentComment | None = None


class AttributeParameters(_In):
    """How an attribute is to be told; only scores that are probabilities are."""

    score_type: ScoreType | None = None
    score_threshold: Annotated[float, Field(allow_inf_nan=False)] | None = None


class _AboutComment(_In):
    """What both requests have."""

    comment: TextEntry | None = None
    context: CommentContext | None = None
    languages: Languages | None = None
    client_token: Annotated[str | None, Field(description="Given back in the answer.")] = None
    session_id: str | None = None
    community_id: str | None = None


class AnalyzeCommentRequest(_AboutComment):
    """A comment to score, and the attributes to tell."""

    model_config = ConfigDict(json_schema_extra={"required": ["comment", "requestedAttributes"]})

    requested_attributes: (
        Annotated[
            dict[str, AttributeParameters | None],
            Field(
                max_length=MAX_ATTRIBUTES,
                description="By name: a feature's id in upper case, or that with @ and a version of the model.",
            ),
        ]
        | None
    ) = None
    span_annotations: Annotated[bool | None, Field(description="Whether to tell a score for each passage.")] = None
    drop_unsupported_attributes: Annotated[
        bool | None, Field(description="Whether to leave out attributes that cannot serve the language.")
    ] = None
    do_not_store: Annotated[bool | None, Field(description="Comments are never stored here.")] = None


class CommentScore(_In):
    """A score that the client holds to be right."""

    value: Probability
    type: ScoreType | None = None


class SuggestedSpanScore(_In):
    """A score of a part of the comment; the end is exclusive."""

    begin: Utf16Offset
    end: Utf16Offset
    score: CommentScore


class SuggestedScores(_In):
    """What an attribute should have been: the score of the comment, of parts of it, or both."""

    summary_score: CommentScore | None = None
    span_scores: Annotated[list[SuggestedSpanScore], Field(max_length=MAX_SPANS, fail_fast=True)] | None = None


class SuggestCommentScoreRequest(_AboutComment):
    """A comment with the scores that it should have been given."""

    model_config = ConfigDict(json_schema_extra={"required": ["comment", "attributeScores"]})

    attribute_scores: Annotated[dict[str, SuggestedScores | None], Field(max_length=MAX_ATTRIBUTES)] | None = None


class _Out(BaseModel):
    """What the service answers; absent members are left out."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)


class AnswerScore(_Out):
    """A calibrated probability."""

    value: Probability
    type: Literal["PROBABILITY"] = "PROBABILITY"


class SpanScore(_Out):
    """The score of a part of the comment."""

    begin: Utf16Offset
    end: Utf16Offset
    score: AnswerScore


class AttributeScores(_Out):
    """What was found of an attribute."""

    span_scores: list[SpanScore]
    summary_score: AnswerScore


class AnalyzeCommentAnswer(_Out):
    """The scores, by attribute as it was asked for; without any, `attributeScores` is absent."""

    attribute_scores: dict[str, AttributeScores] | None = None
    languages: list[str] | None = None
    detected_languages: list[str] | None = None
    client_token: str | None = None


class SuggestCommentScoreAnswer(_Out):
    """The suggestion was taken."""

    client_token: str | None = None
    requested_languages: list[str] | None = None
    detected_languages: list[str] | None = None


class GoogleError(_Out):
    """An error; each of `details` names its own form in `@type`."""

    code: int
    message: str
    status: str
    details: list[dict[str, Any]]


class GoogleErrorAnswer(_Out):
    """Why a request was not served."""

    error: GoogleError
