"""Which languages a comment is in, as its sender says and as it seems."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from framescope_api.contracts.perspective.errors import LanguageDetectionFailed
from framescope_api.engine import Language
from framescope_model.errors import UnsupportedLanguage

LanguageOf = Callable[[str, str | None], Language]


@dataclass(frozen=True, slots=True)
class CommentLanguages:
    """The languages of a comment.

    Args:
        requested: as its sender declared them.
        detected: what it seems to be in; nothing when it holds no letter.
        supported: the code of the language to score it in; absent when it cannot be scored.
    """

    requested: tuple[str, ...]
    detected: tuple[str, ...]
    supported: str | None

    def told(self) -> tuple[str, ...]:
        """What an answer calls the languages of the comment: those declared, else those detected."""
        return self.requested or self.detected


def find_languages(text: str, requested: Sequence[str], language_of: LanguageOf) -> CommentLanguages:
    """The languages of the comment ``text``; what its sender declared wins.

    Several languages mean that the text is mixed of them, so that each has to be supported. Without any, detection
    decides; it fails on a text without letters, though the native contract scores such a text.

    Raises:
        LanguageDetectionFailed: none was declared, and there is nothing to detect it by.
        InputError: what was declared is no language.
    """
    detected = _accepted(text, None, language_of) if _has_letters(text) else None
    if not requested and detected is None:
        raise LanguageDetectionFailed
    found: tuple[_Verdict, ...] = () if detected is None else (detected,)
    accepted = tuple(_accepted(text, tag, language_of) for tag in requested) or found
    return CommentLanguages(
        requested=tuple(requested),
        detected=tuple(verdict.code for verdict in found),
        supported=accepted[0].code if all(verdict.supported for verdict in accepted) else None,
    )


@dataclass(frozen=True, slots=True)
class _Verdict:
    code: str
    supported: bool


def _accepted(text: str, declared: str | None, language_of: LanguageOf) -> _Verdict:
    try:
        return _Verdict(language_of(text, declared).code, supported=True)
    except UnsupportedLanguage as error:
        return _Verdict(error.language, supported=False)


def _has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)
