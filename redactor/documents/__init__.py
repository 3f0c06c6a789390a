"""
Registered documents: any excerpt of one is removed wherever it appears.

>>> import redactor.documents
>>> redactor.documents.register  # doctest: +ELLIPSIS
<bound method Documents.register of <Documents ...>>

``docs/registered-documents.md`` says what is found, and proves it.
"""

from __future__ import annotations

from redactor.documents.registry import RULE, Documents

__all__ = [
    "RULE",
    "Documents",
    "forget",
    "handling",
    "list_documents",
    "open_store",
    "process_documents",
    "prune",
    "register",
]

#: The documents of the process: those of ``redact`` and of ``install()``.
process_documents = Documents()
open_store = process_documents.open
register = process_documents.register
forget = process_documents.forget
handling = process_documents.handling
list_documents = process_documents.list
prune = process_documents.prune
