"""Everything framescope raises on purpose.

FramescopeError
├── InputError                 the caller's text or options are at fault
│   ├── EmptyText
│   │   └── NoText
│   ├── TextTooLong
│   ├── UnsupportedLanguage
│   ├── UnknownFeature
│   └── ExtractionError        the text cannot be taken out of a file
│       ├── BrokenFile
│       ├── EncryptedFile
│       ├── FileTooComplex
│       ├── FileTooLarge
│       ├── UnknownEncoding
│       └── WrongKind
├── ExtractionUnavailable      the libraries that read files are not installed
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


class NoText(EmptyText):
    """A file holds no text that could be taken out, such as a PDF of scanned pages."""

    code = "no_text"


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


class ExtractionError(InputError):
    """The text cannot be taken out of a file; the message never repeats what it holds."""

    code = "extraction_failed"


class BrokenFile(ExtractionError):
    """A file is cut short or damaged, or uses its format in a way that cannot be read."""

    code = "broken_file"


class EncryptedFile(ExtractionError):
    """A file asks for a password."""

    code = "encrypted_file"


class FileTooComplex(ExtractionError):
    """Reading a file takes more time or memory than the limits in force allow."""

    code = "file_too_complex"


class FileTooLarge(ExtractionError):
    """A file is larger than the limit in force, packed or unpacked."""

    code = "file_too_large"


class UnknownEncoding(ExtractionError):
    """The characters of a text file cannot be told: it is not UTF-8 and says nothing else that holds."""

    code = "unknown_encoding"


class WrongKind(ExtractionError):
    """A file is of another kind than its name or its sender says."""

    code = "wrong_kind"


class ExtractionUnavailable(FramescopeError):
    """The libraries that read this kind of file are not installed."""

    code = "extraction_unavailable"


class ArtifactError(FramescopeError):
    """The trained artifact cannot be used."""

    code = "artifact_unusable"


class ArtifactMissing(ArtifactError):
    """No artifact lies at the given place."""


class ArtifactDamaged(ArtifactError):
    """A file of the artifact is missing, cut short or altered."""


class ArtifactForeign(ArtifactError):
    """The artifact was made by an incompatible version or is none of ours."""
