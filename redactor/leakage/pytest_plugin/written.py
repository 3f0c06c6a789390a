"""The reports that were asked for: ``--leakage-report=FORM[=PATH]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from redactor.leakage.report import FORMS, Form, write
from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from redactor.leakage.leaks import Report

__all__ = ["Wanted"]

_ENDINGS = {"junit": "xml", "text": "txt", "github": "txt"}


class Wanted:
    """
    The reports of a run.

    Args:
        config: Has the option.

    Attributes:
        written: Form and path of each report that was written.

    Raises:
        pytest.UsageError: There is no such form.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.written: list[tuple[str, Path]] = []
        self._wanted: list[tuple[Form, Path]] = []
        for asked in config.known_args_namespace.leakage_report:
            name, _, path = asked.partition("=")
            form: Form | None = next((form for form in FORMS if form == name), None)
            if form is None:
                raise pytest.UsageError(
                    f"--leakage-report: there is no form {name!r}. "
                    f"{did_you_mean(name, FORMS)}There are: {', '.join(FORMS)}."
                )
            file = path or f"leakage-report.{_ENDINGS.get(name, name)}"
            self._wanted.append((form, config.invocation_params.dir / file))

    def write(self, report: Report) -> None:
        """
        Write *report* in each form that was asked for.

        Raises:
            InputError: A file cannot be written.
        """
        for form, path in self._wanted:
            write(report, form, path)
            self.written.append((form, path))
