from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from conftest import Opened
from pydantic import SecretStr

from framescope_api.app import create_app
from framescope_api.headers import SECURITY_HEADERS
from framescope_api.keys import Key, hash_key, key_line
from framescope_api.page.assets import assets
from framescope_api.settings import Settings
from framescope_model.features import FEATURES

PAGES = ["/", "/features", *(f"/features/{feature.id}" for feature in FEATURES)]
WANTS_HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Elements(HTMLParser):
    """The elements of a page, the text within scripts and styles, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.found and self.found[-1][0] in {"script", "style"}:
            self.inline += data.strip()


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_html_and_holds_nothing_that_the_policy_forbids(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == SECURITY_HEADERS["Content-Security-Policy"]
    page = Elements(response.text)
    assert page.inline == ""
    assert "style" not in {tag for tag, _ in page.found}
    for _, attributes in page.found:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        for address in (attributes.get("src"), attributes.get("href")):
            assert address is None or address.startswith(("/", "#"))
            assert address is None or not address.startswith("//")


@pytest.mark.parametrize("path", PAGES)
async def test_everything_that_a_page_names_is_served(client: httpx.AsyncClient, path: str) -> None:
    page = Elements((await client.get(path)).text)
    named = {attributes.get("src") or attributes.get("href") for _, attributes in page.found}
    for address in {name for name in named if name and not name.startswith("#")}:
        assert (await client.get(address)).status_code == 200, address


@pytest.mark.parametrize("name", sorted(assets()))
async def test_a_file_is_served_with_its_type(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get(f"/assets/{name}")
    assert (response.status_code, response.content) == (200, assets()[name].content)
    assert response.headers["content-type"] == assets()[name].media_type


async def test_a_file_that_a_browser_has_is_not_sent_again_until_it_changes(client: httpx.AsyncClient) -> None:
    first = await client.get("/assets/page.js")
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get("/assets/page.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = await client.get("/assets/page.js", headers={"if-none-match": '"0"'})
    assert (changed.status_code, changed.content) == (200, first.content)
    assert len({asset.etag for asset in assets().values()}) == len(assets())


@pytest.mark.parametrize("name", ["none.js", "..%2Froutes.py", "%2e%2e%2froutes.py", "routes.py", "..%5Croutes.py"])
async def test_nothing_but_the_files_is_served(client: httpx.AsyncClient, name: str) -> None:
    response = await client.get(f"/assets/{name}")
    assert (response.status_code, response.json()["code"]) == (404, "unknown_path")


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.id)
async def test_a_feature_page_tells_definition_and_quality(client: httpx.AsyncClient, feature: object) -> None:
    identifier, definition = feature.id, feature.definition  # type: ignore[attr-defined]
    text = " ".join(Elements((await client.get(f"/features/{identifier}")).text).text.split())
    assert definition in text
    assert identifier in text
    assert "flagged from a score of 0.50" in text
    figures = {"unattributed_superlative": ("0.80", "900", "passages, 40 of them"), "vague_attribution": ("0.50",)}
    for told in figures.get(identifier, ()):
        assert told in text
    reliable = identifier in figures
    assert ("told as measured" in text) is reliable
    assert ("experimental" in text) is not reliable


async def test_an_unknown_feature_is_told_to_a_browser_and_to_a_program(client: httpx.AsyncClient) -> None:
    shown = await client.get("/features/no%3Cb%3E", headers=WANTS_HTML)
    assert (shown.status_code, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "/features/unattributed_superlative" in shown.text
    assert "<b>" not in shown.text
    told = await client.get("/features/nothing")
    assert (told.status_code, told.json()["code"]) == (404, "unknown_path")


async def test_the_page_tells_the_limit_in_force_and_what_becomes_of_a_text(opened: Opened, tmp_path: Path) -> None:
    async with opened(max_document_length=1234) as client:
        page = (await client.get("/")).text
        assert 'data-max-length="1234"' in page
        assert "up to 1,234 characters" in page
        assert 'data-keeps-feedback="false"' in page
        assert "correction" not in page
    kept = {"feedback_database": SecretStr(f"sqlite:///{tmp_path}/feedback.db"), "feedback_retention_days": 7}
    async with opened(**kept) as client:
        page = (await client.get("/")).text
        assert 'data-keeps-feedback="true"' in page
        assert "for 7 days at most" in page
    async with opened(**kept, store_text=False) as client:
        assert 'data-keeps-feedback="false"' in (await client.get("/")).text


async def test_the_pages_need_no_key_where_scoring_needs_one(opened: Opened, tmp_path: Path) -> None:
    keys = tmp_path / "keys.toml"
    keys.write_text(key_line(Key("desk", hash_key("k"))))
    async with opened(keys_file=keys) as client:
        for path in (*PAGES, "/assets/page.js"):
            assert (await client.get(path)).status_code == 200
        assert 'data-asks-for-keys="true"' in (await client.get("/")).text
        assert (await client.get("/v1/features")).status_code == 401


async def test_the_pages_are_there_before_the_model_is() -> None:
    # Without its lifespan the application loads nothing.
    app = create_app(Settings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        for path in PAGES:
            response = await client.get(path)
            assert response.status_code == 200
            assert "being loaded" in response.text
