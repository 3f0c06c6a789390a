"""
Fingerprints of documents: words, keyed hashes of runs of them, and the table that holds those.

What is here is the meaning; the native engine has the same in ``core/src/registered``.
"""

from redactor.fingerprints.hashing import Hasher
from redactor.fingerprints.shape import Shape
from redactor.fingerprints.table import Table
from redactor.fingerprints.tokens import Token, tokens_of

__all__ = ["Hasher", "Shape", "Table", "Token", "tokens_of"]
