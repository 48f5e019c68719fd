"""The discovery document, in which Google's own clients look up what there is to call.

Source: https://developers.google.com/discovery/v1/reference/apis
"""

from collections.abc import Mapping
from typing import Any

from framescope_model.version import __version__

API_VERSION = "v1alpha1"
ANALYZE_PATH = f"/{API_VERSION}/comments:analyze"
SUGGEST_PATH = f"/{API_VERSION}/comments:suggestscore"
DISCOVERY_PATH = "/$discovery/rest"
BATCH_PATH = "/batch"

Description = Mapping[str, Any]


def discovery_document(root_url: str) -> dict[str, Any]:
    """The document of a service whose paths follow ``root_url``, which ends with a slash."""
    return {
        "kind": "discovery#restDescription",
        "discoveryVersion": "v1",
        "id": f"commentanalyzer:{API_VERSION}",
        "name": "commentanalyzer",
        # What Google's clients call the API; they build names from it.
        "canonicalName": "Comment Analyzer",
        "version": API_VERSION,
        "revision": __version__,
        "title": "framescope",
        "description": "Scores comments for framing, in the form of the Perspective API.",
        "ownerDomain": "google.com",
        "ownerName": "framescope",
        "protocol": "rest",
        "rootUrl": root_url,
        "servicePath": "",
        "baseUrl": root_url,
        "basePath": "",
        # Clients put it behind rootUrl as it is.
        "batchPath": BATCH_PATH.removeprefix("/"),
        "parameters": _PARAMETERS,
        "resources": {
            "comments": {
                "methods": {
                    "analyze": _method("analyze", ANALYZE_PATH, "Scores a comment.", "AnalyzeComment"),
                    "suggestscore": _method(
                        "suggestscore", SUGGEST_PATH, "Takes corrected scores of a comment.", "SuggestCommentScore"
                    ),
                }
            }
        },
        "schemas": {name: {"id": name, "type": "object", "properties": members} for name, members in _SCHEMAS.items()},
    }


def _method(name: str, path: str, description: str, message: str) -> Description:
    return {
        "id": f"commentanalyzer.comments.{name}",
        "description": description,
        "httpMethod": "POST",
        "path": path.removeprefix("/"),
        "flatPath": path.removeprefix("/"),
        "parameterOrder": [],
        "parameters": {},
        "request": {"$ref": f"{message}Request"},
        "response": {"$ref": f"{message}Response"},
    }


def _query(description: str, kind: str = "string", **more: object) -> Description:
    return {"location": "query", "type": kind, "description": description, **more}


def _string(description: str, *values: str) -> Description:
    return {"type": "string", "description": description, **({"enum": list(values)} if values else {})}


def _flag(description: str) -> Description:
    return {"type": "boolean", "description": description}


def _number(description: str, form: str = "float") -> Description:
    return {"type": "integer" if form == "int32" else "number", "format": form, "description": description}


def _ref(name: str) -> Description:
    return {"$ref": name}


def _list(items: Description) -> Description:
    return {"type": "array", "items": items}


def _map(name: str, description: str) -> Description:
    return {"type": "object", "description": description, "additionalProperties": _ref(name)}


# Tolerated with any value. An answer is always whole and always JSON: `fields` and the other values of `alt` are not
# honoured, which no client depends on that reads what it asked for.
_PARAMETERS: Description = {
    "alt": _query("Form of the answer.", enum=["json"], default="json"),
    "fields": _query("Accepted; the answer is always whole."),
    "key": _query("API key, where the service asks for one."),
    "prettyPrint": _query("Accepted.", "boolean", default="true"),
    "quotaUser": _query("Accepted; a quota belongs to a key or an address."),
}

_SCORE_TYPES = ("SCORE_TYPE_UNSPECIFIED", "PROBABILITY", "STD_DEV_SCORE", "PERCENTILE", "RAW")

_ABOUT: Description = {
    "comment": _ref("TextEntry"),
    "context": _ref("Context"),
    "languages": _list(_string("BCP 47 tag of a language of the comment; wins over detection.")),
    "clientToken": _string("Given back in the answer."),
    "sessionId": _string("The client's name for a session."),
    "communityId": _string("The client's name for a community."),
}

_FOUND: Description = {
    "detectedLanguages": _list(_string("Language that the comment seems to be in.")),
    "clientToken": _string("As in the request."),
}

_SCHEMAS: Mapping[str, Description] = {
    "AnalyzeCommentRequest": {
        **_ABOUT,
        "requestedAttributes": _map("AttributeParameters", "By name: a feature in upper case, or that with @VERSION."),
        "spanAnnotations": _flag("Whether to tell a score for each passage."),
        "dropUnsupportedAttributes": _flag("Whether to leave out attributes that cannot serve the language."),
        "doNotStore": _flag("Accepted; comments that are scored are never stored."),
    },
    "AnalyzeCommentResponse": {
        **_FOUND,
        "attributeScores": _map("AttributeScores", "By attribute, as it was asked for."),
        "languages": _list(_string("Language as declared, else as detected.")),
    },
    "SuggestCommentScoreRequest": {
        **_ABOUT,
        "attributeScores": _map("AttributeScores", "What the scores should have been, by attribute."),
    },
    "SuggestCommentScoreResponse": {
        **_FOUND,
        "requestedLanguages": _list(_string("Language as declared.")),
    },
    "TextEntry": {
        "text": _string("The text, UTF-8."),
        "type": _string("What it is written in.", "TEXT_TYPE_UNSPECIFIED", "PLAIN_TEXT", "HTML"),
    },
    "Context": {
        "entries": _list(_ref("TextEntry")),
        "articleAndParentComment": _ref("ArticleAndParentComment"),
    },
    "ArticleAndParentComment": {"article": _ref("TextEntry"), "parentComment": _ref("TextEntry")},
    "AttributeParameters": {
        "scoreType": _string("Only PROBABILITY is told.", *_SCORE_TYPES),
        "scoreThreshold": _number("Scores under it are left out."),
    },
    "AttributeScores": {"summaryScore": _ref("Score"), "spanScores": _list(_ref("SpanScore"))},
    "SpanScore": {
        "begin": _number("First UTF-16 code unit.", "int32"),
        "end": _number("UTF-16 code unit after the last.", "int32"),
        "score": _ref("Score"),
    },
    "Score": {
        "value": _number("Calibrated probability in [0, 1]."),
        "type": _string("What the value is.", *_SCORE_TYPES),
    },
}
