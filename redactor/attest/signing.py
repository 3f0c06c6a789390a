"""
Signatures of statements: Ed25519 (RFC 8032) over the canonical bytes.

Keys are PEM files, as ``openssl genpkey -algorithm ed25519`` and ``openssl pkey -pubout`` write
them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from redactor.attest.statement import canonical
from redactor.errors import RedactorError

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

__all__ = ["AttestError", "document_in", "key_name", "private_key", "sign", "verify"]

#: What of a signed statement is another thing than the text that is signed for.
_PURPOSE = b"redactor/attest/1\n"
_DATA = re.compile(r'<script type="application/json" id="statement">(.*?)</script>', re.DOTALL)


class AttestError(RedactorError):
    """A statement cannot be signed, or its signature does not hold."""


def private_key(path: Path) -> Ed25519PrivateKey:
    """
    Load the key at *path*.

    Raises:
        AttestError: It cannot be read, or is of another kind; or ``cryptography`` is not installed.
    """
    serialization, ed25519 = _cryptography()
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise AttestError(
            str(path), f"it cannot be read ({error.strerror})", "Check the path"
        ) from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise AttestError(
            str(path),
            "it is no Ed25519 key without a password, in the form PEM",
            "Make one with: openssl genpkey -algorithm ed25519 -out key.pem",
        )
    return key  # type: ignore[no-any-return]  # looked at above


def sign(statement: dict[str, Any], key: Ed25519PrivateKey | None) -> dict[str, Any]:
    """
    Return the document of *statement*, signed with *key*.

    Args:
        statement: As ``statement_of`` gives it.
        key: ``None`` for a document that nobody has signed.
    """
    if key is None:
        return {"statement": statement, "signature": None}
    public = _raw(key.public_key())
    return {
        "statement": statement,
        "signature": {
            "algorithm": "ed25519",
            "key": key_name(public),
            "value": base64.b64encode(key.sign(_PURPOSE + canonical(statement))).decode(),
        },
    }


def verify(document: dict[str, Any], public: Path) -> dict[str, Any]:
    """
    Return the statement in *document*, whose signature holds under the key at *public*.

    Raises:
        AttestError: There is no signature, it does not hold, or the key cannot be used.
    """
    serialization, ed25519 = _cryptography()
    try:
        key: Any = serialization.load_pem_public_key(public.read_bytes())
    except OSError as error:
        raise AttestError(
            str(public), f"it cannot be read ({error.strerror})", "Check the path"
        ) from None
    except ValueError:
        key = None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise AttestError(
            str(public),
            "it is no public Ed25519 key in the form PEM",
            "Make it with: openssl pkey -in key.pem -pubout -out public.pem",
        )
    statement, signature = document.get("statement"), document.get("signature")
    if not isinstance(statement, dict) or not isinstance(signature, dict):
        raise AttestError("statement", "nobody has signed it", "Sign it with: --sign-key FILE")
    from cryptography.exceptions import InvalidSignature

    try:
        value = base64.b64decode(str(signature.get("value")), validate=True)
        key.verify(value, _PURPOSE + canonical(statement))
    except (InvalidSignature, ValueError):
        raise AttestError(
            "statement",
            "its signature does not hold under this key",
            "Ask for the statement again, and for the key that it was signed with",
        ) from None
    return statement


def document_in(text: str) -> dict[str, Any]:
    """
    Return the document in *text*: the JSON itself, or the page that holds it.

    Raises:
        AttestError: It is neither.
    """
    found = _DATA.search(text)
    try:
        document = json.loads(found[1] if found is not None else text)
    except ValueError:
        document = None
    if not isinstance(document, dict) or "statement" not in document:
        raise AttestError("statement", "it is no statement of redactor", "Check the file")
    return document


def key_name(public: bytes) -> str:
    """Return what a public key of 32 bytes is called: the start of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:32]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes_raw()


def _cryptography() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise AttestError(
            "attest",
            "signatures need the package cryptography",
            "Install it with: pip install 'redactor-pipeline[attest]'",
        ) from None
    return serialization, ed25519
