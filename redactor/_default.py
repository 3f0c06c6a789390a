"""One-off use of the default redactor, and the known values of the process."""

from __future__ import annotations

from functools import cache

from redactor._redactor import Redactor
from redactor.documents import process_documents
from redactor.known import KnownValues

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["known", "redact", "register"]

#: The known values of the process: those of ``redact`` and of ``install()``.
known = KnownValues()
#: A bound method and no function around it: its frame would hold the value when it raises.
register = known.register


@cache
def _default() -> Redactor:
    return Redactor(known=known, documents=process_documents)


def redact(value: Any) -> Any:
    """
    Redact *value* with the ``standard`` preset and the values that are registered.

    Args:
        value: A ``str`` is redacted as text, ``bytes`` as log lines, anything else as a record.

    Returns:
        The redacted value; the same object when there is nothing to redact.
    """
    if isinstance(value, str):
        return _default().text(value)
    if isinstance(value, bytes):
        return _default().lines(value)
    return _default().record(value)
