"""Feedback as JSON: what a request may hold, what an answer holds, and how the one becomes a ``Feedback``."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from framescope_api.errors import FieldError, InvalidRequest
from framescope_api.feedback.entries import (
    MAX_NOTE_LENGTH,
    MAX_SPANS,
    Context,
    CorrectedSpan,
    Feedback,
    JudgedModel,
    Origin,
)
from framescope_api.offsets import OffsetMap, OffsetUnit
from framescope_api.schemas import MAX_FEATURES, FeatureId, Probability, StrictIn, StrictOut, Text
from framescope_model.features import FEATURE_IDS, Mode
from framescope_model.spans import Span

MAX_MODEL_NAME_LENGTH = 200

Offset = Annotated[int, Field(ge=0)]
ModelName = Annotated[str, Field(min_length=1, max_length=MAX_MODEL_NAME_LENGTH)]


class ContextIn(StrictIn):
    """The document around the passage, and where in it the passage stands."""

    text: Annotated[Text, Field(description="The whole document.")]
    start: Offset
    end: Offset


class CorrectedSpanIn(StrictIn):
    """Words of the passage that carry a feature."""

    feature: FeatureId
    start: Offset
    end: Offset
    mode: Annotated[Mode | None, Field(strict=False, description="Of state_official_narrative only.")] = None


class JudgedModelIn(StrictIn):
    """The model whose scores were judged, as the answer named it."""

    name: ModelName
    version: ModelName
    revision: ModelName


class FeedbackRequest(StrictIn):
    """A passage with the labels that are right for it."""

    text: Annotated[Text, Field(description="The passage that was judged.")]
    context: ContextIn | None = None
    labels: Annotated[
        dict[str, bool | Probability],
        Field(
            min_length=1,
            max_length=MAX_FEATURES,
            json_schema_extra={"propertyNames": {"enum": list(FEATURE_IDS)}},
            description="What is right, by feature: whether it is there, or how likely. What is absent was not judged.",
        ),
    ]
    spans: Annotated[
        list[CorrectedSpanIn],
        Field(max_length=MAX_SPANS, description="The words that carry a feature which labels says is there."),
    ] = []  # noqa: RUF012 - pydantic copies it
    offsets: Annotated[OffsetUnit, Field(strict=False, description="Unit of all offsets in the request.")] = (
        OffsetUnit.CODEPOINT
    )
    note: Annotated[str, Field(max_length=MAX_NOTE_LENGTH, description="A remark for the reviewer.")] = ""
    model: JudgedModelIn | None = None
    do_not_store: Annotated[bool, Field(description="Whether to check the feedback only, and keep nothing of it.")] = (
        False
    )

    def to_feedback(self, key_name: str | None) -> Feedback:
        """The feedback, with offsets in code points.

        Raises:
            InvalidRequest: an offset lies outside its text or within a character.
        """
        context = self.context
        spans = self._spans()
        return Feedback(
            origin=Origin.NATIVE,
            text=self.text,
            labels=dict(self.labels),
            spans=spans,
            context=Context(context.text, _span(OffsetMap(context.text, self.offsets), context, "#/context"))
            if context
            else None,
            note=self.note,
            model=JudgedModel(self.model.name, self.model.version, self.model.revision) if self.model else None,
            key_name=key_name,
            do_not_store=self.do_not_store,
        )

    def _spans(self) -> tuple[CorrectedSpan, ...]:
        offsets = OffsetMap(self.text, self.offsets)
        return tuple(
            CorrectedSpan(item.feature, _span(offsets, item, f"#/spans/{index}"), item.mode)
            for index, item in enumerate(self.spans)
        )


class FeedbackKept(StrictOut):
    """The feedback was kept. `deletion_token` is told here only; it deletes the feedback at any time."""

    stored: Literal[True]
    id: UUID
    deletion_token: str
    expires_at: Annotated[datetime, Field(description="When it is deleted at the latest, as the service is set now.")]


class FeedbackDropped(StrictOut):
    """Nothing of the feedback was kept: the service is set so, or the request asked for it."""

    stored: Literal[False]
    reason: Literal["storage_off", "do_not_store"]


def _span(offsets: OffsetMap, ends: ContextIn | CorrectedSpanIn, pointer: str) -> Span:
    try:
        return Span(offsets.to_codepoints(ends.start), offsets.to_codepoints(ends.end))
    except ValueError as error:
        raise InvalidRequest(f"{pointer}: {error}", [FieldError(pointer, str(error))]) from None
