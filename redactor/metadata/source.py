"""
Templates in the source of a program: what it hands to loggers, as ``ast`` sees it.

Literals, f-strings, ``%``, ``.format`` and concatenations, where they are an argument of a call
that logs, warns, prints or names a span. Source is parsed and never run.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from redactor.metadata.templates import HOLE, Template, of_braces, of_percent, template_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Call", "calls_in", "collected"]

#: Methods and functions that take a message, by their last name.
_LOGGING = frozenset(
    """
    debug info warning warn error critical fatal exception log trace success notice msg message
    debug_ info_ adebug ainfo awarning aerror acritical aexception afatal alog
    add_event start_span start_as_current_span start_active_span set_transaction_name record_message
    capture_message add_breadcrumb print warn_explicit set_status log_response log_message
    """.split()
)

#: Keys of a record whose value is the message.
_MESSAGES = frozenset({"event", "message", "msg", "body", "text", "short_message"})


class Call(NamedTuple):
    """
    A call in a source file.

    Attributes:
        first: Its first line.
        last: Its last line.
        logs: Its name says that it takes a message.
        templates: What its arguments say.
        literals: Arguments that are literals, as they are: formats among them.
    """

    first: int
    last: int
    logs: bool
    templates: tuple[Template, ...]
    literals: tuple[str, ...]


def calls_in(source: str | bytes) -> list[Call]:
    """
    Return the calls in *source* that have a text among their arguments.

    Raises:
        SyntaxError: It is not Python, or not of this version.
    """
    found: list[Call] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        templates: list[Template] = []
        literals: list[str] = []
        for value in _arguments(node):
            for parts in _forms(value):
                template = template_of(parts)
                if template is not None:
                    templates.append(template)
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                literals.append(value.value)
        if templates or literals:
            found.append(
                Call(
                    node.lineno,
                    node.end_lineno or node.lineno,
                    _last_name(node.func) in _LOGGING,
                    tuple(templates),
                    tuple(literals),
                )
            )
    return found


def collected(source: str | bytes) -> Iterator[Template]:
    """
    Return the templates of the calls in *source* that log.

    Raises:
        SyntaxError: It is not Python, or not of this version.
    """
    for call in calls_in(source):
        if call.logs:
            yield from call.templates


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the arguments of *call*, with the branches of conditions and the texts of events."""
    for value in (*call.args, *(word.value for word in call.keywords)):
        if isinstance(value, ast.IfExp):
            yield value.body
            yield value.orelse
        elif isinstance(value, ast.Dict):
            for key, item in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in _MESSAGES:
                    yield item
        else:
            yield value


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _forms(node: ast.expr) -> Iterable[list[str | None]]:
    """Return the ways to read *node* as literal texts and holes."""
    parts = _parts(node)
    if parts is None:
        return
    formatted: list[list[str | None]] = []
    if HOLE not in parts:
        text = "".join(part for part in parts if part is not None)
        for read in (of_percent, of_braces):
            made = read(text)
            if made is not None and HOLE in made:
                formatted.append(made)
    # A format that is logged with its holes open is the template that is made of it, too.
    yield from formatted or [parts]


def _parts(node: ast.expr) -> list[str | None] | None:
    """Return *node* as literal texts and holes; ``None`` where it has no text of its own."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return [
            str(value.value) if isinstance(value, ast.Constant) else HOLE for value in node.values
        ]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _parts(node.left), _parts(node.right)
        if left is None and right is None:
            return None
        return [*(left or [HOLE]), *(right or [HOLE])]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _read(node.left, of_percent)
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "format"
    ):
        return _read(node.func.value, of_braces)
    return None


def _read(node: ast.expr, read: object) -> list[str | None] | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return None
    return read(node.value)  # type: ignore[operator, no-any-return]  # one of the two readers
