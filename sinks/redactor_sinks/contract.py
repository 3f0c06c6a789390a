"""What a sink is: three calls, and one error that says how much was not delivered."""

from __future__ import annotations

from typing import Protocol

from redactor import RedactorError

__all__ = ["DeliveryError", "Sink"]


class Sink(Protocol):
    """
    Takes a redacted log and delivers it. Not safe to share between threads.

    Bytes come in the order of the log and in pieces of any size; a line may come in several.
    What a call could not deliver it reports by ``DeliveryError``, after it has taken all of its
    argument: a call is never repeated with the same bytes.
    """

    def write(self, lines: bytes) -> None:
        """
        Take the next bytes of the log; what is delivered at once and what waits is the sink's.

        Raises:
            DeliveryError: Something could not be delivered.
        """

    def flush(self) -> None:
        """
        Deliver every whole line that waits.

        Raises:
            DeliveryError: Something could not be delivered.
        """

    def close(self) -> None:
        """
        Deliver all that waits, the last line too if it has no line break, and let go of resources.

        Raises:
            DeliveryError: Something could not be delivered.
        """


class DeliveryError(RedactorError):
    """
    A sink could not deliver. Holds counts and addresses, no part of the log.

    Attributes:
        lines: How many lines were lost, where the sink knows it.
        final: The sink can take nothing more.
    """

    def __init__(
        self, where: str, problem: str, remedy: str, *, lines: int = 0, final: bool = False
    ) -> None:
        super().__init__(where, problem, remedy)
        self.lines = lines
        self.final = final
