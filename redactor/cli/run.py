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
from redactor.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

_COMPLETE = "_REDACTOR_COMPLETE"


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command.

    Args:
        arguments: What follows the command's name. Default: those of the process.

    Returns:
        The exit code, as ``redactor --help`` lists them.
    """
    _prepare_standard_descriptors()
    try:
        outcome = _call(list(sys.argv[1:] if arguments is None else arguments))
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


def _call(arguments: list[str]) -> object:
    """Do what ``root.main`` does, which would end the process itself when a pipe is closed."""
    instruction = os.environ.get(_COMPLETE)
    if instruction:
        from click.shell_completion import shell_complete

        return shell_complete(root, {}, "redactor", _COMPLETE, instruction)
    try:
        with root.make_context("redactor", arguments) as context:
            return root.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code


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
    given = message.split("'")[3] if message.count("'") >= 4 else ""
    return f" {did_you_mean(given, choices)}".rstrip()


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


def _prepare_standard_descriptors() -> None:
    """
    Open descriptors 0 to 2 where they are closed, the wrong way round, so that using them fails.

    Else the next file that is opened would get the number, and a log would be written into it.
    On Windows, keep the system from translating line ends.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(0, os.O_BINARY)
        msvcrt.setmode(1, os.O_BINARY)
    for descriptor, wrong in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, wrong)
