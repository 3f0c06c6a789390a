"""
Yardsticks: what a careful person writes by hand, on the same lines.

Fifteen patterns, about what a team collects over the years, as one alternation for ``re`` and for
``regex``, and as a Hyperscan database (raw scan only: the floor, nothing is replaced). They find
less than the packs do: this is kind to them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import regex

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PATTERNS", "hyperscan_scan", "re_filter", "regex_filter"]

PATTERNS: tuple[str, ...] = (
    r"(?<!\d)(?:4\d{3}|5[1-5]\d{2}|6011|3[47]\d{2})[ -]?\d{4,6}[ -]?\d{4,5}[ -]?\d{0,4}(?!\d)",
    r"(?i:password|passwd|pwd)[\"']?\s*[:=]\s*[\"']?[^\s\"',}]+",
    r"(?i:secret|api_?key|access_?token)[\"']?\s*[:=]\s*[\"']?[^\s\"',}]+",
    r"(?i:bearer|basic) [A-Za-z0-9._~+/=-]{8,}",
    r"\bxox[abpors]-[A-Za-z0-9-]{10,}",
    r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{36}\b",
    r"\bAIza[A-Za-z0-9_-]{35}",
    r"\bsk_live_[A-Za-z0-9]{10,99}\b",
    r"\bglpat-[A-Za-z0-9_-]{20}",
    r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*",
    r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",
    r"\bnpm_[A-Za-z0-9]{36}\b",
    r"://[^\s:@/]+:[^\s@/]+@",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
)


def re_filter() -> Callable[[str], str]:
    """Return a filter of the standard library's ``re``."""
    pattern = re.compile("|".join(PATTERNS))
    return lambda text: pattern.sub("[redacted]", text)


def regex_filter() -> Callable[[str], str]:
    """Return a filter of the ``regex`` package."""
    pattern = regex.compile("|".join(PATTERNS))
    return lambda text: pattern.sub("[redacted]", text)


def hyperscan_scan() -> Callable[[str], str] | None:
    """Return a raw Hyperscan scan, or ``None`` where the package is not installed."""
    try:
        import hyperscan
    except ImportError:
        return None
    supported = [re.sub(r"\(\?<!\\d\)|\(\?!\\d\)", "", pattern) for pattern in PATTERNS]
    database = hyperscan.Database()
    database.compile(
        expressions=[pattern.encode() for pattern in supported],
        ids=list(range(len(supported))),
        elements=len(supported),
        flags=[hyperscan.HS_FLAG_SINGLEMATCH] * len(supported),
    )
    found: list[int] = []

    def on_match(identifier: int, *_: Any) -> None:
        found.append(identifier)

    def scan(text: str) -> str:
        database.scan(text.encode(), match_event_handler=on_match)
        found.clear()
        return text

    return scan
