"""The languages of the contract: English and its variants, under the codes and names that clients know."""

import re
from collections.abc import Sequence

from framescope_api.contracts.languagetool.schemas import ListedLanguage

AUTO = "auto"
"""The value of ``language`` that asks for detection."""
DEFAULT_VARIANT = "en-US"
"""What is told for English that was detected, unless the client prefers another variant."""

VARIANTS = {
    "en": "English",
    "en-AU": "English (Australian)",
    "en-CA": "English (Canadian)",
    "en-GB": "English (GB)",
    "en-NZ": "English (New Zealand)",
    "en-ZA": "English (South African)",
    "en-US": "English (US)",
}
"""The model reads them alike; clients look their own choice up in this list and would refuse to start without it."""

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_ENGLISH = frozenset(["en", "eng"])


def is_language(code: str) -> bool:
    """Whether ``code`` has the form of a language code, such as ``de`` or ``ca-ES-valencia``."""
    return _TAG.fullmatch(code) is not None


def is_english(code: str) -> bool:
    """Whether ``code`` is English or one of its variants."""
    return re.split("[-_]", code, maxsplit=1)[0].lower() in _ENGLISH


def variant_of(code: str, preferred: Sequence[str] = ()) -> str:
    """The code to tell for a text in English that was declared as ``code``; ``preferred`` counts for ``auto`` only."""
    if code == AUTO:
        return next((canonical(each) for each in preferred if is_english(each)), DEFAULT_VARIANT)
    return canonical(code)


def canonical(code: str) -> str:
    """``code`` of English as it stands in ``VARIANTS``; plain ``en`` for a variant that does not."""
    wanted = code.replace("_", "-").lower()
    return next((known for known in VARIANTS if known.lower() == wanted), "en")


def listed_languages() -> list[ListedLanguage]:
    """What ``/v2/languages`` tells, sorted by name. ``auto`` is in no such list; clients add it by themselves."""
    return [ListedLanguage(name=name, code="en", long_code=code) for code, name in VARIANTS.items()]
