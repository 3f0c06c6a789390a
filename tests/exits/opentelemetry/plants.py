"""Made-up secrets, one for each place, and the search for them in what left a program."""

from __future__ import annotations

import json
from typing import Any, NoReturn

__all__ = ["Plants"]


class Plants:
    """The secrets that a test puts into telemetry, by the name of the place."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def password(self, place: str) -> str:
        """Return a text with a password in it."""
        return f"login with password={self._plant(place, f'Wintermute{len(self.values):03}x')} ok"

    def bare(self, place: str) -> str:
        """Return a password: the key beside it must say what it is."""
        return self._plant(place, f"Wintermute{len(self.values):03}x")

    def card(self, place: str) -> int:
        """Return a card number."""
        digits = f"4539{len(self.values):011}"
        total = 0
        for index, digit in enumerate(reversed(digits)):
            doubled = int(digit) * (2 - index % 2)
            total += doubled - 9 * (doubled > 9)
        return int(self._plant(place, digits + str(-total % 10)))

    def failure(self, place: str) -> ValueError:
        """Return an error, raised and caught, with a password in its text."""
        try:
            self._raise(self.password(place))
        except ValueError as error:
            return error

    def leaked(self, *outputs: bytes | str) -> list[str]:
        """Return the places whose secrets are in *outputs*."""
        whole = b"\n".join(
            output.encode() if isinstance(output, str) else output for output in outputs
        )
        return [place for place, value in self.values.items() if value.encode() in whole]

    def all_over(self, **more: Any) -> dict[str, Any]:
        """Return attributes of every type with a secret in each, and *more*."""
        return {
            "text": self.password("str attribute"),
            "password": self.bare("attribute of a key"),
            "number": self.card("int attribute"),
            "fraction": float(self.card("float attribute")),
            "raw": self.password("bytes attribute").encode(),
            "texts": ["clean", self.password("str in a sequence")],
            "numbers": [7, self.card("int in a sequence")],
            "gen_ai.input.messages": json.dumps(
                [{"role": "user", "parts": [{"content": self.password("prompt")}]}]
            ),
            "process.command_args": ["app", "--password", self.bare("argument"), "-v"],
            "yes": True,
            "ratio": 0.25,
            **more,
        }

    def _raise(self, text: str) -> NoReturn:
        raise ValueError(text)

    def _plant(self, place: str, value: str) -> str:
        assert place not in self.values, f"{place} is planted twice"
        self.values[place] = value
        return value
