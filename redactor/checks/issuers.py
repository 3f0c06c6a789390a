"""
Issuer ranges of payment cards: which leading digits with which lengths are a card.

ISO/IEC 7812-1 gives the shape (issuer identification number first, Luhn digit last). The ranges
are the networks' public ones, as listed at
https://en.wikipedia.org/wiki/Payment_card_number#Issuer_identification_number_(IIN) and in the
networks' own pages:

- Mastercard 2-series: https://www.mastercard.com/us/en/business/issuers/get-started/bin.html
- Discover, Diners and UnionPay: the Discover network's IIN bulletins
- Mir: https://mironline.ru/, RuPay: https://www.npci.org.in/what-we-do/rupay/product-overview
- Verve: 506099 to 506198, 507865 to 507964, 650002 to 650027
- Elo and Hipercard: ranges published by Brazilian acquirers

``context`` marks ranges that are wide and rarely used. A bare number in such a range is taken
for a card only beside a card word or in a card's grouping: without that, one order id in two
hundred would be.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ISSUERS", "IssuerRange"]


class IssuerRange(NamedTuple):
    """
    Attributes:
        brand: The network's name.
        low: Lowest prefix, as digits.
        high: Highest prefix, as digits of the same count.
        lengths: Allowed lengths of the whole number, in digits.
        context: The range is believed only with a card word or a card's grouping.
    """

    brand: str
    low: str
    high: str
    lengths: tuple[int, ...]
    context: bool = False


_16_TO_19 = (16, 17, 18, 19)
_12_TO_19 = (12, 13, 14, 15, 16, 17, 18, 19)

ISSUERS: tuple[IssuerRange, ...] = (
    IssuerRange("visa", "4", "4", (13, 16, 19)),
    IssuerRange("mastercard", "51", "55", (16,)),
    IssuerRange("mastercard", "2221", "2720", (16,)),
    IssuerRange("american-express", "34", "34", (15,)),
    IssuerRange("american-express", "37", "37", (15,)),
    IssuerRange("discover", "6011", "6011", (16, 17, 18, 19)),
    IssuerRange("discover", "644", "649", (16, 17, 18, 19)),
    IssuerRange("discover", "65", "65", (16, 17, 18, 19)),
    IssuerRange("jcb", "3528", "3589", _16_TO_19),
    IssuerRange("jcb", "2131", "2131", (15,)),
    IssuerRange("jcb", "1800", "1800", (15,)),
    IssuerRange("diners-club", "300", "305", (14,)),
    IssuerRange("diners-club", "3095", "3095", (14,)),
    IssuerRange("diners-club", "36", "36", (14,)),
    IssuerRange("diners-club", "38", "39", (14,)),
    IssuerRange("diners-club", "300", "305", _16_TO_19, context=True),
    IssuerRange("diners-club", "36", "36", (15, 16, 17, 18, 19), context=True),
    IssuerRange("diners-club", "38", "39", _16_TO_19, context=True),
    IssuerRange("unionpay", "62", "62", _16_TO_19),
    IssuerRange("unionpay", "81", "81", _16_TO_19, context=True),
    IssuerRange("maestro", "5018", "5018", _12_TO_19),
    IssuerRange("maestro", "5020", "5020", _12_TO_19),
    IssuerRange("maestro", "5038", "5038", _12_TO_19),
    IssuerRange("maestro", "5612", "5612", _12_TO_19),
    IssuerRange("maestro", "5893", "5893", _12_TO_19),
    IssuerRange("maestro", "6304", "6304", _12_TO_19),
    IssuerRange("maestro", "6390", "6390", _12_TO_19),
    IssuerRange("maestro", "6759", "6759", _12_TO_19),
    IssuerRange("maestro", "6761", "6763", _12_TO_19),
    IssuerRange("maestro", "6767", "6767", _12_TO_19),
    IssuerRange("maestro", "50", "50", _12_TO_19, context=True),
    IssuerRange("maestro", "56", "58", _12_TO_19, context=True),
    IssuerRange("maestro", "60", "69", _12_TO_19, context=True),
    IssuerRange("dankort", "5019", "5019", (16,)),
    IssuerRange("uatp", "1", "1", (15,), context=True),
    IssuerRange("instapayment", "637", "639", (16,)),
    IssuerRange("interpayment", "636", "636", _16_TO_19),
    IssuerRange("mir", "2200", "2204", _16_TO_19),
    IssuerRange("rupay", "508", "508", (16,)),
    IssuerRange("rupay", "353", "353", (16,)),
    IssuerRange("rupay", "356", "356", (16,)),
    IssuerRange("rupay", "60", "60", (16,), context=True),
    IssuerRange("rupay", "81", "82", (16,), context=True),
    IssuerRange("troy", "9792", "9792", (16,)),
    IssuerRange("verve", "506099", "506198", (16, 18, 19)),
    IssuerRange("verve", "507865", "507964", (16, 18, 19)),
    IssuerRange("verve", "650002", "650027", (16, 18, 19)),
    IssuerRange("elo", "504175", "504175", (16,)),
    IssuerRange("elo", "509000", "509999", (16,)),
    IssuerRange("elo", "506699", "506778", (16,)),
    IssuerRange("elo", "627780", "627780", (16,)),
    IssuerRange("elo", "636297", "636297", (16,)),
    IssuerRange("elo", "636368", "636368", (16,)),
    IssuerRange("hipercard", "606282", "606282", (16,)),
    IssuerRange("humo", "9860", "9860", (16,)),
    IssuerRange("uzcard", "8600", "8600", (16,)),
    IssuerRange("uzcard", "5614", "5614", (16,)),
    IssuerRange("borica", "2205", "2205", (16,)),
    IssuerRange("npspridnestrovie", "6054740", "6054744", (16,)),
    IssuerRange("lankapay", "357111", "357111", (16,)),
)
