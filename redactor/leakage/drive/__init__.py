"""
Driving a web application with canaries in every place where requests have secrets.

The application runs in this process, as it does under the test client of its framework: no server,
no network. What it does with the canaries is its own affair; a test with ``--leakage`` fails when
one of them comes out of an exit.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

from redactor.leakage.canaries import current
from redactor.leakage.drive.answers import Answer
from redactor.leakage.drive.asgi import AsgiClient
from redactor.leakage.drive.openapi import Operation, operations_of
from redactor.leakage.drive.traffic import Traffic
from redactor.leakage.drive.wsgi import WsgiClient

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.leakage.canaries import Canaries

__all__ = ["Answer", "drive", "drive_asgi", "drive_wsgi"]

_SCHEMA = "/openapi.json"


def drive(
    app: Any,
    canaries: Canaries | None = None,
    *,
    routes: Iterable[str] = (),
    schema: dict[str, Any] | None = None,
    websockets: Iterable[str] = (),
) -> tuple[Answer, ...]:
    """
    Send requests with canaries to *app*.

    Each operation gets canaries in its path, query, headers and cookies, and in a JSON body, a form
    and a multipart file where it takes a body: once as its schema wants them and once where it does
    not, since what refuses a value often shows it.

    Args:
        app: An ASGI or a WSGI application.
        canaries: What to send. Default: those of the run.
        routes: Operations to call, such as ``"POST /login"``.
        schema: An OpenAPI document whose operations are called too. Default: what ``app.openapi()``
            or ``/openapi.json`` gives, if there is one.
        websockets: Paths of websockets to speak to.

    Returns:
        What came back for each request.

    Raises:
        RuntimeError: An ASGI application, and a loop runs in this thread already: use
            ``await drive_asgi(...)``.
        ValueError: A route is none.
    """
    if not _is_asgi(app):
        return drive_wsgi(app, canaries, routes=routes, schema=schema)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(
            drive_asgi(app, canaries, routes=routes, schema=schema, websockets=websockets)
        )
    raise RuntimeError("drive: a loop runs in this thread already. Use: await drive_asgi(...).")


async def drive_asgi(
    app: Any,
    canaries: Canaries | None = None,
    *,
    routes: Iterable[str] = (),
    schema: dict[str, Any] | None = None,
    websockets: Iterable[str] = (),
) -> tuple[Answer, ...]:
    """Do what ``drive`` does for an ASGI application, in the loop that runs."""
    traffic = Traffic(canaries if canaries is not None else current())
    answers: list[Answer] = []
    async with AsgiClient(app) as client:
        if schema is None:
            schema = _own_schema(app)
        if schema is None:
            schema = (await client.send(traffic.plain("GET", _SCHEMA))).json()
        for operation in _operations(routes, schema):
            answers += [await client.send(request) for request in traffic.to(operation)]
        for path in websockets:
            answers.append(await client.speak(traffic.plain("GET", path), traffic.messages()))
    return tuple(answers)


def drive_wsgi(
    app: Any,
    canaries: Canaries | None = None,
    *,
    routes: Iterable[str] = (),
    schema: dict[str, Any] | None = None,
) -> tuple[Answer, ...]:
    """Do what ``drive`` does for a WSGI application."""
    traffic = Traffic(canaries if canaries is not None else current())
    client = WsgiClient(app)
    if schema is None:
        schema = _own_schema(app)
    if schema is None:
        schema = client.send(traffic.plain("GET", _SCHEMA)).json()
    return tuple(
        client.send(request)
        for operation in _operations(routes, schema)
        for request in traffic.to(operation)
    )


def _is_asgi(app: Any) -> bool:
    call = app if inspect.isfunction(app) or inspect.ismethod(app) else type(app).__call__
    if inspect.iscoroutinefunction(call):
        return True
    try:
        # ``(scope, receive, send)`` or ``(environ, start_response)``.
        parameters = [p for p in inspect.signature(app).parameters.values() if p.default is p.empty]
    except (TypeError, ValueError):
        return False
    return len(parameters) == 3


def _own_schema(app: Any) -> dict[str, Any] | None:
    make = getattr(app, "openapi", None)
    made = make() if callable(make) else None
    return made if isinstance(made, dict) else None


def _operations(routes: Iterable[str], schema: Any) -> list[Operation]:
    listed = [Operation.of_route(route) for route in routes]
    if isinstance(schema, dict) and isinstance(schema.get("paths"), dict):
        listed += operations_of(schema)
    return listed or [Operation("GET", "/"), Operation("POST", "/")]
