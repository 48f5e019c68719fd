"""The contract's answers as data. A server behind this one sends matches of the same form, which are read with it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Open(BaseModel):
    """An object that may have more members than we know: LanguageTool adds some with every release."""

    model_config = ConfigDict(
        extra="allow", strict=True, frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )


class _Out(BaseModel):
    """An object that only we send."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)


class Replacement(_Open):
    """A suggestion; ours have none, since how to put it better is the writer's to say."""

    value: str


class Context(_Open):
    """The words around a match on one line; `offset` and `length` are UTF-16 units in `text`."""

    text: str
    offset: Annotated[int, Field(ge=0)]
    length: Annotated[int, Field(ge=0)]


class MatchType(_Open):
    """How a client should colour a match: `Hint`, `UnknownWord` or `Other`."""

    type_name: str


class Url(_Open):
    """A page that explains a rule."""

    value: str


class Category(_Open):
    """A group of rules that is switched on and off together."""

    id: str
    name: str


class Rule(_Open):
    """What a match is about. `tags` has `picky` if the match is shown at that level only."""

    id: str
    description: str = ""
    issue_type: str
    urls: list[Url] = []
    category: Category
    tags: list[str] = []


class Match(_Open):
    """Words that a rule found, from `offset` on for `length` UTF-16 units of text and markup together."""

    message: str
    short_message: str | None = None
    replacements: list[Replacement]
    offset: Annotated[int, Field(ge=0)]
    length: Annotated[int, Field(ge=0)]
    context: Context | None = None
    sentence: str | None = None
    type: MatchType | None = None
    rule: Rule
    ignore_for_incomplete_sentence: bool = False
    context_for_sure_match: int = 0


class Software(_Open):
    """Which program answers; `status` names the model."""

    name: str
    version: str
    build_date: str | None = None
    api_version: int = 1
    premium: bool = False
    status: str = ""


class Warnings(_Open):
    """Whether something that was asked for was not checked, and why."""

    incomplete_results: bool = False


class DetectedLanguage(_Open):
    """The language that was found; `confidence` is in [0, 1], and `source` says whether it was declared instead."""

    name: str
    code: str
    confidence: float = 0.0


class CheckedLanguage(_Open):
    """The language that the text was checked in."""

    name: str
    code: str
    detected_language: DetectedLanguage | None = None


class CheckAnswer(_Open):
    """The matches in a text, sorted by offset; the ranges of its sentences are UTF-16 units, end exclusive.

    A text in another language than English is answered by the server behind this one, whose answer may lack members.
    """

    software: Software | None = None
    warnings: Warnings = Warnings()
    language: CheckedLanguage
    matches: list[Match]
    sentence_ranges: list[list[int]] = []


class ListedLanguage(_Open):
    """A language that can be asked for; `code` is that of all its variants, `longCode` its own."""

    name: str
    code: str
    long_code: str


class InfoSoftware(_Out):
    """Which program answers; `commit` is the revision of the model."""

    name: str
    version: str
    build_date: str
    commit: str
    premium: bool


class InfoAnswer(_Out):
    """What `/v2/info` tells."""

    software: InfoSoftware


class ListedRule(_Out):
    """A rule as a client lists it in its options. Each looks at the whole text, hence -1."""

    rule_id: str
    description: str
    category_id: str
    category_name: str
    loc_quality_issue_type: str
    is_text_level_rule: str
    min_to_check_paragraph: str


class Limits(_Out):
    """The longest text, in UTF-16 units at least."""

    max_text_length: int


class ConfigurationAnswer(_Out):
    """What `/v2/configinfo` tells."""

    software: Software
    parameter: Limits
    rules: list[ListedRule]
