"""What a handler writes to standard error when it fails, without the secrets."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from redactor.exits.rendered import rendered

if TYPE_CHECKING:
    from types import FrameType

    from redactor.exits.guard import Guard

__all__ = ["error_report"]

_FOLDERS = (str(Path(logging.__file__).parent), str(Path(__file__).parent))


def error_report(record: logging.LogRecord, guard: Guard) -> str:
    """
    Return what ``logging.Handler.handleError`` writes: the error, the calls, the message.

    The calls are lines of the program, and these can hold secrets as literals.

    Args:
        record: The redacted record that could not be written.
        guard: What redacts the rest.
    """
    error = sys.exception()
    report = io.StringIO()
    report.write("--- Logging error ---\n")
    traceback.print_exception(error, file=report)
    report.write("Call stack:\n")
    frame: FrameType | None = None
    if error is not None and error.__traceback__ is not None:
        frame = error.__traceback__.tb_frame
    while frame is not None and str(Path(frame.f_code.co_filename).parent) in _FOLDERS:
        frame = frame.f_back
    if frame is not None:
        traceback.print_stack(frame, file=report)
    else:
        report.write(f"Logged from file {record.filename}, line {record.lineno}\n")
    try:
        report.write(f"Message: {record.msg!r}\nArguments: {record.args}\n")
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001  # as the library does
        report.write(
            "Unable to print the message and arguments - possible formatting error.\n"
            "Use the traceback above to help find the error.\n"
        )
    return rendered(report.getvalue(), guard)
