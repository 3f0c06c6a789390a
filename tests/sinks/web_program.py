"""A WSGI application and a Celery application whose workers log to one sink and are recycled."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from redactor.sinks import LokiSink

if TYPE_CHECKING:
    from collections.abc import Callable

_sink = LokiSink(os.environ["PROGRAM_LOKI"], spool=os.environ["PROGRAM_SPOOL"])
_book = os.open(os.environ["PROGRAM_BOOK"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def note(text: str) -> None:
    """Log *text*; once the sink has it, say so in the book."""
    _sink.emit(text.encode())
    os.write(_book, f"{text}\n".encode())


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Log the path of the request."""
    note(environ["PATH_INFO"].strip("/"))
    start_response("200 OK", [("Content-Length", "2"), ("Content-Type", "text/plain")])
    return [b"ok"]


def celery() -> Any:
    """Make the Celery application: a broker of files, nothing stored."""
    from celery import Celery  # type: ignore[import-untyped]

    folder = os.environ["PROGRAM_BROKER"]
    made = Celery("program", broker="filesystem://")
    made.conf.update(
        broker_transport_options={"data_folder_in": folder, "data_folder_out": folder},
        task_ignore_result=True,
        worker_hijack_root_logger=False,
    )
    made.task(name="note")(note)
    return made


if os.environ.get("PROGRAM_BROKER"):
    app = celery()
