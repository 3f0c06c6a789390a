"""Running a command: its errors become one sentence and an exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

import click

from redactor.cli.codes import Code
from redactor.cli.commands import root
from redactor.cli.console import say
from redactor.errors import InputError, RedactorError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Args:
        arguments: What follows the command's name. Default: those of the process.

    Returns:
        The exit code, as ``redactor --help`` lists them.
    """
    _occupy_standard_descriptors()
    try:
        outcome = root.main(
            None if arguments is None else list(arguments),
            prog_name="redactor",
            standalone_mode=False,
        )
        _flush_output()
    except click.UsageError as error:
        say(_in_words(error))
        return Code.USAGE
    except click.ClickException as error:
        say(error.format_message())
        return Code.USAGE
    except click.Abort:
        return 128 + 2
    except KeyboardInterrupt:
        return 128 + 2
    except InputError as error:
        say(str(error))
        return Code.INPUT
    except RedactorError as error:
        say(str(error))
        return Code.USAGE
    except OSError as error:
        return _output_failed(error)
    except Exception as error:  # noqa: BLE001  # the text of an unknown error may hold log content
        say(_internal(error))
        return Code.INTERNAL
    return outcome if isinstance(outcome, int) else Code.OK


def _in_words(error: click.UsageError) -> str:
    command = error.ctx.command_path.removeprefix("redactor").strip() if error.ctx else ""
    message = error.format_message()
    if "unexpected extra argument" in message:
        # click would print the arguments, which may be a text to look at.
        message = "there are too many arguments."
    if isinstance(error, click.BadParameter) and isinstance(
        getattr(error.param, "type", None), click.Choice
    ):
        message += _nearest(message, list(error.param.type.choices))  # type: ignore[union-attr]
    where = f"{command}: " if command else ""
    help_of = f"redactor {command}".strip()
    return f"{where}{message} See: {help_of} --help."


def _nearest(message: str, choices: list[str]) -> str:
    import difflib

    given = message.split("'")[3] if message.count("'") >= 4 else ""
    near = difflib.get_close_matches(given, choices, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _flush_output() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _output_failed(error: OSError) -> int:
    # Nothing more can be written: without this the interpreter would try again at its end.
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    if error.errno == errno.EPIPE:
        return Code.CLOSED
    say(f"standard output: it cannot be written ({error.strerror}). Check where it leads.")
    return Code.OUTPUT


def _internal(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "unknown place"
    if trace is not None:
        code = trace.tb_frame.f_code
        place = f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}"  # noqa: PTH119
    return (
        f"{type(error).__name__} at {place}: a mistake in redactor itself. "
        "Report it with this line and the version."
    )


def _occupy_standard_descriptors() -> None:
    """
    Open descriptors 0 to 2 where they are closed, the wrong way round, so that using them fails.

    Else the next file that is opened would get the number, and a log would be written into it.
    """
    for descriptor, wrong in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, wrong)
