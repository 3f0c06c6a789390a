"""The page in a browser: it works without network, for the keyboard, in the dark and on paper."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from redactor.leakage.report import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

    from redactor.leakage import Report

pytestmark = pytest.mark.slow

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
#: As root in a container, and without a word to the network.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "chromium is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "axe-core@4"],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")


class Opened:
    """A page in a tab, with all that the browser complained of or tried to load."""

    def __init__(self, browser: Browser, path: Path, **settings: Any) -> None:
        self.context = browser.new_context(**settings)
        self.tab: Tab = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda message: self.said.append(message.text))
        self.tab.on("pageerror", lambda error: self.said.append(str(error)))
        self.tab.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.goto(path.as_uri())

    def shown(self) -> int:
        count: int = self.tab.locator("#list > li:visible").count()
        return count


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """Open a report: ``opened(report, **settings of the browser's context)``."""
    pages: list[Opened] = []

    def open_it(report: Report, **settings: Any) -> Opened:
        path = tmp_path / "report.html"
        write(report, "html", path)
        pages.append(Opened(browser, path, **settings))
        return pages[-1]

    yield open_it
    for page in pages:
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["hostile", "ordinary", "empty"])
def test_the_page_is_accessible(
    name: str, scheme: str, opened: Any, axe: str, request: pytest.FixtureRequest
) -> None:
    """
    axe-core finds nothing against WCAG 2.2 AA or its best practices, in both schemes, with all
    that is folded unfolded.
    """
    page = opened(request.getfixturevalue(name), color_scheme=scheme, bypass_csp=True)
    page.tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.tab.evaluate(axe)

    result = page.tab.evaluate("axe.run(document)")

    assert [] == [
        (one["id"], one["help"], one["nodes"][0]["html"][:200]) for one in result["violations"]
    ]
    assert 10 < len(result["passes"])


@pytest.mark.parametrize("name", ["hostile", "ordinary", "empty"])
def test_nothing_of_a_log_runs_and_nothing_is_loaded(
    name: str, opened: Any, request: pytest.FixtureRequest
) -> None:
    """
    The browser asks for the page alone, complains of nothing, and no planted script has run.
    """
    page = opened(request.getfixturevalue(name))

    assert [page.tab.url] == [url for url in page.asked if not url.startswith("data:")]
    assert [] == page.said
    assert page.tab.evaluate("window.hurt") is None
    assert 0 == page.tab.locator("img, iframe, object, embed").count()


def test_the_policy_stops_what_an_escape_would_let_through(opened: Any, ordinary: Report) -> None:
    """
    A script or an image that got into the page all the same would not run and not be loaded.
    """
    page = opened(ordinary)
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
    assert any("script-src" in text for text in page.said)
    assert any("img-src" in text for text in page.said)


def test_the_filter_finds_what_is_asked_for(opened: Any, ordinary: Report) -> None:
    """
    Text, rule, exit and a bar of a plot choose; what is shown is counted; Clear shows all again.
    """
    page = opened(ordinary)
    tab = page.tab
    assert 2 == page.shown()
    assert "2 shown" == tab.locator("#shown").text_content()

    tab.fill("#search", "PAY charged")
    assert 1 == page.shown()
    assert "1 of 2 shown, seen 2 times" == tab.locator("#shown").text_content()
    tab.fill("#search", "nowhere")
    assert 0 == page.shown()
    tab.click("text=Clear")
    assert 2 == page.shown()

    tab.select_option("select[data-key=exit]", "sentry")
    assert "email" == tab.locator("#list > li:visible h3").text_content()
    tab.click("text=Clear")
    tab.click(".bars >> text=card")
    assert 1 == page.shown()
    assert "card" == tab.input_value("select[data-key=rule]")
    tab.click("text=Clear")

    tab.click(".bars >> text=mail.py:7")
    assert "Only shop/mail.py:7" == tab.locator("#chosen span").text_content()
    assert 1 == page.shown()
    tab.click("text=Show all")
    assert 2 == page.shown()


def test_the_order_can_be_chosen(opened: Any, ordinary: Report) -> None:
    """
    By severity, by frequency, by place.
    """
    page = opened(ordinary)
    rules = page.tab.locator("#list h3")

    assert ["card", "email"] == rules.all_text_contents()
    page.tab.select_option("#order", "place")
    assert ["email", "card"] == rules.all_text_contents()


def test_everything_can_be_reached_with_the_keyboard(opened: Any, ordinary: Report) -> None:
    """
    The first key leads past the head; each control is reached in turn, and the focus is seen.
    """
    tab = opened(ordinary).tab
    reached = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.append(
            tab.evaluate(
                """() => {
                    const at = document.activeElement;
                    const outline = getComputedStyle(at).outlineStyle;
                    return [at.id || at.tagName.toLowerCase(), outline];
                }"""
            )
        )
    names = [name for name, _ in reached]

    assert "a" == names[0]
    assert {"theme", "search", "select", "order", "button", "summary"} <= set(names)
    assert {"none"} != {outline for name, outline in reached if name not in ("body", "html")}
    assert all(outline != "none" for name, outline in reached if name not in ("body", "html"))

    tab.locator("summary").first.focus()
    tab.keyboard.press("Enter")
    assert tab.locator("details[open] p").first.is_visible()


def test_the_theme_follows_the_system_until_it_is_chosen(opened: Any, ordinary: Report) -> None:
    """
    Dark where the system is, and the other one at the press of the button.
    """

    def background(tab: Tab) -> Any:
        return tab.evaluate("getComputedStyle(document.body).backgroundColor")

    light, dark = (opened(ordinary, color_scheme=name).tab for name in ("light", "dark"))
    paper, night = background(light), background(dark)

    assert paper != night
    light.click("#theme")
    assert night == background(light)
    assert "Theme: dark" == light.locator("#theme").text_content()
    dark.click("#theme")
    dark.click("#theme")
    assert paper == background(dark)


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_the_page_fits_any_screen(width: int, opened: Any, hostile: Report) -> None:
    """
    Nothing hangs over the side, whatever a log brought.
    """
    tab = opened(hostile, viewport={"width": width, "height": 900}).tab

    assert width >= tab.evaluate("document.documentElement.scrollWidth")


def test_on_paper_there_are_the_leaks_and_no_controls(
    opened: Any, ordinary: Report, tmp_path: Path
) -> None:
    """
    Printed in the dark it is black on white, without buttons and filters.
    """
    tab = opened(ordinary, color_scheme="dark").tab
    tab.emulate_media(media="print")

    assert "rgb(255, 255, 255)" == tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert not tab.locator("#filters").is_visible()
    assert not tab.locator("#theme").is_visible()
    assert tab.locator("#list article").first.is_visible()
    printed = tab.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 3


def test_without_script_everything_is_there(opened: Any, ordinary: Report) -> None:
    """
    Where scripts are switched off, all leaks are shown, and no control that would do nothing.
    """
    tab = opened(ordinary, java_script_enabled=False).tab

    assert 2 == tab.locator("#list > li:visible").count()
    assert not tab.locator("#filters").is_visible()
    assert not tab.locator("#theme").is_visible()
