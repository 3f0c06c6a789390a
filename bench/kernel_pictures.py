"""
The pictures of docs/kernel.md: ``python -m bench.kernel_pictures``.

The bitmaps are computed here again, in Python, from the sets of ``core/src/engine.rs`` and the
keywords of the packs, for one line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bench.drawing import Theme, box, line, svg, text, themes
from redactor import Policy, Redactor

__all__ = ["PICTURES", "bitmaps"]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_DOCS = Path(__file__).resolve().parent.parent / "docs"
#: A block of 64 bytes. The token is too short to be one.
_LINE = "level=info pan=4111 1111 1111 1111 pwd=hunter2 t=" + "ghp" + "_a1B2c3D4e5F"
_VALUE = "Zx80alphaQ9"
_WIDE, _HIGH, _LEFT, _TOP = 11, 20, 178, 74


def bitmaps(block: str) -> list[tuple[str, list[bool], bool]]:
    """Return rows of the picture: a name, a bit for each byte, and whether it is a verdict."""
    alnum = [char.isalnum() for char in block]
    digit = [char.isdigit() for char in block]
    joined = [
        is_digit or (char in " -._+\t" and at > 0 and digit[at - 1])
        for at, (char, is_digit) in enumerate(zip(block, digit, strict=True))
    ]
    separator = [char in "=:>%\\" for char in block]
    starts = [is_alnum and not (at and alnum[at - 1]) for at, is_alnum in enumerate(alnum)]
    twelve = [all(joined[max(0, at - 11) : at + 1]) and at >= 11 for at in range(len(block))]
    heads = _heads()
    keyword = [
        start and any(_same(block[at : at + 3], *head) for head in heads)
        for at, start in enumerate(starts)
    ]
    redactor = Redactor(engine="native")
    key = [
        # A key names when a value under it that looks like a secret would be found.
        is_separator and redactor.record({_key(block[:at]): _VALUE})[_key(block[:at])] != _VALUE
        for at, is_separator in enumerate(separator)
    ]
    return [
        ("letter or digit", alnum, False),
        ("… and none before: a start", starts, False),
        ("a keyword may start here", keyword, True),
        ("digit", digit, False),
        ("digit, or one joint behind it", joined, False),
        ("… twelve in a row", twelve, True),
        ("separator", separator, False),
        ("… the key before it may name", key, True),
    ]


def _key(before: str) -> str:
    found = re.search(r"\w*$", before)
    return found[0] if found else ""


def _heads() -> set[tuple[str, bool]]:
    return {
        (keyword[:3], bool(rule.ignore_case))
        for rule in Policy().rules()
        for keyword in rule.keywords
        if len(keyword) >= 3
    }


def _same(found: str, head: str, ignore_case: bool) -> bool:  # noqa: FBT001  # of a rule
    return (found.lower() == head.lower()) if ignore_case else found == head


def draw_bitmaps(theme: Theme) -> str:
    """Draw a block and its bitmaps."""
    rows = bitmaps(_LINE)
    parts = [
        text(12, 24, "A block of 64 bytes and what is computed of it", theme.ink, size=15),
        text(12, 44, "one bit for each byte; orange: looked at closely", theme.quiet),
    ]
    for at, char in enumerate(_LINE):
        x = _LEFT + at * _WIDE + _WIDE / 2
        parts.append(
            f"<text x='{x:g}' y='{_TOP - 6}' font-size='12' fill='{theme.ink}' "
            f"text-anchor='middle' font-family='ui-monospace,monospace'>{char}</text>"
        )
    for number, (name, bits, verdict) in enumerate(rows):
        y = _TOP + number * _HIGH
        colour = theme.series[1] if verdict else theme.series[0]
        parts.append(text(_LEFT - 8, y + 14, name, theme.ink, size=11, anchor="end"))
        for at, bit in enumerate(bits):
            x = _LEFT + at * _WIDE
            parts.append(box(x + 0.5, y + 3, _WIDE - 1, _HIGH - 6, colour if bit else theme.grid))
    width = _LEFT + len(_LINE) * _WIDE + 14
    return svg(width, _TOP + len(rows) * _HIGH + 14, "Bitmaps of a block", theme, parts)


#: What each kind of place goes through; what fails a step costs no more than that step.
_LANES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "start of a run",
        ("first 3 bytes\nin a filter", "keyword\nis equal", "first 8 bytes\nfit the pattern",
         "pattern\nmatches", "before, after,\nchecks"),
    ),
    (
        "12 digits in a run",
        ("issuer's range\nand length", "Luhn", "grouping or\na card word",
         "no float, hex,\nUUID, id",
         "code, expiry\nbeside it"),
    ),
    (
        "separator",
        ("key's last bytes\nin a filter", "key's words\nname a secret",
         "value: where\nit starts, ends",
         "value is\nno placeholder", "checks"),
    ),
    (
        "escape, long run",
        ("undoes\nto something?", "decoded, with a\nmap of places", "the whole pass\nagain, 3 deep",
         "spans go back\nby the map", ""),
    ),
)  # fmt: skip


def draw_gates(theme: Theme) -> str:
    """Draw the ways from a place to a span."""
    wide, high, gap, left, top = 118, 46, 18, 150, 78
    parts = [
        text(12, 24, "From a place to a span", theme.ink, size=15),
        text(12, 44, "each step refuses most of what comes to it, and costs more", theme.quiet),
    ]
    right = left + 5 * (wide + gap)
    for number, (name, steps) in enumerate(_LANES):
        y = top + number * (high + 22)
        parts.append(text(left - 14, y + high / 2 + 4, name, theme.ink, size=12, anchor="end"))
        known = [step for step in steps if step]
        for at, step in enumerate(known):
            x = left + at * (wide + gap)
            parts.append(box(x, y, wide, high, theme.grid))
            parts += _lines(step, x + wide / 2, y + high / 2, theme)
            end = x + wide + gap if at < len(known) - 1 else right
            parts += _arrow(x + wide, end - 3, y + high / 2, theme)
    bottom = top + len(_LANES) * (high + 22) - 22
    parts.append(box(right, top, 96, bottom - top, theme.good))
    parts += _lines("spans,\nmarkers\ncut out", right + 48, (top + bottom) / 2, theme)
    return svg(right + 110, bottom + 20, "From a place to a span", theme, parts)


def draw_resume(theme: Theme) -> str:
    """Draw why a candidate that is refused resumes one step on."""
    words = "4111 1111 1111 1112 4111 1111 1111 1111"
    wide, left, top = 13, 210, 76
    parts = [
        text(12, 24, "What is refused hides nothing", theme.ink, size=15),
        text(12, 44, "candidates of a card, each from the start of a group", theme.quiet),
    ]
    for at, char in enumerate(words):
        parts.append(
            f"<text x='{left + at * wide + wide / 2:g}' y='{top}' font-size='13' "
            f"fill='{theme.ink}' text-anchor='middle' font-family='ui-monospace,monospace'>"
            f"{char}</text>"
        )
    tries = (
        (0, 19, "16 digits: Luhn says no", False),
        (5, 24, "next group: no", False),
        (10, 29, "next group: no", False),
        (15, 34, "next group: no", False),
        (20, 39, "next group: a card", True),
    )
    for number, (first, last, name, good) in enumerate(tries):
        y = top + 12 + number * 24
        colour = theme.series[1] if good else theme.series[0]
        parts.append(box(left + first * wide, y, (last - first) * wide, 14, colour))
        parts.append(text(left - 10, y + 11, name, theme.quiet, size=11, anchor="end"))
    width = left + len(words) * wide + 16
    return svg(width, top + 12 + len(tries) * 24 + 12, "Resuming", theme, parts)


def _lines(words: str, x: float, y: float, theme: Theme) -> Iterable[str]:
    rows = words.split("\n")
    for number, row in enumerate(rows):
        at = y + 4 + (number - (len(rows) - 1) / 2) * 15
        yield text(x, at, row, theme.ink, size=11, anchor="middle")


def _arrow(start: float, end: float, y: float, theme: Theme) -> Iterable[str]:
    yield line(start + 2, y, end, y, theme.quiet, wide=1.5)
    yield line(end - 5, y - 4, end, y, theme.quiet, wide=1.5)
    yield line(end - 5, y + 4, end, y, theme.quiet, wide=1.5)


#: Name to how it is drawn.
PICTURES: dict[str, Callable[[Theme], str]] = {
    "bitmaps": draw_bitmaps,
    "gates": draw_gates,
    "resume": draw_resume,
}


def main() -> None:
    """Write the pictures, each in a light and a dark form."""
    assert len(_LINE) == 64
    assert re.fullmatch(r"[ -~]+", _LINE)
    for theme in themes:
        for name, draw in PICTURES.items():
            path = _DOCS / f"kernel-{name}-{theme.name}.svg"
            path.write_text(draw(theme), encoding="utf-8")


if __name__ == "__main__":
    main()
