"""Running ``redactor check`` in a folder of its own, and secrets to look for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from redactor.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Made up. It is looked for in everything that leaves.
SECRET = "Xk9" + "-tulip-Rain"
LINE = f"2026-11-22 08:41:41 INFO login password={SECRET} done\n".encode()
CLEAN = b"2026-11-22 08:41:42 INFO request finished in 12 ms\n"


class Done(NamedTuple):
    """What a run left behind."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The report, of a run with ``--format json``."""
        report: dict[str, Any] = json.loads(self.out)
        return report

    @property
    def places(self) -> list[str]:
        """File, line and rule of each leak."""
        return [
            f"{leak['site']['path']}:{leak['site']['line']} {leak['rule']}"
            for leak in self.report["leaks"]
        ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which is empty."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


@pytest.fixture
def run(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Done]:
    """Run ``redactor check ARGUMENTS``; nothing that it writes may hold the secret."""

    def check(*arguments: str, form: str = "json") -> Done:
        code = main(["check", *arguments, "--no-config", "--format", form])
        out, err = capfdbinary.readouterr()
        assert SECRET.encode() not in out
        assert SECRET.encode() not in err
        return Done(code, out.decode("utf-8", "surrogateescape"), err.decode())

    return check
