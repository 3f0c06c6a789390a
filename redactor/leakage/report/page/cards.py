"""One leak as a card: what, where, through which exit, how often, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redactor.leakage.report.as_text import counted
from redactor.leakage.report.page.advice import advice_on
from redactor.leakage.report.page.text import shown, shown_sample
from redactor.model import SEVERITIES

if TYPE_CHECKING:
    from redactor.leakage.leaks import Leak

__all__ = ["card"]


def card(leak: Leak, count: int, *, heading: int = 3, note: str = "") -> str:
    """
    Return the card of a leak as an item of a list.

    Args:
        leak: The leak.
        count: How often it was seen.
        heading: Level of its heading.
        note: Why it does not count, for one that is let pass.
    """
    where = str(leak.site) if leak.site.path else "unknown place"
    facts = {
        "Where": f"<code>{shown(where)}</code>",
        "In": f"<code>{shown(leak.site.function)}</code>" if leak.site.function else "",
        "Library": f"<code>{shown(str(leak.origin))}</code>" if leak.origin.path else "",
        "Through": shown(leak.exit) if leak.exit != "file" else "",
        "Logged by": f"<code>{shown(leak.logger)}</code>" if leak.logger else "",
        "Field": f"<code>{shown(leak.field)}</code>" if leak.field else "",
        "Canary": shown(leak.canary) if leak.canary else "",
        "Test": f"<code>{shown(leak.test)}</code>" if leak.test else "",
        "Size": counted(leak.length, "character") if leak.length else "",
        "Fingerprint": f"<code>{shown(leak.fingerprint)}</code>" if leak.fingerprint else "",
    }
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in facts.items() if text
    )
    sample = f"<pre><code>{shown_sample(leak.sample)}</code></pre>" if leak.sample else ""
    on_call, on_secret = advice_on(leak)
    return (
        f'<li class="leak {leak.severity}" data-rule="{shown(leak.rule)}" '
        f'data-exit="{shown(leak.exit)}" data-severity="{leak.severity}" '
        f'data-path="{shown(leak.site.path)}" data-place="{shown(where)}" '
        f'data-logger="{shown(leak.logger)}" data-count="{count}" '
        f'data-rank="{SEVERITIES.index(leak.severity)}">'
        f'<article><header><span class="badge {leak.severity}">{leak.severity}</span>'
        f"<h{heading}>{shown(leak.rule)}</h{heading}>"
        f'<span class="times">{counted(count, "time")}</span></header>'
        f'<p class="summary">{shown(leak.summary)}{note}</p>'
        f"<dl>{listed}</dl>{sample}"
        f"<details><summary>What to do</summary><p>{shown(on_call)}</p><p>{shown(on_secret)}</p>"
        "</details></article></li>"
    )
