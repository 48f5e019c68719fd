"""The files that the pages are made of: those sent as they are, and the templates."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

PACKAGE = "framescope_api.page"

MEDIA_TYPES: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
"""Of a file of ours, by what its name ends in; other files are not sent."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent; ``etag`` changes with its content (RFC 9110, section 8.8.3)."""

    content: bytes
    media_type: str
    etag: str


@cache
def assets() -> Mapping[str, Asset]:
    """Each file by its name; read once, so that no request names a path on a disk."""
    found = {}
    for item in files(PACKAGE).joinpath("static").iterdir():
        media_type = MEDIA_TYPES.get(item.name.rpartition(".")[2])
        if media_type is not None:
            content = item.read_bytes()
            found[item.name] = Asset(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:16]}"')
    return found


def render(template: str, **values: object) -> str:
    """A page from a template, in which every value is escaped and none may be missing."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader(PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
