"""What is wrong with a request in the terms of the Perspective API, and how that is told.

PerspectiveError
├── CommentEmpty
├── CommentTooLong
├── NoRequestedAttributes
├── LanguageNotSupported           carries the attribute and the languages
├── LanguageDetectionFailed
└── InvalidArgument                everything else; may carry the faults of single fields
"""

from collections.abc import Sequence
from typing import Any

from framescope_api.errors import FieldError, RequestError

MAX_SHOWN_NAME = 100


def shorten(name: str) -> str:
    """A name that a client chose, as an error may repeat it: a body has room for one of megabytes."""
    return name if len(name) <= MAX_SHOWN_NAME else f"{name[:MAX_SHOWN_NAME]}…"


class PerspectiveError(RequestError):
    """The request cannot be served as it is; ``error_type`` is the contract's name for the reason."""

    code = "perspective_error"
    error_type = "INVALID_REQUEST"

    def payload(self) -> dict[str, Any]:
        """What the detail of the error tells beside its type."""
        return {}


class CommentEmpty(PerspectiveError):
    """The comment holds no text."""

    error_type = "COMMENT_EMPTY"

    def __init__(self) -> None:
        super().__init__("Comment must be non-empty.")


class CommentTooLong(PerspectiveError):
    """The comment, as it was sent, has more bytes in UTF-8 than the contract allows."""

    error_type = "COMMENT_TOO_LONG"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"Comment text too long. It has {size} bytes in UTF-8; at most {limit} are accepted.")


class NoRequestedAttributes(PerspectiveError):
    """No attribute was asked for."""

    error_type = "NO_REQUESTED_ATTRIBUTES"

    def __init__(self) -> None:
        super().__init__("Missing requested_attributes")


class LanguageNotSupported(PerspectiveError):
    """The comment is in a language that ``attribute`` cannot be told for."""

    error_type = "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"

    def __init__(self, attribute: str, requested: Sequence[str], detected: Sequence[str]) -> None:
        languages = ", ".join(requested or detected)
        super().__init__(f"Attribute {attribute} does not support request languages: {languages}")
        self.attribute = attribute
        self.requested = tuple(requested)
        self.detected = tuple(detected)

    def payload(self) -> dict[str, Any]:
        """The attribute and the languages, the empty lists too, because the contract names all three."""
        languages = {"detectedLanguages": list(self.detected), "requestedLanguages": list(self.requested)}
        return {"languageNotSupportedByAttributeError": {**languages, "attribute": self.attribute}}


class LanguageDetectionFailed(PerspectiveError):
    """The request names no language, and the comment has no letter to tell it by."""

    error_type = "LANGUAGE_DETECTION_FAILED"

    def __init__(self) -> None:
        super().__init__("Unable to detect language")


class InvalidArgument(PerspectiveError):
    """The request is at fault in any other way; ``fields`` tells where, as dotted paths."""

    def __init__(self, detail: str, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.fields = tuple(fields)
