"""Calling a WSGI application (PEP 3333)."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from redactor.leakage.drive.answers import Answer, Request, said_by_server

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["WsgiClient"]


class WsgiClient:
    """
    Speaks to an application.

    Args:
        app: The application.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    def send(self, request: Request) -> Answer:
        """Send *request*; return what came back."""
        status = 0
        body: list[bytes] = []
        error = ""

        def start_response(
            line: str, _headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            nonlocal status
            del exc_info
            status = int(line.split(" ", 1)[0])
            return body.append

        try:
            parts = self._app(_environ(request), start_response)
            try:
                body.extend(parts)
            finally:
                close = getattr(parts, "close", None)
                if close is not None:
                    close()
        except Exception as failure:  # noqa: BLE001  # a server goes on with the next request
            error = said_by_server(failure)
        return Answer(f"{request.method} {request.what}", status, error, b"".join(body))


def _environ(request: Request) -> dict[str, Any]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query_string,
        "SERVER_NAME": "app.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "app.example",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
