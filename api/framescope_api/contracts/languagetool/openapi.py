"""How the contract's parameters are described."""

from typing import Any

from framescope_api.contracts.languagetool.parameters import FORM, LEVELS

_LIST = {"type": "string", "description": "Ids, separated by commas."}

PARAMETERS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "description": "Plain text to check. Either this or `data` is needed."},
    "data": {
        "type": "string",
        "contentMediaType": "application/json",
        "description": 'A text with its markup: `{"text": "…"}` or `{"annotation": [{"text": "A "}, {"markup": "<b>"}, '
        '{"markup": "<p>", "interpretAs": "\\n\\n"}]}`.',
    },
    "language": {"type": "string", "minLength": 1, "description": "A code such as `en-US`, or `auto`."},
    "preferredVariants": {"type": "string", "description": "Variants to tell when one is detected, such as `en-GB`."},
    "motherTongue": {"type": "string", "description": "Concerns the server behind this one only."},
    "enabledRules": _LIST,
    "disabledRules": _LIST,
    "enabledCategories": _LIST,
    "disabledCategories": _LIST,
    "enabledOnly": {
        "type": "string",
        "enum": ["true", "yes", "false", "no"],
        "description": "Whether nothing runs but what is enabled.",
    },
    "level": {
        "type": "string",
        "enum": list(LEVELS),
        "description": "With `picky`, uncertain findings are told as well.",
    },
}

POST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {"type": "object", "properties": PARAMETERS, "required": ["language"]},
                "example": {"text": "It is the worst crisis the country has ever seen.", "language": "en-US"},
            }
        },
    }
}


def _in_query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    described = {key: value for key, value in schema.items() if key != "description"}
    return {
        "name": name,
        "in": "query",
        "required": name == "language",
        "description": schema["description"],
        "schema": described,
    }


GET_PARAMETERS: dict[str, Any] = {"parameters": [_in_query(name, schema) for name, schema in PARAMETERS.items()]}
CONFIGINFO_PARAMETERS: dict[str, Any] = {
    "parameters": [_in_query("language", {"type": "string", "description": "English or a variant of it."})]
}
