"""What is sent to an application, and what comes back."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from redactor.leakage.call_site import is_program

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Answer", "Request", "said_by_server"]

_log = logging.getLogger("redactor.leakage.drive")


class Request(NamedTuple):
    """
    One request.

    Attributes:
        method: In capital letters.
        path: With what its places are filled with, not yet percent-encoded.
        query: Names and values.
        headers: Names in small letters, and values.
        body: Its bytes.
        what: What kind of request it is, for messages.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    what: str = ""

    @property
    def query_string(self) -> str:
        """The query, percent-encoded."""
        return urlencode(self.query)


class Answer(NamedTuple):
    """
    What came back for one request.

    Attributes:
        request: Method, path as the schema has it, and kind of the request. Holds no canary.
        status: Status code; 0 where there was none.
        error: Type of the exception that the application raised; empty where it raised none.
        body: The body of the response.
    """

    request: str
    status: int
    error: str = ""
    body: bytes = b""

    def __repr__(self) -> str:
        told = self.error or f"{len(self.body)} bytes"
        return f"<Answer {self.request}: {self.status} {told}>"

    def json(self) -> Any:
        """Return the body as JSON; ``None`` where it is none, or no success."""
        if self.status != 200:
            return None
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return None


def said_by_server(error: Exception) -> str:
    """
    Log *error*, which the application raised, as a server does; return its type.

    The record is of the line of the program that raised it.
    """
    line = _raised_at(error.__traceback__)
    record = _log.makeRecord(
        _log.name,
        logging.ERROR,
        line[0],
        line[1],
        "Exception in the application",
        (),
        (type(error), error, error.__traceback__),
        line[2],
    )
    if _log.isEnabledFor(logging.ERROR):
        _log.handle(record)
    return type(error).__name__


def _raised_at(frames: TracebackType | None) -> tuple[str, int, str]:
    found = (__file__, sys._getframe().f_lineno, "")  # noqa: SLF001  # as logging does
    while frames is not None:
        code = frames.tb_frame.f_code
        if is_program(code.co_filename):
            found = (code.co_filename, frames.tb_lineno, code.co_name)
        frames = frames.tb_next
    return found
