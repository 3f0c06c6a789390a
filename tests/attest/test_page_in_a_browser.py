"""The page of a statement in a browser: nothing of a log runs, and everybody can read it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from redactor.attest.page import write
from tests.attest.statements import hostile, ordinary
from tests.leakage.report.test_page_in_a_browser import Opened, axe, browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

__all__ = ["axe", "browser"]

pytestmark = pytest.mark.slow
_DOCUMENTS = {"ordinary": ordinary(), "scrub": ordinary("scrub"), "hostile": hostile()}
_each = pytest.mark.parametrize("name", _DOCUMENTS)


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Any]:  # a fixture
    """Open a document: ``opened(name, **settings of the browser's context)``."""
    pages: list[Opened] = []

    def open_it(name: str, **settings: Any) -> Opened:
        path = tmp_path / "statement.html"
        path.write_text(write(_DOCUMENTS[name]), "utf-8")
        pages.append(Opened(browser, path, **settings))
        return pages[-1]

    yield open_it
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@_each
def test_the_page_is_accessible(name: str, scheme: str, opened: Any, axe: str) -> None:
    """
    axe-core finds nothing against WCAG 2.2 AA or its best practices, in both schemes.
    """
    page = opened(name, color_scheme=scheme, bypass_csp=True)
    page.tab.evaluate(axe)
    result = page.tab.evaluate("axe.run(document)")

    assert [] == [
        (one["id"], one["help"], one["nodes"][0]["html"][:200]) for one in result["violations"]
    ]
    assert 10 < len(result["passes"])


@_each
def test_nothing_of_a_log_runs_and_nothing_is_loaded(name: str, opened: Any) -> None:
    """
    The browser asks for the page alone, complains of nothing, and no planted script has run.
    """
    page = opened(name)

    assert [page.tab.url] == [url for url in page.asked if not url.startswith("data:")]
    assert [] == page.said
    assert page.tab.evaluate("window.hurt") is None
    assert 0 == page.tab.locator("img, iframe, object, embed, svg").count()


def test_the_policy_stops_what_an_escape_would_let_through(opened: Any) -> None:
    """
    A script or an image that got into the page all the same would not run and not be loaded.
    """
    page = opened("ordinary")
    page.tab.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hurt = 1";
            const image = document.createElement("img");
            image.src = "http://127.0.0.1:9/x.png";
            document.body.append(script, image);
        }"""
    )

    assert page.tab.evaluate("window.hurt") is None
    assert any("script-src" in text or "default-src" in text for text in page.said)
    assert any("img-src" in text for text in page.said)


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_the_page_fits_any_screen(width: int, opened: Any) -> None:
    """
    Nothing hangs over the side, whatever a log brought.
    """
    tab = opened("hostile", viewport={"width": width, "height": 900}).tab

    assert width >= tab.evaluate("document.documentElement.scrollWidth")


def test_on_paper_it_is_black_on_white(opened: Any) -> None:
    """
    Printed in the dark it is black on white, with its tables, on few pages.
    """
    tab = opened("ordinary", color_scheme="dark").tab
    tab.emulate_media(media="print")

    assert "rgb(255, 255, 255)" == tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert tab.locator("table").first.is_visible()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", tab.pdf(format="A4"))) <= 3


def test_it_says_what_was_looked_at(opened: Any) -> None:
    """
    The verdict, the fields with their shapes, the removals and the hash are there to be read.
    """
    tab = opened("ordinary").tab
    text = tab.locator("main").inner_text()

    for wanted in (
        "Nothing left that the policy does not declare", "1,200", "message", "type and size 100",
        "the field is not declared", "2,400", "0" * 64, "2026-01-01 00:00:00 UTC",
        "Nobody has signed this statement.",
    ):  # fmt: skip
        assert wanted in text, wanted
