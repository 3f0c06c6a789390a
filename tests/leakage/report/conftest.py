"""Reports to write: an ordinary one, and one whose texts come from someone who means harm."""

from __future__ import annotations

import pytest

from redactor.leakage import Leak, Report, Site

#: Texts that mean something to a browser, a terminal, a CI server, XML, JSON or a spreadsheet.
HOSTILE = [
    "<script>window.hurt = 1</script>",
    '"><img src=x onerror="window.hurt = 1">',
    "'><svg/onload=window.hurt=1>",
    "</script></style></title><script>window.hurt = 1</script>",
    "javascript:window.hurt=1",
    "{{ 7 * 7 }} ${7 * 7} <%= 7 * 7 %>",
    "]]> &xxe; <!ENTITY a 'b'> --> <!--",
    "\x1b[2J\x1b]0;title\x07 \x9b31m",
    "\r\n::error title=forged::forged",
    "%0A::add-mask::forged",
    "##[error]forged ##vso[task.complete] ##teamcity[buildStatus]",
    "\u202egnp.exe \u2066 \u200b \ufeff \u2028 \u2029",
    "Z" + "\u0351" * 40,
    "\x00 \x0b \ufffe \ud800",
    "[click](https://example.com) {0}",
    "=cmd|'/c calc'!A0",
    "x" * 5000,
]


@pytest.fixture
def hostile() -> Report:
    """A report in which every text is one of ``HOSTILE``."""
    leaks = tuple(
        Leak(
            rule=text[:200],
            summary=text,
            severity=("critical", "high", "medium", "low")[number % 4],
            exit=("file", text)[number % 2],
            site=Site(text, number, text if number % 3 else ""),
            field=text,
            length=7,
            fingerprint="0123456789abcdef",
            content="0123456789abcdef",
            sample=f"{text} [redacted:card] {text}",
            test=text if number % 2 else "",
            canary=text if number % 5 == 0 else "",
            origin=Site(text, 3),
            logger=text,
            count=number + 1,
        )
        for number, text in enumerate(HOSTILE)
    )
    return Report(
        tool="redactor check",
        version="1.2.3",
        engine="native",
        started=1_795_000_000.5,
        seconds=61.5,
        records=12_345,
        bytes=9_876_543,
        sources=tuple(HOSTILE),
        leaks=leaks,
        known=leaks[:2],
        allowed=((leaks[3], HOSTILE[0]),),
        trouble=tuple(HOSTILE),
        notes=tuple(HOSTILE),
    )


@pytest.fixture
def ordinary() -> Report:
    """A report as the leakage test makes one."""
    site = Site("shop/pay.py", 41, "charge")
    return Report(
        tool="pytest --leakage",
        version="1.2.3",
        engine="native",
        started=1_795_000_000.0,
        seconds=2.5,
        records=1200,
        leaks=(
            Leak(
                rule="card",
                summary="Payment card number",
                severity="critical",
                exit="logging",
                site=site,
                field="extra.card",
                length=16,
                fingerprint="00aa00aa00aa00aa",
                content="0011223344556677",
                sample="charged [redacted:card] for 12.00",
                test="tests/test_pay.py::test_charge",
            ),
            Leak(
                rule="card",
                summary="Payment card number",
                severity="critical",
                exit="logging",
                site=site,
                length=16,
                content="0011223344556677",
            ),
            Leak(rule="email", severity="low", exit="sentry", site=Site("shop/mail.py", 7, "send")),
        ),
    )


@pytest.fixture
def empty() -> Report:
    """A report of a run that found nothing."""
    return Report(tool="redactor check", version="1.2.3", started=1_795_000_000.0, records=3)
