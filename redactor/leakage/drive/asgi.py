"""Calling an ASGI application (https://asgi.readthedocs.io/en/latest/specs/main.html)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Self

from redactor.leakage.drive.answers import Answer, Request, said_by_server

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["AsgiClient"]

_VERSION = {"version": "3.0", "spec_version": "2.3"}


class AsgiClient:
    """
    Speaks to an application, whose lifespan it begins and ends.

    Args:
        app: The application.
    """

    def __init__(self, app: Any) -> None:
        self._app = app
        self._to_lifespan: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._lifespan: asyncio.Task[None] | None = None
        self._state: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        ready = asyncio.Event()

        async def send(message: dict[str, Any]) -> None:
            if message["type"].startswith("lifespan.startup."):
                ready.set()

        async def run() -> None:
            # An application may refuse lifespans by any error, the specification says.
            with contextlib.suppress(Exception):
                scope = {"type": "lifespan", "asgi": _VERSION, "state": self._state}
                await self._app(scope, self._to_lifespan.get, send)
            ready.set()

        self._lifespan = asyncio.create_task(run())
        self._to_lifespan.put_nowait({"type": "lifespan.startup"})
        await ready.wait()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._lifespan is not None:
            self._to_lifespan.put_nowait({"type": "lifespan.shutdown"})
            await self._lifespan

    async def send(self, request: Request) -> Answer:
        """Send *request*; return what came back."""
        waiting = [{"type": "http.request", "body": request.body, "more_body": False}]
        status = 0
        body: list[bytes] = []
        over = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if waiting:
                return waiting.pop()
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                body.append(bytes(message.get("body", b"")))
                if not message.get("more_body", False):
                    over.set()

        error = await self._call(self._scope(request, "http"), receive, send)
        return Answer(f"{request.method} {request.what}", status, error, b"".join(body))

    async def speak(self, request: Request, messages: tuple[str | bytes, ...]) -> Answer:
        """Connect to a websocket, say *messages*, hang up."""
        said: list[dict[str, Any]] = [
            {"type": "websocket.connect"},
            *(
                {"type": "websocket.receive", "text" if isinstance(each, str) else "bytes": each}
                for each in messages
            ),
            {"type": "websocket.disconnect", "code": 1000},
        ]
        status = 0
        body: list[bytes] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return said.pop(0) if len(said) > 1 else said[0]

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and not status:
                status = 403
            elif message["type"] == "websocket.send":
                text = message.get("text")
                body.append(text.encode() if text is not None else message.get("bytes") or b"")

        error = await self._call(self._scope(request, "websocket"), receive, send)
        return Answer(f"WEBSOCKET {request.what}", status, error, b"".join(body))

    async def _call(self, scope: dict[str, Any], receive: Any, send: Any) -> str:
        try:
            await self._app(scope, receive, send)
        except Exception as error:  # noqa: BLE001  # a server goes on with the next request
            return said_by_server(error)
        return ""

    def _scope(self, request: Request, kind: str) -> dict[str, Any]:
        secure = "wss" if kind == "websocket" else "https"
        scope: dict[str, Any] = {
            "type": kind,
            "asgi": _VERSION,
            "http_version": "1.1",
            "scheme": secure,
            "path": request.path,
            "raw_path": request.path.encode(),
            "query_string": request.query_string.encode(),
            "root_path": "",
            "headers": [
                (b"host", b"app.example"),
                *((name.encode(), value.encode("latin-1")) for name, value in request.headers),
                (b"content-length", str(len(request.body)).encode()),
            ],
            "client": ("127.0.0.1", 50000),
            "server": ("app.example", 443),
            "state": dict(self._state),
        }
        if kind == "http":
            scope["method"] = request.method
        else:
            scope["subprotocols"] = []
        return scope
