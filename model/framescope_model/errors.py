"""Everything framescope raises on purpose.

FramescopeError
├── InputError                 the caller's text or options are at fault
│   ├── EmptyText
│   ├── TextTooLong
│   ├── UnsupportedLanguage
│   └── UnknownFeature
└── ArtifactError              the trained artifact cannot be used
    ├── ArtifactMissing
    ├── ArtifactDamaged
    └── ArtifactForeign
"""


class FramescopeError(Exception):
    """Base of all errors that framescope raises on purpose; the message says what to do.

    ``code`` is the stable machine-readable name that answers carry.
    """

    code = "framescope_error"


class InputError(FramescopeError):
    """The caller's text or options are at fault."""

    code = "invalid_input"


class EmptyText(InputError):
    """A document holds no text to score."""

    code = "empty_text"


class TextTooLong(InputError):
    """A document is longer than the limit in force."""

    code = "text_too_long"


class UnsupportedLanguage(InputError):
    """A document is confidently not in a language the model was trained on.

    ``language`` is the code of the one it is in, ``und`` where whoever refused the document did not say.
    """

    code = "unsupported_language"

    def __init__(self, detail: str, language: str = "und") -> None:
        super().__init__(detail)
        self.language = language


class UnknownFeature(InputError):
    """A feature id that the artifact does not know."""

    code = "unknown_feature"


class ArtifactError(FramescopeError):
    """The trained artifact cannot be used."""

    code = "artifact_unusable"


class ArtifactMissing(ArtifactError):
    """No artifact lies at the given place."""


class ArtifactDamaged(ArtifactError):
    """A file of the artifact is missing, cut short or altered."""


class ArtifactForeign(ArtifactError):
    """The artifact was made by an incompatible version or is none of ours."""
