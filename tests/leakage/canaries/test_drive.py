"""Driving web applications with canaries in every usual place."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from redactor.leakage.canaries import Canaries
from redactor.leakage.drive import Answer, drive, drive_asgi
from redactor.leakage.observers import Observers
from redactor.leakage.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.leakage import Leak

SCHEMA: dict[str, Any] = {
    "openapi": "3.1.0",
    "paths": {
        "/users/{user_id}/cards": {
            "parameters": [
                {"name": "user_id", "in": "path", "schema": {"type": "string"}},
                {"$ref": "#/components/parameters/tenant"},
            ],
            "post": {
                "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Card"}}
                    }
                },
            },
            "get": {},
        }
    },
    "components": {
        "parameters": {"tenant": {"name": "X-Tenant", "in": "header", "schema": {}}},
        "schemas": {
            "Card": {
                "type": "object",
                "properties": {
                    "number": {"type": "string"},
                    "year": {"type": "integer"},
                    "default": {"type": "boolean"},
                    "currency": {"enum": ["EUR"]},
                    "owner": {"$ref": "#/components/schemas/Owner"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
            "Owner": {
                "type": "object",
                "properties": {
                    "email": {"type": "string"},
                    "cards": {"type": "array", "items": {"$ref": "#/components/schemas/Card"}},
                },
            },
        },
    },
}


class Recording:
    """An ASGI application that keeps what it is sent."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.said: list[str] = []

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]
    ) -> None:
        if scope["type"] == "lifespan":
            assert {"type": "lifespan.startup"} == await receive()
            await send({"type": "lifespan.startup.complete"})
            self.said.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] != "websocket.disconnect":
                self.said.append(message["type"])
                await send({"type": "websocket.send", "text": str(len(message))})
        else:
            body = (await receive())["body"]
            self.requests.append(
                {
                    "method": scope["method"],
                    "path": scope["path"],
                    "query": parse_qs(scope["query_string"].decode()),
                    "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
                    "body": body,
                }
            )
            status = 404 if scope["path"] == "/openapi.json" else 200
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b"{}"})


def test_canaries_are_in_every_usual_place() -> None:
    """
    Query, authorization, API key, cookie, JSON, form, file of a multipart body, path.
    """
    app = Recording()
    answers = drive(app, Canaries(), routes=["GET /orders/{id}", "POST /login"])

    assert {200} == {answer.status for answer in answers}
    assert ["GET /orders/{id}", "POST /login json"] == [answers[0].request, answers[1].request]
    order, *logins = app.requests[1:]
    assert "{id}" not in order["path"]
    for request in app.requests:
        assert {"access_token", "card", "email"} <= request["query"].keys()
        assert {"authorization", "x-api-key", "cookie"} <= request["headers"].keys()
    kinds = [request["headers"]["content-type"].partition(";")[0] for request in logins]
    assert ["application/json"] * 2 == kinds[:2]
    assert ["application/x-www-form-urlencoded"] * 2 == kinds[2:4]
    assert ["multipart/form-data"] * 2 == kinds[4:]
    assert {"username", "password", "card"} <= json.loads(logins[0]["body"]).keys()
    assert {"username", "password", "card"} <= parse_qs(logins[2]["body"].decode()).keys()
    assert b'filename="contract.txt"' in logins[4]["body"]
    assert ["lifespan.shutdown"] == app.said


def test_a_schema_says_what_is_sent() -> None:
    """
    Each operation with its parameters and a body of its kind, then with one that it refuses.
    References are followed, also where they go round.
    """
    app = Recording()
    drive(app, Canaries(), schema=SCHEMA)

    fits, refused = [request for request in app.requests if request["method"] == "POST"]
    assert ["GET"] * 2 == [r["method"] for r in app.requests if r["method"] != "POST"]
    assert fits["path"].endswith("/cards")
    assert "x-tenant" in fits["headers"]
    body = json.loads(fits["body"])
    assert 1 == body["year"]
    assert True is body["default"]
    assert "EUR" == body["currency"]
    assert body["number"].isdigit()
    assert "@" in body["owner"]["email"]
    assert ["1"] == fits["query"]["page"]
    assert isinstance(json.loads(refused["body"])["year"], str)
    assert "unexpected_token" in json.loads(refused["body"])


def test_a_websocket_is_spoken_to() -> None:
    """
    Text, bytes and more text, after a handshake with canaries in its head.
    """
    app = Recording()
    (answer,) = drive(app, Canaries(), schema={"paths": {}}, websockets=["/ws"])[-1:]

    assert 101 == answer.status
    assert ["websocket.receive"] * 3 == app.said[:3]


def test_it_can_run_in_a_loop_that_is_there() -> None:
    """
    ``drive`` says what to use instead.
    """

    async def run() -> tuple[Answer, ...]:
        with pytest.raises(RuntimeError, match="await drive_asgi"):
            drive(Recording(), Canaries())
        return await drive_asgi(Recording(), Canaries(), routes=["GET /"])

    assert [200] == [answer.status for answer in asyncio.run(run())]


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer, and fail at one path."""
    if environ["PATH_INFO"] == "/openapi.json":
        start_response("404 Not Found", [])
        return [b""]
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    if environ["PATH_INFO"] == "/fails":
        raise ValueError("cannot read " + body.decode("latin-1")[:300])
    start_response("200 OK", [])
    return [environ["HTTP_AUTHORIZATION"][:6].encode(), b" ", str(bool(body)).encode()]


def test_wsgi_applications_are_driven_too() -> None:
    """
    By the same call.
    """
    answers = drive(wsgi, Canaries(), routes=["GET /", "POST /"])

    assert [200] * 7 == [answer.status for answer in answers]
    assert [b"Bearer False"] + [b"Bearer True"] * 6 == [answer.body for answer in answers]


@pytest.fixture
def watched() -> Iterator[tuple[Canaries, list[Leak]]]:
    """Canaries, and what comes out of them."""
    found: list[Leak] = []
    watch = Watch(on_leak=found.append)
    observers = Observers(watch)
    observers.start()
    yield Canaries(watch.plant, watch.let_go), found
    observers.stop()
    watch.close()


def test_an_exception_is_logged_as_a_server_does(
    watched: tuple[Canaries, list[Leak]], caplog: pytest.LogCaptureFixture
) -> None:
    """
    What it says of a request is a leak, of the line that raised it; the answers hold no canary.
    """
    canaries, found = watched
    answers = drive(wsgi, canaries, routes=["POST /fails"])

    assert {"ValueError"} == {answer.error for answer in answers}
    assert "ValueError" in caplog.text
    assert {"wsgi"} == {leak.site.function for leak in found}
    assert {"person-in-form", "person-in-json"} <= {leak.canary for leak in found}
    assert "POST /fails json" == answers[0].request


def test_a_route_is_a_method_and_a_path() -> None:
    """
    What is none is refused with an example.
    """
    with pytest.raises(ValueError, match=r'routes: .login. is no route. Write: "POST /login"'):
        drive(wsgi, Canaries(), routes=["login"])
