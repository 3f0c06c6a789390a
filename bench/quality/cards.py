"""
Payment card numbers by brand and by how people write them.

The ranges are written down here a second time, from the networks' public pages, and not taken from
the detector: what it does not know must show as missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bench.quality.labelled import SECRET, Part

if TYPE_CHECKING:
    import random

__all__ = ["card", "card_number"]


class _Brand(NamedTuple):
    name: str
    prefixes: tuple[str, ...]
    lengths: tuple[int, ...]
    # Ranges that are rare and wide: only a card word tells such a number from an id.
    named: bool = False


_BRANDS = (
    _Brand("visa", ("4",), (16, 16, 16, 13, 19)),
    _Brand("mastercard", ("51", "52", "53", "54", "55"), (16,)),
    _Brand("mastercard 2-series", ("2221", "2300", "2456", "2699", "2720"), (16,)),
    _Brand("american express", ("34", "37"), (15,)),
    _Brand("discover", ("6011", "644", "649", "65"), (16,)),
    _Brand("jcb", ("3528", "3550", "3589"), (16,)),
    _Brand("diners club", ("300", "305", "36", "38"), (14,)),
    _Brand("unionpay", ("6221", "6250", "6283"), (16, 19)),
    _Brand("maestro", ("5018", "5020", "5038", "6304", "6759", "6761"), (12, 13, 16, 19)),
    _Brand("dankort", ("5019",), (16,)),
    _Brand("mir", ("2200", "2204"), (16,)),
    _Brand("rupay", ("6521", "6522", "60", "508"), (16,), named=True),
    _Brand("troy", ("9792",), (16,)),
    _Brand("verve", ("506099", "506150"), (16, 19)),
    _Brand("elo", ("636368", "438935", "504175", "451416"), (16,)),
    _Brand("hipercard", ("606282",), (16,)),
    _Brand("uatp", ("1",), (15,), named=True),
)
_FOURS = (4, 4, 4, 4, 4)
_GROUPS = {14: (4, 6, 4), 15: (4, 6, 5)}
_SEPARATORS = {
    "bare": "",
    "spaces": " ",
    "dashes": "-",
    "dots": ".",
    "no-break spaces": "\u00a0",
    "thin spaces": "\u2009",
    "zero width": "\u200b",
}
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_NAMES = ("card number", "card", "pan", "credit card", "cc number", "payment card number")


def card(random_: random.Random) -> tuple[str, str, tuple[Part, ...]]:
    """
    Return a card number.

    Returns:
        What it is (brand and writing), the words of its key (empty: it stands without one), and
        its parts.
    """
    brand = random_.choice(_BRANDS)
    number = _number(brand, random_)
    kind = random_.randrange(12)
    behind = ""
    if kind < 4:
        written, text = "bare", number
    elif kind < 9:
        written = random_.choice(list(_SEPARATORS))
        text = _grouped(number, _SEPARATORS[written])
    elif kind == 9:
        written, alphabet = random_.choice((("full width", _FULL_WIDTH), ("arabic", _ARABIC)))
        text = number.translate(alphabet)
    elif kind == 10:
        written, text = "before a security code", _grouped(number, random_.choice(("", " ")))
        behind = f" {random_.randrange(1000):03}"
    else:
        written, text = "before an expiry date", number
        behind = f" {random_.randrange(1, 13):02}/{random_.randrange(27, 35)}"
    named = brand.named or random_.random() < 0.4
    parts = [Part(text, SECRET)]
    if behind:
        parts += [Part(behind[0]), Part(behind[1:], SECRET)]
    name = random_.choice(_NAMES) if named else ""
    return f"{brand.name}, {written}", name, tuple(parts)


def card_number(random_: random.Random) -> str:
    """Return the digits of a card number of the large brands."""
    return _number(random_.choice(_BRANDS[:5]), random_)


def _number(brand: _Brand, random_: random.Random) -> str:
    size = random_.choice(brand.lengths)
    digits = random_.choice(brand.prefixes)
    digits += "".join(random_.choices("0123456789", k=size - len(digits) - 1))
    return digits + _luhn_digit(digits)


def _luhn_digit(digits: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _grouped(number: str, separator: str) -> str:
    groups = []
    at = 0
    for size in _GROUPS.get(len(number), _FOURS):
        groups.append(number[at : at + size])
        at += size
    return separator.join(group for group in groups if group)
