"""The operations of an OpenAPI document (3.0, 3.1, and Swagger 2.0 as far as parameters go)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

__all__ = ["Operation", "Parameter", "operations_of"]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_ROUTE = re.compile(r"([A-Z]+) (/\S*)")


class Parameter(NamedTuple):
    """
    A parameter of an operation.

    Attributes:
        name: Its name.
        where: ``path``, ``query``, ``header`` or ``cookie``.
        schema: What it looks like.
    """

    name: str
    where: str
    schema: dict[str, Any]


class Operation(NamedTuple):
    """
    One operation of an application.

    Attributes:
        method: In capital letters.
        path: With names in braces.
        parameters: What it takes beside a body.
        bodies: Media type to what a body of it looks like. Without a schema, all usual ones.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    bodies: dict[str, dict[str, Any]] | None = None

    @classmethod
    def of_route(cls, route: str) -> Operation:
        """
        Return the operation ``METHOD /path``.

        Raises:
            ValueError: *route* is no such text.
        """
        match = _ROUTE.fullmatch(route)
        if match is None:
            raise ValueError(f'drive: routes: {route!r} is no route. Write: "POST /login".')
        return cls(match[1], match[2])

    @property
    def takes_body(self) -> bool:
        """Whether it is worth sending one."""
        return bool(self.bodies) or (self.bodies is None and self.method in _WITH_BODY)


def operations_of(document: dict[str, Any]) -> list[Operation]:
    """Return the operations of *document*, with references to its parts resolved."""
    found: list[Operation] = []
    for path, item in document["paths"].items():
        item = _resolved(document, item)
        shared = item.get("parameters", ())
        for method in _METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            parameters = [
                _resolved(document, parameter)
                for parameter in (*shared, *operation.get("parameters", ()))
            ]
            body = _resolved(document, operation.get("requestBody") or {})
            found.append(
                Operation(
                    method.upper(),
                    path,
                    tuple(
                        Parameter(each["name"], each["in"], each.get("schema") or each)
                        for each in parameters
                        if each.get("in") in ("path", "query", "header", "cookie")
                    ),
                    {
                        kind: content.get("schema") or {}
                        for kind, content in (body.get("content") or {}).items()
                    },
                )
            )
    return found


def _resolved(document: dict[str, Any], part: Any, inside: tuple[str, ...] = ()) -> Any:
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            if reference in inside:
                return {}  # a tree of its own kind
            return _resolved(document, _at(document, reference), (*inside, reference))
        return {key: _resolved(document, value, inside) for key, value in part.items()}
    if isinstance(part, list):
        return [_resolved(document, value, inside) for value in part]
    return part


def _at(document: dict[str, Any], reference: str) -> Any:
    part: Any = document
    for name in reference.removeprefix("#/").split("/"):
        name = name.replace("~1", "/").replace("~0", "~")
        part = part.get(name, {}) if isinstance(part, dict) else {}
    return part
