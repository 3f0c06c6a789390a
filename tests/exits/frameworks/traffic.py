"""Requests to the shops of the examples, with secrets in the usual places."""

from __future__ import annotations

import http.client
import json
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

if TYPE_CHECKING:
    from tests.exits.frameworks.planted import Planted

__all__ = ["REQUEST_ID", "Shop"]

REQUEST_ID = "01997f3a-5c1e-7d7a-b6a4-3f1c2d9e8b70"


class Shop:
    """
    One shop that listens on a loopback port. Each method sends requests and plants what they hold.

    Args:
        port: Where it listens.
        planted: Makes the secrets.
    """

    def __init__(self, port: int, planted: Planted) -> None:
        self._port = port
        self._planted = planted

    def order(self) -> int:
        """Send an order: headers, cookie, path, query, a body with nested fields."""
        plant = self._planted
        path = f"/orders/{plant.github('path')}"
        query = {"access_token": plant.token("query"), "q": plant.card("query card", " ")}
        body = {
            "order_id": "order-20871",
            "user_id": 4711,
            "password": plant.password("body password"),
            "card": {"number": plant.card("body card", " "), "cvv": "113"},
        }
        headers = {
            "Authorization": f"Bearer {plant.jwt('bearer')}",
            "Cookie": f"sid={plant.token('cookie')}; lang=en",
            "X-Api-Key": plant.token("header key"),
            "Proxy-Authorization": plant.basic("basic", "shop"),
            "Referer": f"https://shop.example.com/reset?token={plant.token('referrer')}",
            "User-Agent": f"shop-client/2.1 api_key={plant.token('agent')}",
        }
        return self.post_json(f"{path}?{urlencode(query)}", body, headers)

    def invalid_order(self) -> int:
        """Send an order that a model refuses, with the refused values in the error."""
        plant = self._planted
        body = {
            "order_id": "order-20872",
            "user_id": "nobody",
            "password": plant.password("refused password"),
            "card": {"pan": plant.card("refused card")},
        }
        return self.post_json("/orders/new", body)

    def login(self) -> int:
        """Send a form."""
        form = {"username": "ada", "password": self._planted.password("form")}
        return self._post("/login", urlencode(form).encode(), "application/x-www-form-urlencoded")

    def upload(self) -> int:
        """Send a form of parts: a field, and a file with a key in it."""
        file = (
            f"# settings\nDB_PASSWORD={self._planted.plain_password('file setting')}\n"
            + self._planted.private_key("file key")
        )
        parts = [
            ('name="api_key"', self._planted.token("part")),
            ('name="file"; filename="settings.env"\r\nContent-Type: text/plain', file),
        ]
        body = "".join(
            f"--parts\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n"
            for head, value in parts
        )
        return self._post(
            "/upload", f"{body}--parts--\r\n".encode(), "multipart/form-data; boundary=parts"
        )

    def partner(self, secret_key: str = "") -> int:
        """Have an exception raised and handled: in its message, and *secret_key* in a variable."""
        password = self._planted.plain_password("handled message")
        body = {"user_id": 4712, "password": password, "secret_key": secret_key}
        return self.post_json("/partner", body)

    def charge(self, token: str = "") -> int:
        """Have an exception raised that nobody handles: in its message, and *token* beside it."""
        body = {"card": self._planted.card("unhandled message"), "token": token}
        return self.post_json("/charge", body)

    def post_one(self, path: str, key: str, value: str) -> int:
        """Send a body with one field."""
        return self.post_json(path, {key: value})

    def post_json(self, path: str, body: object, headers: dict[str, str] | None = None) -> int:
        """Send a JSON body; return the status of the answer."""
        return self._post(path, json.dumps(body).encode(), "application/json", headers)

    def chat(self, path: str, *messages: object) -> None:
        """Send messages through a web socket; an answer comes to each, or the end."""
        sockets = pytest.importorskip("websockets.sync.client")
        closed = pytest.importorskip("websockets.exceptions").ConnectionClosed
        headers = {"Authorization": f"Bearer {self._planted.token('socket header')}"}
        query = urlencode({"token": self._planted.token("socket query")})
        address = f"ws://127.0.0.1:{self._port}{path}?{query}"
        with sockets.connect(address, additional_headers=headers) as socket:
            for message in messages:
                socket.send(json.dumps(message))
                with suppress(closed):
                    socket.recv(60)

    def _post(
        self, path: str, body: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(
                "POST",
                path,
                body,
                {"Content-Type": kind, "X-Request-Id": REQUEST_ID, **(headers or {})},
            )
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()
