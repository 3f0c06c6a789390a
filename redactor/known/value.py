"""One known value, held so that nothing shows it."""

from __future__ import annotations

from redactor.markers import label_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, Self

__all__ = ["Value", "problem_of"]

#: Fewest characters of a value, or bytes.
SHORTEST = 4
#: Most bytes of a value.
LONGEST = 64 * 1024


class Value:
    """
    The bytes of a value, without the white space around it.

    Attributes:
        data: The value as UTF-8 (lone surrogates as three bytes each), or the bytes given.
        size: Its size in characters, in bytes for bytes; -1 where it is neither text nor bytes.
        kind: The name of its type.
    """

    __slots__ = ("data", "kind", "size")

    def __init__(self, data: bytes, size: int, kind: str) -> None:
        self.data = data
        self.size = size
        self.kind = kind

    @classmethod
    def of(cls, value: object) -> Self:
        """Hold *value*, whatever it is."""
        kind = type(value).__name__
        if isinstance(value, str):
            text = str.strip(value)
            return cls(text.encode("utf-8", "surrogatepass"), len(text), kind)
        if isinstance(value, (bytes, bytearray)):
            data = bytes(value).strip()
            return cls(data, len(data), kind)
        return cls(b"", -1, kind)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        return f"<Value of {len(self.data)} bytes>"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a Value is a secret and is never written to a pickle")


def problem_of(value: Value, label: str) -> tuple[str, str] | None:
    """Say why *value* cannot be registered as *label*, as problem and remedy; ``None``: it can."""
    if value.size < 0:
        return f"it is {_a(value.kind)}, not str or bytes", "Give the text of the secret itself"
    if value.size < SHORTEST:
        return (
            f"it has fewer than {SHORTEST} characters",
            "A text as short as that stands everywhere: use a longer secret",
        )
    if len(value.data) > LONGEST:
        return (
            f"it has more than {LONGEST >> 10} KiB",
            "Register the part of it that is secret",
        )
    plain = label_of(value.data.decode("utf-8", "replace"))
    if value.data in label.encode("utf-8", "surrogatepass") or (
        len(plain) >= SHORTEST and plain in label_of(label)
    ):
        return "its label holds it", "Give a name as the label: the marker shows it"
    return None


def _a(kind: str) -> str:
    return kind if kind == "NoneType" else f"of the type {kind}"
