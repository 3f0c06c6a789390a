"""Requests with canaries in every usual place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import msgspec

from redactor.leakage.drive.answers import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.leakage.canaries import Canaries
    from redactor.leakage.drive.openapi import Operation, Parameter

__all__ = ["Traffic"]

_BOUNDARY = "redactor-leakage-7d9f"
_JSON, _FORM, _MULTIPART = (
    "application/json", "application/x-www-form-urlencoded", "multipart/form-data",
)  # fmt: skip
#: Objects inside each other that a body is made with.
_MAX_DEPTH = 6


class Traffic:
    """
    Makes requests.

    Args:
        canaries: A few are taken once, and sent in each request.
    """

    def __init__(self, canaries: Canaries) -> None:
        query, headers, cookies = (canaries.at(place) for place in ("query", "headers", "cookies"))
        self._path = canaries.at("path").token()
        self._query = (
            ("access_token", query.token()),
            ("card", query.card()),
            ("email", query.person().email),
        )
        self._headers = (
            ("authorization", f"Bearer {headers.token('jwt')}"),
            ("x-api-key", headers.token()),
            ("user-agent", "redactor-leakage"),
            ("cookie", f"theme=dark; sessionid={cookies.token()}"),
        )
        self._values = {place: _Values(canaries.at(place)) for place in ("json", "form", "file")}
        self._socket = _Values(canaries.at("websocket"))

    def plain(self, method: str, path: str) -> Request:
        """Return a request without a body, and with canaries in its head."""
        return Request(method, path, self._query, self._headers, what=path)

    def to(self, operation: Operation) -> Iterator[Request]:
        """Yield the requests to *operation*."""
        for bodies in self._bodies(operation):
            what, kind, body = bodies
            path = re.sub(r"\{[^}]*\}", quote(self._path, safe=""), operation.path)
            query = dict(self._query)
            headers = dict(self._headers)
            for parameter in operation.parameters:
                self._put(parameter, query, headers, wrong=what.endswith("refused"))
            if kind:
                headers["content-type"] = kind
            yield Request(
                operation.method,
                path,
                tuple(query.items()),
                tuple(headers.items()),
                body,
                f"{operation.path} {what}".rstrip(),
            )

    def messages(self) -> tuple[str | bytes, ...]:
        """Return what is said on a websocket."""
        values = msgspec.json.encode(self._socket.everything())
        return values.decode(), values, f"password={self._socket.password}"

    def _put(
        self, parameter: Parameter, query: dict[str, str], headers: dict[str, str], *, wrong: bool
    ) -> None:
        value = self._values["form"].of(parameter.name, parameter.schema, wrong=wrong)
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        if parameter.where == "query":
            query[parameter.name] = text
        elif parameter.where == "header":
            headers[parameter.name.lower()] = text
        elif parameter.where == "cookie":
            headers["cookie"] += f"; {parameter.name}={quote(text, safe='')}"

    def _bodies(self, operation: Operation) -> Iterator[tuple[str, str, bytes]]:
        """Yield for each body what it is, its media type and its bytes."""
        if not operation.takes_body:
            yield "", "", b""
            if operation.parameters:
                yield "refused", "", b""
            return
        schemas = operation.bodies or {_JSON: {}, _FORM: {}, _MULTIPART: {}}
        for kind, schema in schemas.items():
            for wrong in (False, True):
                what = f"{kind.partition('/')[2]}{' refused' if wrong else ''}"
                if kind == _FORM:
                    values = self._values["form"].body(schema, wrong=wrong)
                    yield what, kind, urlencode(_flat(values)).encode()
                elif kind == _MULTIPART:
                    yield (
                        what,
                        f"{kind}; boundary={_BOUNDARY}",
                        self._multipart(schema, wrong=wrong),
                    )
                else:
                    values = self._values["json"].body(schema, wrong=wrong)
                    yield what, kind, msgspec.json.encode(values)

    def _multipart(self, schema: dict[str, Any], *, wrong: bool) -> bytes:
        values = self._values["file"]
        files = [
            name
            for name, each in (schema.get("properties") or {}).items()
            if each.get("format") == "binary" or each.get("contentMediaType")
        ] or ["file"]
        parts: list[str] = []
        for name, value in _flat(values.body(schema, wrong=wrong)):
            if name not in files:
                parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}')
        parts += [
            f'Content-Disposition: form-data; name="{name}"; filename="contract.txt"\r\n'
            f"Content-Type: text/plain\r\n\r\n{values.document}"
            for name in files
        ]
        body = "".join(f"--{_BOUNDARY}\r\n{part}\r\n" for part in parts)
        return f"{body}--{_BOUNDARY}--\r\n".encode()


class _Values:
    """
    Values for the fields of a body, canaries wherever a text can stand.

    Args:
        canaries: A few are taken once.
    """

    def __init__(self, canaries: Canaries) -> None:
        self.password = canaries.password()
        self.card = canaries.card()
        self.token = canaries.token()
        self.person = canaries.person()
        self.document = canaries.document().text

    def everything(self) -> dict[str, Any]:
        """Return one of each, as a body of which nothing is known."""
        return {
            "username": self.person.name,
            "password": self.password,
            "card": self.card,
            "token": self.token,
            "email": self.person.email,
            "document": self.document,
            "items": [{"card": self.card, "count": 1}],
        }

    def body(self, schema: dict[str, Any], *, wrong: bool) -> Any:
        """Return a body; *wrong* puts texts where numbers, flags and lists belong."""
        if not schema:
            return self.everything() if not wrong else {"password": [self.password], "n": self.card}
        made = self.of("", schema, wrong=wrong)
        if isinstance(made, dict):
            # What is more than the schema has is often logged as such.
            return {**made, "unexpected_token": self.token} if wrong else made
        return made

    def of(self, name: str, schema: dict[str, Any], *, wrong: bool, depth: int = 0) -> Any:
        """Return a value for the field *name*."""
        for key in ("anyOf", "oneOf", "allOf"):
            if schema.get(key):
                return self.of(name, schema[key][0], wrong=wrong, depth=depth + 1)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "string")
        if depth > _MAX_DEPTH:
            return None
        if kind == "object" or "properties" in schema:
            return {
                key: self.of(key, each, wrong=wrong, depth=depth + 1)
                for key, each in (schema.get("properties") or {}).items()
            }
        if kind == "array":
            if wrong:
                return self._text(name)
            return [self.of(name, schema.get("items") or {}, wrong=wrong, depth=depth + 1)]
        if schema.get("enum"):
            return self._text(name) if wrong else schema["enum"][0]
        if kind in ("integer", "number", "boolean"):
            if wrong:
                return self._text(name)
            return kind == "boolean" or 1
        if schema.get("format") in ("date", "date-time") and not wrong:
            return "2026-01-02" if schema["format"] == "date" else "2026-01-02T03:04:05Z"
        return self._text(name)

    def _text(self, name: str) -> str:
        bare = name.lower()
        if "pass" in bare or "pwd" in bare:
            return self.password
        if "mail" in bare:
            return self.person.email
        if "card" in bare or "number" in bare or "pan" in bare:
            return self.card
        if "name" in bare or "user" in bare:
            return self.person.name
        if "phone" in bare:
            return self.person.phone
        if any(word in bare for word in ("text", "body", "document", "content", "message", "note")):
            return self.document
        return self.token


def _flat(values: Any) -> list[tuple[str, str]]:
    if not isinstance(values, dict):
        return [("value", str(values))]
    return [
        (str(key), value if isinstance(value, str) else msgspec.json.encode(value).decode())
        for key, value in values.items()
    ]
