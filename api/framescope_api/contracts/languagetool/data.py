"""The ``data`` parameter: JSON with a text, or with text and markup in pieces."""

from framescope_api.body import parse_json
from framescope_api.contracts.languagetool.annotation import AnnotatedText, Part
from framescope_api.errors import InvalidRequest


def read_data(data: str) -> AnnotatedText:
    """The text in ``data``: ``{"text": …}`` or ``{"annotation": [{"text": …}, {"markup": …, "interpretAs": …}]}``.

    Other members are passed over: clients send meta data, and positions of their own in the pieces.

    Raises:
        MalformedJson, LoneSurrogate: it is no JSON, or no Unicode text.
        InvalidRequest: it does not follow the contract.
    """
    value = parse_json(data.encode())
    if not isinstance(value, dict):
        raise InvalidRequest("the parameter 'data' should be a JSON object with 'text' or 'annotation'")
    text, annotation = value.get("text"), value.get("annotation")
    if (text is None) == (annotation is None):
        raise InvalidRequest("the JSON in 'data' needs either 'text' or 'annotation'")
    if text is not None:
        return AnnotatedText([Part.text(_string(text, "text"))])
    if not isinstance(annotation, list):
        raise InvalidRequest("'annotation' in 'data' should be a list of objects")
    return AnnotatedText(_part(item, index) for index, item in enumerate(annotation))


def _part(item: object, index: int) -> Part:
    where = f"annotation[{index}]"
    if not isinstance(item, dict):
        raise InvalidRequest(f"{where} should be an object with 'text' or 'markup'")
    text, markup, interpret_as = (item.get(name) for name in ("text", "markup", "interpretAs"))
    if (text is None) == (markup is None):
        raise InvalidRequest(f"{where} needs either 'text' or 'markup'")
    if text is not None:
        if interpret_as is not None:
            raise InvalidRequest(f"{where} has 'interpretAs', which only 'markup' can have")
        return Part.text(_string(text, f"{where}.text"))
    interpreted = "" if interpret_as is None else _string(interpret_as, f"{where}.interpretAs")
    return Part.markup(_string(markup, f"{where}.markup"), interpreted)


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidRequest(f"{where} should be a string")
    return value
