"""
Canaries: made-up secrets that are planted, and whose trace at an exit is a proof of a leak.

They are known to the watch and not to a guard of the program (``redactor.install()``), which has to
find them by its own rules.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from redactor.leakage.canaries.made_up import Document, Person

__all__ = ["Canaries", "Document", "Person", "current", "use"]

#: Literals of canaries that are looked for at a time. Beyond that the oldest are let go, many at
#: once: each change costs the making of an automaton.
_MOST = 1_500
_LET_GO = 500

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Every run has canaries to give; few ask for one.
        if name not in ("Document", "Person"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from redactor.leakage.canaries import made_up

        return getattr(made_up, name)


class Canaries:
    """
    Gives canaries, each unique to this run and to the call.

    Args:
        register: Gets the literals of a canary and what it is called. Default: nobody looks for
            them.
        forget: Gets literals that are not looked for any more.
    """

    def __init__(
        self,
        register: Callable[[Iterable[str], str], object] | None = None,
        forget: Callable[[Iterable[str]], object] | None = None,
    ) -> None:
        self._register = register
        self._forget = forget
        self._literals: deque[str] = deque()

    def __repr__(self) -> str:
        return f"<Canaries {len(self._literals)} literals>"

    def card(self, brand: str = "visa") -> str:
        """Return a card number: ``visa``, ``mastercard``, ``amex`` or ``discover``."""
        from redactor.leakage.canaries import made_up

        number = made_up.card(brand)
        cut = (4, 10) if brand == "amex" else (4, 8, 12)
        groups = [number[a:b] for a, b in zip((0, *cut), (*cut, None), strict=True)]
        return self._planted(number, "card", " ".join(groups), "-".join(groups))

    def password(self) -> str:
        """Return a password."""
        from redactor.leakage.canaries import made_up

        value = made_up.password()
        return self._planted(value, "password", *value.split("-"))

    def token(self, kind: str = "opaque") -> str:
        """Return a token: ``opaque``, ``github`` or ``jwt``."""
        from redactor.leakage.canaries import made_up

        value = made_up.token(kind)
        if kind == "jwt":  # its head is that of every token of its kind
            pieces = [p for part in value.split(".")[1:] for p in made_up.excerpts_of(part)]
        else:
            pieces = made_up.excerpts_of(value)
        return self._planted(value, "token", *pieces)

    def person(self) -> Person:
        """Return a person with name, mail address, phone, street and date of birth."""
        from redactor.leakage.canaries import made_up

        person = made_up.person()
        self._planted(person.telling[0], "person", *person.telling[1:])
        return person

    def document(self, kind: str = "text", lines: int = 20) -> Document:
        """Return a document: ``text``, ``csv``, ``json`` or ``html``."""
        from redactor.leakage.canaries import made_up

        document = made_up.document(kind, lines)
        self._planted(document.marks[0], "document", *document.marks[1:])
        return document

    def at(self, place: str) -> Canaries:
        """Return canaries that are told apart as those planted at *place*, in one word."""
        there = Canaries(None, self._forget)
        there._literals = self._literals  # one account of what is looked for
        register = self._register

        def register_there(literals: Iterable[str], kind: str) -> None:
            if register is not None:
                register(literals, f"{kind}-in-{place}")

        there._register = register_there
        return there

    def _planted(self, value: str, kind: str, *also: str) -> str:
        literals = list(dict.fromkeys((value, *also)))
        if self._register is not None:
            self._register(literals, kind)
        self._literals.extend(literals)
        if len(self._literals) > _MOST:
            oldest = [self._literals.popleft() for _ in range(_LET_GO)]
            if self._forget is not None:
                self._forget(oldest)
        return value


_current = Canaries()


def current() -> Canaries:
    """Return the canaries of the run; without ``--leakage``, some that nobody looks for."""
    return _current


def use(canaries: Canaries) -> None:
    """Make *canaries* those of the run."""
    global _current  # noqa: PLW0603  # a process is part of one run
    _current = canaries
