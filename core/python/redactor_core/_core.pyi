from collections.abc import Mapping, Sequence
from typing import Self, TypeAlias, TypeVar

_Text = TypeVar("_Text", str, bytes)
_Value = TypeVar("_Value")
_Spans: TypeAlias = tuple[tuple[int, int, int], ...]
_Form: TypeAlias = tuple[bytes, int, bool, bytes, bytes]

class Forms:
    """
    Forms of known values, compiled. Immutable, and shows nothing of them.

    A form is its text, the place of its label, whether it counts as a whole word only, and the
    bytes that belong to it right before it and right behind it.
    """

    def __new__(cls, forms: Sequence[_Form]) -> Self: ...

class Documents:
    """The documents of a store, as all processes see them. Shows nothing of them."""

    def __new__(
        cls,
        path: str,
        fast: tuple[int, ...],
        slow: bytes,
        kinds: bytes,
        folded: Mapping[int, bytes],
    ) -> Self: ...
    def document(self, data: bytes) -> tuple[bytes, bytes, int]:
        """Return the hashes of the runs and of the pairs of a document, and its words."""

    def tokens(self, data: bytes) -> tuple[tuple[int, int, bool, int], ...]:
        """Return the words of a text: start, end, whether a character alone, hash."""

    def find(self, data: bytes, lines: bool) -> _Spans:
        """Find excerpts, in bytes."""

class DocumentTable:
    """A table of documents that is open for changes; who makes them holds its lock."""

    def __new__(cls, path: str) -> Self: ...
    def add(self, runs: bytes, pairs: bytes, number: int) -> None:
        """Add the hashes of a document."""

    def remove(self, runs: bytes) -> None:
        """Remove the hashes of a document."""

class Paths:
    """Selectors of the fields of records, compiled."""

    def __new__(cls, plan_json: bytes) -> Self: ...

class Engine:
    """
    A compiled ruleset, and the values that are known. Safe to share between threads.

    *checked* says that this version has made an engine of the plan before: the syntax of its
    patterns is not looked at again.
    """

    def __new__(cls, plan_json: bytes, checked: bool = False) -> Self: ...
    @property
    def instructions(self) -> str:
        """The vector instructions that are used."""

    def set_known(self, parts: Sequence[Forms], markers: Sequence[bytes]) -> None:
        """Look for these known values from the next call on, and for no others."""

    def set_documents(self, documents: Documents | None) -> None:
        """Look for excerpts of these documents from the next call on, and of no others."""

    def find(self, data: str | bytes, key: str | None = None) -> _Spans:
        """Find secrets: in characters of a ``str``, in bytes of ``bytes``."""

    def scan(self, data: bytes, state: int) -> tuple[_Spans, int, int]:
        """Find secrets in one piece of a stream: findings, next state, bytes to hold back."""

    def redact(self, data: _Text, markers: tuple[bytes | None, ...]) -> _Text | None:
        """Replace findings by constant markers until none is left; the same object when clean."""

    def redact_block(
        self, data: bytes, state: int, markers: tuple[bytes | None, ...]
    ) -> tuple[bytes, int, int, tuple[tuple[int, int], ...]] | None:
        """Redact whole lines: output, next state, bytes to hold back, findings by rule."""

    def check(self, value: object, paths: Paths | None = None) -> bool | None:
        """
        Say whether all texts of a record are clean; ``None`` when it holds something unknown.

        A field that one of *paths* names is not clean.
        """

    def redact_record(self, value: _Value, markers: tuple[bytes | None, ...]) -> _Value | None:
        """
        Replace findings in a record by constant markers until none is left; the same object when
        clean, ``None`` when it holds something unknown or a finding has no constant marker.
        """

def line_feeds(data: bytes) -> int:
    """Return how many line feeds are in *data*."""

def version() -> str:
    """Return the version of this package."""
