from typing import Self, TypeAlias, TypeVar

_Text = TypeVar("_Text", str, bytes)
_Spans: TypeAlias = tuple[tuple[int, int, int], ...]

class Engine:
    """A compiled ruleset. Immutable, and safe to share between threads."""

    def __new__(cls, plan_json: bytes) -> Self: ...
    @property
    def instructions(self) -> str:
        """The vector instructions that are used."""

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

    def check(self, value: object) -> bool | None:
        """Say whether all texts of a record are clean; ``None`` when it holds something unknown."""

def version() -> str:
    """Return the version of this package."""
