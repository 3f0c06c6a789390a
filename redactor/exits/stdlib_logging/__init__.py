"""
The exit of the standard library's ``logging``.

What every handler gets is redacted, whenever and wherever it was added:

- ``Logger.callHandlers`` looks at a record once, however many handlers there are: ``msg``,
  ``args``, the message that both make, every attribute of ``extra``, exceptions with their chains
  and groups, stacks, names of loggers, files, functions, threads, tasks and processes. Where a
  record goes to nothing but text handlers of the standard library, its text is looked at instead.
- ``Handler.handle`` looks at records that come another way (``QueueListener``, ``MemoryHandler``,
  records that were received from elsewhere, calls by hand), and at those that a filter of the
  handler or another handler has changed since.
- ``Handler.format`` looks at the finished text, where the formatter can have put more into it than
  the record has: a class of its own, tracebacks with lines of the program, extra attributes.
- ``Handler.handleError`` writes its report redacted.

A clean record is handed on as the same object, another one as a copy; the program's own is not
changed. Where the redactor fails, a placeholder of the same time, level, logger and line leaves. A
rule whose action drops the record drops it.

Objects in ``msg``, ``args`` and ``extra`` become what they say, so that nobody asks them again
behind our back. So a handler that wants the object itself, such as Django's ``AdminEmailHandler``
with its ``request``, gets a text.

What is not seen here:

- A handler's ``emit`` that is called directly: its text is, if it comes from ``Handler.format``.
- A class of handlers with a ``handle`` of its own, for records that do not come from a logger; and
  one with a ``format`` of its own, for what that adds to the record.
- What a handler puts inside a dict or a list of a record, for the handlers that come after it.
- A secret that is spread over two records.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from redactor.exits.stdlib_logging.declared_only import formats_for, records_for
from redactor.exits.stdlib_logging.delivery import Delivery
from redactor.exits.stdlib_logging.formatting import Formatting
from redactor.exits.stdlib_logging.hands import Hands
from redactor.exits.stdlib_logging.text_handlers import TextHandlers

if TYPE_CHECKING:
    from redactor.exits.guard import Guard
    from redactor.exits.patches import Patches

__all__ = ["protect", "protect_queues"]

#: One for each guard: a listener must know what a logger of the same thread has in hands.
_hooks: dict[Guard, _Hooks] = {}


class _Hooks:
    """What makes the replacements, for one guard."""

    def __init__(self, guard: Guard) -> None:
        records, hands, formats = records_for(guard), Hands(), formats_for(guard)
        self.delivery = Delivery(guard, records, hands, TextHandlers(formats))
        self.formatting = Formatting(guard, records, hands, formats)


def protect(guard: Guard, patches: Patches) -> None:
    """
    Guard all loggers, handlers and formatters.

    Raises:
        ExitError: This version of Python is not known.
    """
    hooks = _hooks_of(guard, patches)
    delivery, formatting = hooks.delivery, hooks.formatting
    patches.replace(logging.Logger, "callHandlers", delivery.call_handlers)
    patches.replace(logging.Handler, "handle", delivery.handle)
    patches.replace(logging.Handler, "format", formatting.format)
    patches.replace(logging.Handler, "handleError", formatting.handle_error)
    patches.replace(logging.Formatter, "formatException", formatting.show)
    patches.replace(logging.Formatter, "formatStack", formatting.show)


def protect_queues(guard: Guard, patches: Patches) -> None:
    """
    Guard listeners, once ``logging.handlers`` is imported.

    What one takes from its queue is looked at once, and not by each of its handlers.

    Raises:
        ExitError: This version of Python is not known.
    """
    from logging.handlers import QueueListener

    patches.replace(QueueListener, "handle", _hooks_of(guard, patches).delivery.hand_on)


def _hooks_of(guard: Guard, patches: Patches) -> _Hooks:
    hooks = _hooks.get(guard)
    if hooks is None:
        hooks = _hooks[guard] = _Hooks(guard)
        patches.on_undo(lambda: _hooks.pop(guard, None))
    return hooks
