"""Everything the service raises on purpose, beside the errors of the model room.

FramescopeError
├── RequestError                   the request cannot be served as it is
│   ├── ApiKeyInvalid
│   ├── BodyTimeout
│   ├── MalformedJson
│   ├── UnsupportedMediaType
│   ├── EmptyBody
│   ├── BodyTooLarge
│   ├── InvalidRequest             carries a list of field errors
│   ├── LoneSurrogate              carries a list of field errors
│   ├── TooManyDocuments
│   ├── DuplicateId
│   ├── SignatureRefused
│   ├── ModelNotServed
│   ├── UnknownPath
│   ├── MethodNotAllowed
│   ├── UnknownFeedback
│   └── ClientLeft
├── ServiceError                   the service cannot serve at this moment
│   ├── Overloaded                 carries the seconds after which to try again
│   ├── QuotaExceeded              carries the seconds after which to try again
│   ├── NotReady
│   ├── ShuttingDown
│   ├── UpstreamFailed
│   ├── FeedbackUnavailable
│   └── InternalError
├── ReviewRefused                  a reviewer asked for what the rules of feedback forbid
└── SettingsError                  the service cannot be started as it is configured
    └── SchemaMismatch
"""

from collections.abc import Sequence
from dataclasses import dataclass

from framescope_model.errors import FramescopeError


@dataclass(frozen=True, slots=True)
class FieldError:
    """One fault in a request body.

    Args:
        pointer: JSON pointer (RFC 6901) to the member at fault, as a URI fragment such as ``#/documents/0/text``.
        detail: what is wrong with it; never its content.
    """

    pointer: str
    detail: str


class RequestError(FramescopeError):
    """The request cannot be served as it is; sending it again will not help."""

    code = "request_error"


class ApiKeyInvalid(RequestError):
    """The request carries no API key that is valid here; the message never repeats the key."""

    code = "api_key_invalid"


class BodyTimeout(RequestError):
    """The body did not arrive in full within the time limit in force."""

    code = "body_timeout"


class MalformedJson(RequestError):
    """The body is not JSON in UTF-8; the message gives the position."""

    code = "malformed_json"


class UnsupportedMediaType(RequestError):
    """The body is declared to be something other than JSON in UTF-8."""

    code = "unsupported_media_type"


class EmptyBody(RequestError):
    """There is no body."""

    code = "empty_body"


class BodyTooLarge(RequestError):
    """The body has more bytes than the limit in force."""

    code = "body_too_large"


class InvalidRequest(RequestError):
    """The body is JSON, but does not follow the contract; ``errors`` points at each fault."""

    code = "invalid_request"

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)


class LoneSurrogate(InvalidRequest):
    """A string of the body holds half of a surrogate pair, so it is no Unicode text."""

    code = "lone_surrogate"


class TooManyDocuments(RequestError):
    """A request holds more documents than the limit in force."""

    code = "too_many_documents"

    @classmethod
    def among(cls, documents: int, limit: int) -> "TooManyDocuments":
        """The error for so many ``documents`` where ``limit`` is in force."""
        return cls(f"the request has {documents} documents; at most {limit} can be sent at once")


class DuplicateId(RequestError):
    """Two documents of a request have the same id."""

    code = "duplicate_id"


class SignatureRefused(RequestError):
    """The request is not signed with a secret that the service knows."""

    code = "signature_refused"


class ModelNotServed(RequestError):
    """The request asks for a model that is not the one in use."""

    code = "model_not_found"


class UnknownPath(RequestError):
    """Nothing is served at this path."""

    code = "unknown_path"


class MethodNotAllowed(RequestError):
    """The path does not serve this method."""

    code = "method_not_allowed"


class UnknownFeedback(RequestError):
    """There is no feedback with this id, or it is not the caller's to delete."""

    code = "unknown_feedback"


class ClientLeft(RequestError):
    """The client closed the connection before the answer was ready; nobody will read this."""

    code = "client_left"


class ServiceError(FramescopeError):
    """The service cannot serve the request at this moment; the request itself is not at fault."""

    code = "service_error"


class Overloaded(ServiceError):
    """The queue is full; ``retry_after_s`` is an estimate of when there will be room."""

    code = "overloaded"

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class QuotaExceeded(ServiceError):
    """The caller has used up its requests of this minute; ``retry_after_s`` tells when one will be free."""

    code = "quota_exceeded"

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class NotReady(ServiceError):
    """The model is not loaded (yet)."""

    code = "not_ready"


class ShuttingDown(ServiceError):
    """The service was told to stop."""

    code = "shutting_down"


class FeedbackUnavailable(ServiceError):
    """Feedback cannot be kept or deleted at this moment; scoring is not concerned."""

    code = "feedback_unavailable"


class UpstreamFailed(ServiceError):
    """A server that this one asks on behalf of its clients gave no answer that could be used."""

    code = "upstream_failed"


class InternalError(ServiceError):
    """Something failed that should not have; the log tells more under the request id."""

    code = "internal_error"


class ReviewRefused(FramescopeError):
    """A reviewer asked for what the rules of feedback forbid; met at the command line only."""

    code = "review_refused"


class SettingsError(FramescopeError):
    """A setting or the file it names is unusable, the port is taken, or the service would be open to everybody."""

    code = "settings_unusable"


class SchemaMismatch(SettingsError):
    """The tables of the feedback database are not those of this version."""

    code = "schema_mismatch"
