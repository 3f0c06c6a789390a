"""Logs in which every line has a secret."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from redactor import Policy, Redactor
from redactor.leakage.files import check, scanning
from redactor.leakage.leaks import Leak, grouped

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CARD = "4111" + "111111111111"
RECORDS = [
    {"logger": "shop.pay", "message": f"paid with {CARD}, thanks", "password": "hunter" + "2zz"},
    {"pathname": "shop/pay.py", "lineno": 41, "order": {"items": [1, {"note": CARD}], "n": 2}},
    {"name": "shop", "levelno": 20, "msg": "password=hunter" + "2zz", "": {"card": CARD}},
    {"message": "was [redacted:card] before", "card": CARD},
    {f"key {CARD}": "x", "card": CARD},
    {"message": "numbers", "card": int(CARD)},
    {"message": json.dumps({"password": "hunter" + "2zz"}), "log": {"message": CARD}},
    {"event": f"{CARD} and {CARD}", "user": "bob"},
]
LINES = [
    *(json.dumps(record) for record in RECORDS),
    *(f"2026-11-27T07:00:00Z stdout F {json.dumps(record)}" for record in RECORDS),
    f'{{"message": "twice", "card": "{CARD}", "card": "{CARD}"}}',
    f"plain text, card {CARD}",
    "password=hunter" + "2zz {}",
    f'{{"broken": "{CARD}"',
]


def test_what_is_told_is_the_same_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A chunk with many secrets is redacted at once, one with few record by record: lines, fields,
    loggers, samples and counts are the same.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").write_text("\n".join(LINES * 20) + "\n", "utf-8")
    redactor = Redactor(Policy(actions={"default": "tag"}))

    def found() -> list[tuple[object, ...]]:
        return [
            (leak.rule, leak.site, leak.field, leak.logger, leak.sample, leak.content, leak.count)
            for leak in check(["log"], redactor).leaks
        ]

    at_once = found()
    monkeypatch.setattr(scanning, "_MANY", 1 << 30)

    assert found() == at_once
    assert len(at_once) >= 15
    assert {20} <= {count for *_, count in at_once}


def test_two_canaries_in_one_line_are_two_leaks() -> None:
    """
    Each kind is a proof of its own.
    """
    one = Leak(rule="known-value", exit="logging", severity="critical", canary="person")
    other = Leak(rule="known-value", exit="logging", severity="critical", canary="password")

    assert [1, 2] == sorted(count for _, count in grouped([one, other, one]))
