"""
Reports: one module for each form, each with a function ``write(report) -> str``.

No form holds a secret: they are written from ``Leak``, which holds none. What they hold is text
from logs all the same, and each form escapes it in its own way.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from redactor.leakage.whole_file import replace_file

if TYPE_CHECKING:
    from typing import TextIO

    from redactor.leakage.leaks import Report

__all__ = ["FORMS", "Form", "render", "write"]

Form = Literal["text", "json", "sarif", "junit", "github", "html"]
FORMS: tuple[Form, ...] = ("text", "json", "sarif", "junit", "github", "html")


def render(report: Report, form: Form) -> str:
    """
    Return *report* in a form.

    Args:
        report: What a run found.
        form: ``text`` for people, ``json`` for programs, ``sarif`` (OASIS SARIF 2.1.0) for code
            hosts, ``junit`` for CI servers, ``github`` for annotations of GitHub Actions, ``html``
            for a page.
    """
    written: str = import_module(f"{__name__}.as_{form}").write(report)
    return written


def write(report: Report, form: Form, target: TextIO | str | Path) -> None:
    """
    Write *report* in a form.

    Args:
        report: What a run found.
        form: As for ``render``.
        target: A text stream, or the path of a file. The file is there whole or not at all; the
            folder of it is made.

    Raises:
        InputError: The file cannot be written.
    """
    text = render(report, form)
    if isinstance(target, (str, Path)):
        replace_file(Path(target), text.encode("utf-8", "backslashreplace"), "report")
    else:
        target.write(text)
