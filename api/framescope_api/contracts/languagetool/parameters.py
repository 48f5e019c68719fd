"""The parameters of a check, from a form and the query string."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message
from urllib.parse import parse_qsl

from framescope_api.contracts.languagetool.annotation import AnnotatedText, Part
from framescope_api.contracts.languagetool.data import read_data
from framescope_api.contracts.languagetool.languages import AUTO, is_english, is_language
from framescope_api.contracts.languagetool.rules import Choice
from framescope_api.errors import InvalidRequest, UnsupportedMediaType

MAX_PARAMETERS = 100
FORM = "application/x-www-form-urlencoded"
FORM_TYPES = frozenset([FORM, "text/plain"])
"""A browser declares a form that a script has joined to a string as plain text, unless the script says otherwise."""
LEVELS = ("default", "picky")
PARTIAL_MODE = "allbuttextlevelonly"
"""The browser add-on asks twice: with ``mode=textLevelOnly`` for the whole text and with this for single paragraphs."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a client asks to have checked.

    Args:
        text: with its markup.
        language: a language code, or ``auto``.
        preferred_variants: codes, one of which is told when English is detected.
        choice: the rules that are switched on and off.
        picky: whether uncertain findings are wanted.
        parameters: all parameters as they were sent.
    """

    text: AnnotatedText
    language: str
    preferred_variants: tuple[str, ...]
    choice: Choice
    picky: bool
    parameters: Mapping[str, str]

    @property
    def is_foreign(self) -> bool:
        """Whether the text was declared to be in another language than English."""
        return self.language != AUTO and not is_english(self.language)

    @property
    def is_partial(self) -> bool:
        """Whether the client sends the whole text in another request, for the rules that need it. Ours do."""
        return self.parameters.get("mode", "").lower() == PARTIAL_MODE


def check_form_type(header: str | None) -> None:
    """Refuse a body that is declared to be no form; one without a declaration is taken for one.

    Raises:
        UnsupportedMediaType: ``header``, the Content-Type, names something else.
    """
    if header is None:
        return
    declared = Message()
    declared["content-type"] = header
    # Python takes what has no slash for plain text.
    if "/" not in header or declared.get_content_type() not in FORM_TYPES:
        raise UnsupportedMediaType(f"the body has to be a form; send it with the Content-Type {FORM}")


def read_parameters(query: bytes, body: bytes = b"") -> dict[str, str]:
    """The parameters in a query string and a form; the query goes before the form, as with LanguageTool.

    Raises:
        InvalidRequest: they cannot be read, or one is given twice in the same place.
    """
    return {**_pairs(body, "the body"), **_pairs(query, "the query string")}


def read_request(parameters: Mapping[str, str]) -> CheckRequest:
    """The check that ``parameters`` ask for. Unknown ones are passed over: clients send many that concern others.

    Raises:
        InvalidRequest, MalformedJson, LoneSurrogate: what is wrong with them.
    """
    return CheckRequest(
        text=_text(parameters),
        language=_language(parameters.get("language", "")),
        preferred_variants=tuple(_listed(parameters, "preferredVariants")),
        choice=_choice(parameters),
        picky=_level(parameters.get("level", "")) == "picky",
        parameters=parameters,
    )


def _pairs(encoded: bytes, where: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS, separator="&"
        )
    except UnicodeDecodeError:
        raise InvalidRequest(f"{where} is not UTF-8") from None
    except ValueError:
        raise InvalidRequest(f"{where} has more than {MAX_PARAMETERS} parameters") from None
    return _unique(pairs, where)


def _unique(pairs: Iterable[tuple[str, str]], where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        # Of two texts one would go unchecked without a word.
        if name in found:
            raise InvalidRequest(f"{where} has the parameter {name[:40]!r} twice; send it once")
        found[name] = value
    return found


def _text(parameters: Mapping[str, str]) -> AnnotatedText:
    text, data = parameters.get("text"), parameters.get("data")
    if text is not None and data is not None:
        raise InvalidRequest("set either the parameter 'text' or 'data', not both")
    if text is not None:
        return AnnotatedText([Part.text(text)])
    if data is not None:
        return read_data(data)
    raise InvalidRequest("the parameter 'text' or 'data' is missing")


def _language(code: str) -> str:
    if not code:
        raise InvalidRequest("the parameter 'language' is missing; send a code such as en-US, or auto")
    if code == AUTO or is_language(code):
        return code
    raise InvalidRequest("the parameter 'language' is no language code; send one such as en-US, or auto")


def _choice(parameters: Mapping[str, str]) -> Choice:
    choice = Choice(
        enabled_rules=frozenset(_listed(parameters, "enabledRules")),
        disabled_rules=frozenset(_listed(parameters, "disabledRules")),
        enabled_categories=frozenset(_listed(parameters, "enabledCategories")),
        disabled_categories=frozenset(_listed(parameters, "disabledCategories")),
        only=parameters.get("enabledOnly", "").lower() in {"true", "yes"},
    )
    if choice.only and (choice.disabled_rules or choice.disabled_categories):
        raise InvalidRequest("rules or categories cannot be disabled with enabledOnly=true")
    if choice.only and not (choice.enabled_rules or choice.enabled_categories):
        raise InvalidRequest("enabledOnly=true needs rules or categories that are enabled")
    return choice


def _listed(parameters: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in parameters.get(name, "").split(",") if part.strip()]


def _level(level: str) -> str:
    if level.lower() in {"", *LEVELS}:
        return level.lower() or LEVELS[0]
    raise InvalidRequest(f"the parameter 'level' should be {' or '.join(LEVELS)}")
