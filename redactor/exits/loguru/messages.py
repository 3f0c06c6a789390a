"""The last thing before a sink or a queue: the text that was made, and its record."""

from __future__ import annotations

import secrets
from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.exits.loguru.emitting import Watched
from redactor.exits.rendered import is_withheld, rendered

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from redactor.exits.guard import Guard
    from redactor.exits.loguru.emitting import Here
    from redactor.exits.loguru.records import Records
    from redactor.exits.patches import Patches

__all__ = ["protect_messages"]

#: What makes the messages again that were redacted in this process, or before it was forked.
_arriving: dict[str, Callable[[str, dict[str, Any]], Any]] = {}


def protect_messages(
    guard: Guard, patches: Patches, module: ModuleType, records: Records, here: Here
) -> None:
    """Let *module* (``loguru._handler``) make messages that are redacted, whoever reads them."""

    def final_text(text: str) -> str:
        try:
            redacted = text
            _, _, extra, seen = here.now
            # What one part shows under its name, another may show without.
            if extra is not None:
                redacted = records.held(extra).replaced(text)
            for held in seen:
                redacted = held.replaced(redacted)
            redacted = rendered(redacted, guard)
            if not is_withheld(redacted, text):
                return redacted
            reason = redacted.rstrip("\n")
        except Exception as error:  # noqa: BLE001  # C1
            reason = guard.failed("loguru", error)
        return _placeholder(text, reason, here.now.view, records, module.Handler)

    def final_record(record: dict[str, Any]) -> dict[str, Any]:
        if type(record) is Watched:
            if record.final is not None:
                return record.final
            record = dict(record)
        try:
            settled = records.settled(record)
        except Exception as error:  # noqa: BLE001  # C1
            return records.placeholder(record, guard.failed("loguru", error))
        return settled if settled is not None else records.placeholder(record, "")

    def making(original: Any) -> Any:
        slot = original.record

        def get_record(self: Any) -> dict[str, Any]:
            return slot.__get__(self)  # type: ignore[no-any-return]

        def set_record(self: Any, record: dict[str, Any]) -> None:
            if guard.active and (record is not here.now.view or type(record) is Watched):
                record = final_record(record)
            slot.__set__(self, record)

        def new(cls: Any, text: str = "") -> Any:
            return original.__new__(cls, final_text(text) if guard.active else text)

        def arrived(text: str, record: dict[str, Any]) -> Any:
            message = original.__new__(original, text)
            slot.__set__(message, record)
            return message

        def reduce_(self: Any) -> tuple[Any, ...]:
            return _arrived, (str.__str__(self), get_record(self), token)

        token = secrets.token_hex(16)
        _arriving[token] = arrived
        # Loguru pickles messages by the name of the class, which stays: one that arrives from a
        # process that is not guarded is redacted here.
        return type(
            original.__name__,
            (original,),
            {
                "__doc__": original.__doc__,
                "__module__": original.__module__,
                "__qualname__": original.__qualname__,
                "__new__": new,
                "__reduce__": reduce_,
                "__slots__": (),
                "record": property(get_record, set_record),
            },
        )

    patches.replace(module, "Message", making)


def _arrived(text: str, record: dict[str, Any], token: str) -> Any:
    """Return the message that was put into a queue, redacted where it was not here."""
    arriving = _arriving.get(token)
    if arriving is not None:
        return arriving(text, record)
    message = import_module("loguru._handler").Message(text)
    message.record = record
    return message


def _placeholder(
    text: str, reason: str, view: dict[str, Any] | None, records: Records, handler: Any
) -> str:
    """Return what leaves in place of *text*: time, level, logger, and *reason*."""
    end = "\n" if text.endswith("\n") else ""
    try:
        record = records.placeholder(view or {}, reason)
        line = f"{record['time']} | {record['level'].name} | {record['name']} - {reason}{end}"
        if text.startswith("{") and text.endswith("}\n"):
            return handler._serialize_record(line, record)  # type: ignore[no-any-return]  # noqa: SLF001
    except Exception:  # noqa: BLE001  # no record, or one that is not whole
        return reason + end
    return line
