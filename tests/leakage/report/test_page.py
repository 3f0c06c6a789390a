"""The page: one file, nothing from the network, and text from logs that stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.leakage import Leak, Report, Site
from redactor.leakage.report import as_html, render
from redactor.leakage.report.page.advice import advice_on
from redactor.packs import load_builtin, pack_names
from tests.leakage.report.conftest import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The elements and attributes that the page is made of.
ELEMENTS = set(
    "html head meta link title style script body a header div h1 h2 h3 p time button main section "
    "span ul ol li dl dt dd figure figcaption svg rect b i form label input select option article "
    "pre code mark details summary em footer".split()
)
ATTRIBUTES = set(
    "lang charset http-equiv content name rel href class id type hidden datetime viewbox width "
    "preserveaspectratio aria-hidden aria-label aria-labelledby focusable role title x y height "
    "autocomplete placeholder value tabindex".split()
)
_VOID = {"meta", "link", "input", "rect"}


class Page(HTMLParser):
    """Reads a page strictly: each element is closed in its order, each name is one of ours."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.parts: dict[str, str] = {}
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert [] == self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        for name, _ in attrs:
            assert name in ATTRIBUTES or name.startswith("data-"), (tag, name)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("style", "script"):
            self.parts[self.open[-1]] = data
        else:
            self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def named(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.elements if name == tag)


def page_of(report: Report) -> Page:
    return Page(render(report, "html"))


@pytest.mark.parametrize("name", ["hostile", "ordinary", "empty"])
def test_the_page_is_well_formed_and_of_our_elements_only(
    name: str, request: pytest.FixtureRequest
) -> None:
    """
    No text of a log becomes an element, an attribute or a comment.
    """
    page = page_of(request.getfixturevalue(name))

    assert 1 == len(list(page.named("script"))) == len(list(page.named("style")))


_ANY = st.text(max_size=60) | st.sampled_from(HOSTILE)


@given(text=_ANY, number=st.integers(0, 5))
def test_any_text_stays_text(text: str, number: int) -> None:
    """
    Whatever stands in a report, it comes out as text, or as an attribute of its own element.
    """
    leak = Leak(
        rule=text,
        summary=text,
        exit=text,
        site=Site(text, number, text),
        origin=Site(text, number),
        field=text,
        sample=text,
        test=text,
        canary=text,
        logger=text,
        fingerprint=text,
        count=number + 1,
    )
    report = Report(
        tool=text,
        version=text,
        engine=text,
        leaks=(leak,),
        known=(leak,),
        allowed=((leak, text),),
        trouble=(text,),
        notes=(text,),
        sources=(text,),
    )

    page = page_of(report)
    plain = page_of(Report(tool="t", version="1", leaks=(Leak(rule="r"),)))

    assert {tag for tag, _ in plain.elements} <= {tag for tag, _ in page.elements} <= ELEMENTS


def test_the_browser_is_forbidden_to_load_or_run_anything_else(hostile: Report) -> None:
    """
    The policy names the style and the script by their digests and allows nothing else; nothing in
    the page has an address.
    """
    page = page_of(hostile)
    (policy,) = (
        item["content"]
        for item in page.named("meta")
        if item.get("http-equiv") == "Content-Security-Policy"
    )

    for part in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.parts[part].encode()).digest()).decode()
        assert f"{part}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert {"#main"} == {item["href"] for item in page.named("a")}
    assert not re.search(r"url\(|@import|https?:", page.parts["style"] + page.parts["script"])
    assert not any(name.startswith("on") or name == "style" for _, a in page.elements for name in a)


def test_the_page_tells_what_where_through_which_exit_and_how_often(ordinary: Report) -> None:
    """
    All that is known of a leak is on the page.
    """
    text = " ".join(page_of(ordinary).text)

    for part in (
        "3 leaks in 2 places", "card", "Payment card number", "shop/pay.py:41", "charge", "logging",
        "2 times", "extra.card", "16 characters", "00aa00aa00aa00aa", "[redacted:card]",
        "tests/test_pay.py::test_charge", "By rule", "By call site", "By exit", "sentry", "1,200",
    ):  # fmt: skip
        assert part in text, part


def test_the_bars_of_a_plot_are_as_long_as_their_numbers(ordinary: Report) -> None:
    """
    The longest bar is whole, the others are in proportion.
    """
    page = page_of(ordinary)
    widths = [float(item["width"]) for item in page.named("rect")]

    # By severity in one bar; then by rule, by call site and by exit.
    assert [66.67, 33.33, 100, 50, 100, 50, 100, 50] == widths


def test_a_page_stays_of_a_size_that_a_browser_shows(ordinary: Report) -> None:
    """
    Of thousands of leaks the page has the most severe; it says where the others are.
    """
    leaks = tuple(
        msgspec.structs.replace(ordinary.leaks[0], content=str(number)) for number in range(1203)
    )

    page = page_of(msgspec.structs.replace(ordinary, leaks=leaks))

    assert as_html._CARDS == sum(1 for _ in page.named("article"))
    assert "203 places more: the report as JSON has all of them." in page.text


def test_a_run_without_leaks_says_so(empty: Report) -> None:
    """
    A clean run is a page too, and one with trouble does not look clean.
    """

    def verdict(page: Page) -> str:
        return next(a["class"] for a in page.named("section") if "verdict" in a.get("class", ""))

    assert "No leaks were found" in page_of(empty).text
    assert "verdict good" == verdict(page_of(empty))
    troubled = page_of(msgspec.structs.replace(empty, trouble=("a: it cannot be read",)))
    assert "No leaks were found, but not everything was looked at" in troubled.text
    assert "verdict bad" == verdict(troubled)


def test_there_is_advice_on_every_rule_and_exit() -> None:
    """
    Two whole sentences for whatever leaks, from wherever.
    """
    rules = [rule.id for name in pack_names() for rule in load_builtin(name).rules]
    exits: list[Any] = ["logging", "loguru", "structlog", "opentelemetry", "sentry", "file", "new"]

    for rule in (*rules, "known-value", "of-the-user"):
        for exit_name in exits:
            for sentence in advice_on(Leak(rule=rule, exit=exit_name)):
                assert sentence.endswith("."), sentence
