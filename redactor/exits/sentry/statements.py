"""
Parameters of SQL statements: a secret that only its column gives away.

Spans and breadcrumbs of a query have its text, ``UPDATE users SET password = ?``, and beside it its
parameters. The text says which column a parameter is for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from redactor.exits.sentry.fields import ABSENT, FIELD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redactor.exits.sentry.fields import Fields

__all__ = ["PARAMETERS", "with_parameters"]

#: Where the SDK keeps the parameters of a query.
PARAMETERS = "db.params"

_TOKEN = re.compile(
    r"""
    '[^']*'
    | "(?P<double>[^"]*)" | `(?P<back>[^`]*)`
    | %\((?P<named>\w+)\)s | (?P<next>%s|\?) | :: | [:@$](?P<word>\w+)
    | (?P<name>\w+)
    | [^\s]
    """,
    re.VERBOSE,
)
_OPERATORS = frozenset({"=", "<", ">", "like", "ilike", "in", "is", "regexp", "similar"})
_BREAKS = frozenset({"and", "or", "where", "set", "on", "when", "then", "having", "limit"})
_MAX_STATEMENT = 1 << 16


def with_parameters(item: Any, statement: Any, fields: Fields) -> Any:
    """
    Return *item* with the parameters of its query redacted; the same object where they are clean.

    Args:
        item: A span or a breadcrumb, redacted so far; it is not changed.
        statement: Its query, as it was.
        fields: What redacts.
    """
    data = item["data"]
    params = data[PARAMETERS]
    if not isinstance(statement, str) or len(statement) > _MAX_STATEMENT:
        return item
    columns = dict(_columns(statement))
    new = _rows(params, columns, fields) if columns else params
    return item if new is params else {**item, "data": {**data, PARAMETERS: new}}


def _rows(params: Any, columns: dict[str, str], fields: Fields) -> Any:
    """Redact the parameters of a query, or of each time that it was run."""
    if not isinstance(params, (list, tuple)) or not any(
        isinstance(row, (list, tuple, dict)) for row in params
    ):
        return _row(params, columns, fields)
    rows = [_row(row, columns, fields) for row in params]
    return params if all(new is old for new, old in zip(rows, params, strict=True)) else rows


def _row(row: Any, columns: dict[str, str], fields: Fields) -> Any:
    if isinstance(row, dict):
        named = {name: _value(value, columns.get(name), fields) for name, value in row.items()}
        return row if all(named[name] is row[name] for name in row) else named
    if not isinstance(row, (list, tuple)):
        return row
    values = [_value(value, columns.get(str(index)), fields) for index, value in enumerate(row)]
    return row if all(new is old for new, old in zip(values, row, strict=True)) else values


def _value(value: Any, column: str | None, fields: Fields) -> Any:
    if column is None:
        return value
    new = fields.one(column, value)
    return FIELD if new is ABSENT else new


def _columns(statement: str) -> Iterator[tuple[str, str]]:
    """Yield the name, or the index, of each parameter and the column that it is for."""
    index = depth = place = 0
    name = current = ""
    listed: list[str] = []  # the names in the last list in brackets
    columns: list[str] = []  # those in front of VALUES
    for token in _TOKEN.finditer(statement):
        text = token.group()
        parameter = token["named"] or token["word"]
        if token["next"] or parameter:
            column = columns[place] if place < len(columns) else "" if columns else current
            if token["next"]:
                parameter = str(index)
                index += 1
            elif parameter and parameter.isdigit():
                parameter = str(int(parameter) - 1)
            if column and parameter:
                yield parameter, column
            continue
        word = token["name"] or token["double"] or token["back"]
        if word is not None:
            lower = text.lower()
            if lower in _OPERATORS:
                current = name
            elif lower in _BREAKS:
                current, columns = "", []
            elif lower == "values":
                columns, depth, place = listed, 0, 0
            else:
                name = word
                if depth == 1 and not columns:
                    listed.append(word)
        elif text == "(":
            depth += 1
            if depth == 1:
                place = 0
                if not columns:
                    listed = []
        elif text == ")":
            depth = max(0, depth - 1)
        elif text == ",":
            if depth == 0:
                current = ""
            elif depth == 1:
                place += 1
        elif text in _OPERATORS:
            current = name
