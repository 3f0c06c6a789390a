"""The sink that is a file descriptor, standard output above all."""

from __future__ import annotations

from redactor_sinks.contract import DeliveryError
from redactor_sinks.descriptors import write_all

__all__ = ["StdoutSink"]


class StdoutSink:
    """
    Writes each piece at once and byte for byte to a descriptor that it does not own.

    Args:
        descriptor: Where to write.
        name: What messages call it.

    Raises:
        BrokenPipeError: From all calls, when the reader has gone away. It is for the caller to
            say whether that is an error.
    """

    def __init__(self, descriptor: int = 1, name: str = "standard output") -> None:
        self._descriptor = descriptor
        self._name = name

    def __repr__(self) -> str:
        return f"<StdoutSink {self._name}>"

    def write(self, lines: bytes) -> None:
        try:
            write_all(self._descriptor, lines)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise DeliveryError(
                self._name,
                f"it cannot be written ({error.strerror})",
                "What came after is missing there",
                final=True,
            ) from None

    def flush(self) -> None:
        """Do nothing: no byte waits."""

    def close(self) -> None:
        """Do nothing: the descriptor belongs to the caller."""
