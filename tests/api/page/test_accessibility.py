"""axe-core over the pages, in light and dark, narrow and wide."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from live_server import live
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

AXE = Path(__file__).parents[2] / "npm" / "node_modules" / "axe-core" / "axe.min.js"
TEXT = "It was the worst ever, critics fear. Reuters said state media praised the regime.\nShare this article\n"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

pytestmark = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed: npm ci --ignore-scripts --prefix tests/npm"
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("page") / "feedback.db"
    with live(feedback_database=SecretStr(f"sqlite:///{path}")) as address:
        yield address


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Literal["light", "dark"]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(params=[360, 1440])
def page(request: pytest.FixtureRequest, browser: Browser, scheme: Literal["light", "dark"]) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, { runOnly: tags })", STANDARDS)
    assert len(found["passes"]) > 10
    return [f"{item['id']}: {node['html'][:200]}" for item in found["violations"] for node in item["nodes"]]


def fits(page: Page) -> bool:
    fitting: bool = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return fitting


@pytest.mark.parametrize(
    "path", ["/", "/features", "/features/state_official_narrative", "/features/loaded_language", "/features/none"]
)
def test_a_page_has_no_violation_and_fits_its_width(page: Page, service: str, path: str) -> None:
    page.goto(service + path)
    assert violations(page) == []
    assert fits(page)


def test_a_scored_text_with_its_card_has_no_violation(page: Page, service: str) -> None:
    page.goto(service)
    page.fill("#text-a", TEXT)
    page.click("#score")
    expect(page.locator(".reading mark")).to_have_count(4)
    for summary in page.locator("summary").all():
        summary.click()
    assert violations(page) == []
    page.locator(".reading mark", has_text="state media").click()
    expect(page.locator("#card")).to_be_visible()
    assert violations(page) == []
    assert fits(page)


def test_a_comparison_with_a_problem_has_no_violation(page: Page, service: str) -> None:
    page.goto(f"{service}/#compare=1")
    page.fill("#text-a", TEXT)
    page.fill("#text-b", "Это другое")
    page.click("#score")
    expect(page.locator("#fault-b")).to_be_visible()
    assert violations(page) == []
    page.fill("#text-b", "The regime fell.")
    page.click("#score")
    expect(page.locator("#panel-b .reading mark")).to_have_count(1)
    assert violations(page) == []
    assert fits(page)


def test_the_check_would_find_a_violation(page: Page, service: str) -> None:
    page.goto(service)
    page.evaluate("document.querySelector('label[for=text-a]').remove()")
    page.evaluate("document.querySelector('.lead').style.color = 'color-mix(in srgb, var(--ink) 35%, var(--paper))'")
    found = violations(page)
    assert any(violation.startswith("color-contrast") for violation in found)
    assert any("text-a" in violation for violation in found)
