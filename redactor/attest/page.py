"""
A statement as one page for a browser.

Made of the document alone, so that whoever has the page can make it again and compare. It holds the
document, has no script, and a policy in it forbids the browser to load or run anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from redactor.attest.observing import FREE, REDUCED_VALUE, TEMPLATE
from redactor.leakage.report.page.text import bytes_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["write"]

_LISTED = 2_000
_FOOT = (
    "<footer><p>No value of a record is in this page: it counts fields, shapes and rules. "
    "What it says is true of the window and the sources that it names.</p></footer>"
)
_HELD = {
    "metadata-only": "Nothing left that the policy does not declare",
    "scrub": "What the rules know was removed; free text left as it was",
}


def write(document: dict[str, Any]) -> str:
    """Return *document*, as ``sign`` makes one, as an HTML document."""
    style = _style()
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    said = document["statement"]
    body = "".join(
        (
            _head(said),
            '<main id="main">',
            _verdict(said),
            _fields(said),
            _removed(said),
            _basis(said),
            _signature(document.get("signature")),
            "</main>",
            _FOOT,
        )
    )
    # The one sequence that ends the element cannot be in it, whatever a log has brought.
    data = json.dumps(document, sort_keys=True, ensure_ascii=True).replace("<", "\\u003c")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">'
        '<meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
        f"<title>What these logs contain · redactor</title><style>{style}</style></head>"
        f'<body>{body}<script type="application/json" id="statement">{data}</script>'
        "</body></html>\n"
    )


@cache
def _style() -> str:
    common = resources.files("redactor.leakage.report.page").joinpath("style.css")
    own = resources.files(__package__ or "redactor.attest").joinpath("style.css")
    return common.read_text("utf-8") + own.read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _head(said: dict[str, Any]) -> str:
    tool = said["tool"]
    return (
        '<a class="skip" href="#main">Skip to the statement</a>'
        '<header class="top"><div><h1>What these logs contain</h1>'
        f"<p>{shown(tool['name'])} {shown(tool['version'])} · {shown(tool['engine'])} engine</p>"
        "</div></header>"
    )


def _verdict(said: dict[str, Any]) -> str:
    counts, mode = said["counts"], said["policy"]["mode"]
    kinds = [kind for field in said["fields"] for kind in field["shapes"]]
    good = mode == "metadata-only" and FREE not in kinds and not counts["withheld"]
    removed = sum(field["shapes"].get(REDUCED_VALUE, 0) for field in said["fields"])
    window = said["window"]
    when = [_time(moment) for moment in (window["from"], window["to"]) if moment]
    figures = {
        "Mode": shown(mode),
        "Records": f"{counts['records']:,}",
        "Lines of text": f"{counts['lines_of_text']:,}",
        "Fields": f"{len(said['fields']):,}",
        "Values left as type and size": f"{removed:,}",
        "Secrets found by rules": f"{sum(said['removed']['by_rule'].values()):,}",
        "Lines withheld": f"{counts['withheld']:,}",
        "Bytes in": bytes_of(counts["bytes_in"]),
        "Bytes out": bytes_of(counts["bytes_out"]),
    }
    tiles = "".join(f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in figures.items())
    return (
        f'<section class="verdict {"good" if good else "bad"}" aria-labelledby="verdict">'
        f'<h2 id="verdict">{shown(_HELD.get(mode, mode))}</h2>'
        f'<p class="summary">Looked at from {" to ".join(when) or "no line at all"}.</p>'
        f'<dl class="figures">{tiles}</dl></section>'
    )


def _time(moment: str) -> str:
    human = shown(moment.replace("T", " ").replace("Z", " UTC"))
    return f'<time datetime="{shown(moment)}">{human}</time>'


def _fields(said: dict[str, Any]) -> str:
    rows = []
    for field in said["fields"][:_LISTED]:
        kinds = ", ".join(
            f"{_kind(kind)} <b>{count:,}</b>" for kind, count in field["shapes"].items()
        )
        rows.append((f"<code>{shown(field['name'])}</code>", kinds))
    rest = len(said["fields"]) - _LISTED
    more = f"<p>{rest:,} more: the statement as JSON has them.</p>" if rest > 0 else ""
    return _section(
        "fields",
        "Fields, and the shapes of what left in them",
        _table(("Field", "Shapes of its values, with how many"), rows) + more,
    )


def _kind(kind: str) -> str:
    style = {REDUCED_VALUE: "reduced", FREE: "free", TEMPLATE: "template"}.get(kind, "shape")
    return f'<span class="{style}">{shown(kind)}</span>'


def _removed(said: dict[str, Any]) -> str:
    removed = said["removed"]
    parts = []
    for key, title, head in (
        ("by_allow_list", "By the allow-list", "Reason"),
        ("by_rule", "By rules, of what came in", "Rule"),
    ):
        rows = [(shown(name), f"{count:,}") for name, count in removed[key].items()]
        table = _table((head, "Times"), rows) if rows else "<p>Nothing.</p>"
        parts.append(f"<h3>{title}</h3>{table}")
    return _section("removed", "What was removed", "".join(parts))


def _basis(said: dict[str, Any]) -> str:
    policy = said["policy"]
    told = {
        "SHA-256 of the policy": f"<code>{shown(policy['sha256'])}</code>",
        "Preset": shown(policy["preset"]),
        "Rules switched off": shown(", ".join(policy["disabled"])) or "none",
        "Exceptions": f"{policy['exceptions']:,}",
        "Templates known": f"{policy['templates']:,}",
        "Sources": "<br>".join(shown(name) for name in said["sources"]),
    }
    packs = [
        (
            shown(pack["name"]), shown(pack["version"]), f"{pack['rules']:,}",
            f"<code>{shown(pack['sha256'])}</code>",
        )
        for pack in said["packs"]
    ]  # fmt: skip
    return _section(
        "basis",
        "Policy and rules",
        _table(("What", "Value"), told.items())
        + _table(("Pack", "Version", "Rules", "SHA-256"), packs),
    )


def _signature(signature: dict[str, Any] | None) -> str:
    if not signature:
        return _section("signature", "Signature", "<p>Nobody has signed this statement.</p>")
    rows = [
        ("Algorithm", shown(signature["algorithm"])),
        ("Key", f"<code>{shown(signature['key'])}</code>"),
        ("Signature", f"<code>{shown(signature['value'])}</code>"),
    ]
    check = (
        "<p>A page cannot vouch for itself. Check it with "
        "<code>redactor attest --verify FILE --public-key FILE</code>.</p>"
    )
    return _section("signature", "Signature", _table(("What", "Value"), rows) + check)


def _section(name: str, title: str, inside: str) -> str:
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{inside}</section>'


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = []
    for row in rows:
        first, *rest = row
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        body.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return (
        f'<div class="table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
