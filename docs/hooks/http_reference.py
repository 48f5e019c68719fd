"""The HTTP reference as Markdown, from ``api/openapi.json``; no script and no viewer is needed to read it."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

OPENAPI = Path(__file__).parents[2] / "api" / "openapi.json"
Json = Mapping[str, Any]


def http_reference(path: Path = OPENAPI) -> str:
    """Every operation by its tag, then every schema that they name."""
    description = json.loads(path.read_text(encoding="utf-8"))
    return "\n".join([*_operations(description["paths"]), *_schemas(description["components"]["schemas"])]) + "\n"


def _operations(paths: Json) -> Iterator[str]:
    by_tag: dict[str, list[tuple[str, str, Json]]] = {}
    for path, methods in paths.items():
        for method, operation in methods.items():
            by_tag.setdefault((operation.get("tags") or ["other"])[0], []).append((method, path, operation))
    for tag, operations in by_tag.items():
        yield f"## Routes: {tag}\n"
        for method, path, operation in operations:
            yield f"### `{method.upper()} {path}`\n"
            yield from _operation(operation)


def _operation(operation: Json) -> Iterator[str]:
    yield operation.get("description", operation.get("summary", "")).strip() + "\n"
    if "security" in operation:
        yield "Asks for an [API key](service.md#keys-quotas-and-exposure) where the service has keys.\n"
    if operation.get("parameters"):
        yield from _table(("parameter", "in", "type", "required", "meaning"), map(_parameter, operation["parameters"]))
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Body, `{media}`: {_type(content.get('schema', {}))}\n"
        if "example" in content:
            yield f"```json\n{json.dumps(content['example'], indent=2, ensure_ascii=False)}\n```\n"
    yield from _table(("status", "answer", "meaning"), (_response(*item) for item in operation["responses"].items()))


def _parameter(parameter: Json) -> tuple[str, ...]:
    required = "yes" if parameter.get("required") else "no"
    kind = _type(parameter.get("schema", {}))
    return f"`{parameter['name']}`", parameter["in"], kind, required, parameter.get("description", "")


def _response(status: str, response: Json) -> tuple[str, ...]:
    answers = [
        f"`{media}` {_type(content.get('schema', {}))}" for media, content in response.get("content", {}).items()
    ]
    return status, ", ".join(answers) or "none", response.get("description", "")


def _schemas(schemas: Json) -> Iterator[str]:
    yield "## Schemas\n"
    for name, schema in schemas.items():
        yield f"### {_short(name)} {{ #{_anchor(name)} }}\n"
        if schema.get("description"):
            yield schema["description"].strip() + "\n"
        if schema.get("properties"):
            required = schema.get("required", ())
            rows = (_member(member, inner, member in required) for member, inner in schema["properties"].items())
            yield from _table(("member", "type", "required", "meaning"), rows)
        else:
            yield _type(schema) + "\n"


def _member(name: str, schema: Json, required: bool) -> tuple[str, ...]:
    meaning = schema.get("description", "")
    default = f"Default: `{json.dumps(schema['default'])}`." if schema.get("default") is not None else ""
    return f"`{name}`", _type(schema), "yes" if required else "no", f"{meaning} {default}".strip()


def _type(schema: Json) -> str:
    """A schema in a few words, with a link where it has a name."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{_short(name)}](#{_anchor(name)})"
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return " or ".join(_type(inner) for inner in schema[union])
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if values:
        return " or ".join(f"`{json.dumps(value)}`" for value in values)
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    members = schema.get("additionalProperties")
    if schema.get("type") == "object" and isinstance(members, Mapping):
        return f"object of {_type(members)}"
    return str(schema.get("type", "anything"))


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |"
    yield ""


def _short(name: str) -> str:
    # Of two schemas with one name, the generator tells the whole module; the contract is what tells them apart.
    found = re.fullmatch(r"framescope_api__contracts__(\w+?)__schemas__(\w+)", name)
    return f"{found[1]}.{found[2]}" if found else name


def _anchor(name: str) -> str:
    return "schema-" + _short(name).lower().replace(".", "-")
