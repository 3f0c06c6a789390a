"""Card numbers: every brand, every grouping, every digit, whatever stands beside them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from redactor import Redactor
from redactor.checks.issuers import ISSUERS, IssuerRange
from redactor.checks.luhn import luhn
from redactor.engines import native_available
from tests.strategies import CARDS, luhn_complete

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
BOLD = {ord("0") + digit: 0x1D7CE + digit for digit in range(10)}

C = "[redacted:card]"
#: Row of the table 1e of the field notes to the texts of that row and what becomes of them.
FORMS: dict[str, dict[str, str]] = {
    "Visa 16 bare": {"4111111111111111": C},
    "Visa in fours with spaces or dashes": {"4111 1111 1111 1111": C, "4111-1111-1111-1111": C},
    "Visa with dots": {"4111.1111.1111.1111": C},
    "Visa with no-break spaces": {"4111\u00a01111\u00a01111\u00a01111": C},
    "Visa spaced, then a CVV": {"4111 1111 1111 1111 123": f"{C} {C}"},
    "Visa bare, then an expiry date": {
        "4111111111111111 12 2030": f"{C} {C}",
        "4111111111111111 12/30": f"{C} {C}",
    },
    "Visa 13 and 19": {"4222222222222": C, "4111111111111111110": C, "4000000000000000006": C},
    "Mastercard 51-55": {"5105105105105100": C, "5555555555554444": C},
    "Mastercard 2221-2720": {"2221000000000009": C, "2223003122003222": C, "2720990000000007": C},
    "Amex bare and 4-6-5": {
        "378282246310005": C,
        "3782 822463 10005": C,
        "3714-496353-98431": C,
    },
    "Discover 6011 and 644-649": {
        "6011111111111117": C,
        "6440000000000005": C,
        "6490000000000004": C,
    },
    "UnionPay 16 and 19": {
        "6200000000000005": C,
        "6212345678901232": C,
        "6212345678900000003": C,
    },
    "JCB, Diners, Dankort": {"3530111333300000": C, "36227206271667": C, "5019717010103742": C},
    "Maestro 6759 and 5018, 12 digits": {"675964982648": C, "501800000009": C},
    "Mir, RuPay, Verve": {"2200000000000004": C, "5081264563910002": C, "5061000000000000007": C},
    "full-width digits": {
        "4111111111111111".translate(WIDE): C,
        "4111 1111 1111 1111".translate(WIDE): C,
    },
    "word characters beside it": {
        "card4111111111111111x": f"card{C}x",
        "cc_4111111111111111_1": f"cc_{C}_1",
    },
}

CONTEXTS = (
    "{}",
    "paid with {}, thanks",
    '{{"x": "{}", "n": 1}}',
    '"{{\\"x\\": \\"{}\\"}}"',
    "({})",
    "list [{}]",
    "<x>{}</x>",
    "a={};",
    "q={}&x=1",
    "first\\n{}\\nlast",
    "'{}'",
    "{}\n",
    "\x1b[32m{}\x1b[0m",
)


def only_digits(text: str) -> str:
    """Return the decimal digits of *text* as ASCII, whatever script they are in."""
    return "".join(str(int(char)) for char in text if char.isdecimal())


@pytest.mark.parametrize("row", FORMS)
def test_each_valid_form_of_the_table_is_found(redactor: Redactor, row: str) -> None:
    """
    Of each row of the table, every form is found in every context, and nothing around it goes.
    """
    for form, marked in FORMS[row].items():
        for context in CONTEXTS:
            assert context.format(marked) == redactor.text(context.format(form))


@pytest.mark.parametrize("row", FORMS)
def test_the_forms_of_the_table_are_cards(row: str) -> None:
    """
    The texts of the table hold a number that passes Luhn: the tests above test something.
    """
    for form in FORMS[row]:
        digits = only_digits(form.split(" 12")[0].removesuffix("_1")).encode()
        assert luhn(digits), form


@pytest.mark.parametrize(
    "issuer", ISSUERS, ids=lambda issuer: f"{issuer.brand}-{issuer.low}-{issuer.high}"
)
def test_each_issuer_range_is_found(redactor: Redactor, issuer: IssuerRange) -> None:
    """
    Numbers at both ends of each issuer range, in each of its lengths, are found bare; those of a
    wide range beside a card word.
    """
    rng = random.Random(f"{issuer}")
    context = "card {} ok" if issuer.context else "got {} ok"
    for prefix in (issuer.low, issuer.high):
        for length in issuer.lengths:
            number = luhn_complete(prefix, length, rng)

            assert context.format(C) == redactor.text(context.format(number))


GROUPINGS: dict[int, tuple[tuple[int, ...], ...]] = {
    12: ((4, 4, 4),),
    13: ((4, 4, 4, 1),),
    14: ((4, 6, 4), (4, 4, 4, 2)),
    15: ((4, 6, 5), (4, 4, 4, 3)),
    16: ((4, 4, 4, 4), (8, 8), (6, 10)),
    17: ((4, 4, 4, 4, 1),),
    18: ((4, 4, 4, 4, 2),),
    19: ((4, 4, 4, 4, 3), (6, 13)),
}
SEPARATORS: dict[str, str] = {
    "space": " ",
    "dash": "-",
    "dot": ".",
    "underscore": "_",
    "plus": "+",
    "tab": "\t",
    "no-break space": "\u00a0",
    "thin space": "\u2009",
    "narrow no-break space": "\u202f",
    "figure space": "\u2007",
    "ideographic space": "\u3000",
    "hyphen": "\u2010",
    "en dash": "\u2013",
    "minus": "\u2212",
    "zero width space": "\u200b",
    "word joiner": "\u2060",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "space and zero width space": " \u200b",
}


def grouped(number: str, grouping: tuple[int, ...], separator: str) -> str:
    pieces: list[str] = []
    at = 0
    for size in grouping:
        pieces.append(number[at : at + size])
        at += size
    return separator.join(pieces)


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("length", GROUPINGS)
def test_each_grouping_is_found_with_each_separator(
    redactor: Redactor, length: int, separator: str
) -> None:
    """
    A number is found in every grouping that is printed on cards, with one separator between.

    But for two groups around a point: that is a float.
    """
    prefix = {12: "6759", 13: "4222", 14: "3056", 15: "3782", 17: "6759"}.get(length, "4111")
    number = luhn_complete(prefix, length, random.Random(length))
    if length in (17, 18):
        number = luhn_complete("6759", length, random.Random(length))

    for grouping in GROUPINGS[length]:
        if separator == "dot" and len(grouping) == 2:
            continue
        text = f"got {grouped(number, grouping, SEPARATORS[separator])} ok"

        assert f"got {C} ok" == redactor.text(text)


@pytest.mark.parametrize("brand", CARDS)
def test_each_brand_is_found_in_other_digits(redactor: Redactor, brand: str) -> None:
    """
    Digits of other scripts are digits: full-width, Arabic-Indic and mathematical bold ones.
    """
    number = CARDS[brand]

    for table in (WIDE, ARABIC, BOLD):
        assert f"got {C} ok" == redactor.text(f"got {number.translate(table)} ok")


@pytest.mark.parametrize("brand", CARDS)
def test_each_brand_is_found_with_invisible_characters_inside(
    redactor: Redactor, brand: str
) -> None:
    """
    A zero width character between any two digits hides no number.
    """
    number = CARDS[brand]

    for at in range(1, len(number)):
        assert C == redactor.text(f"{number[:at]}\u200b{number[at:]}")
    assert C == redactor.text("\u200d".join(number))


@pytest.mark.parametrize("brand", CARDS)
def test_each_brand_is_found_glued_to_letters(redactor: Redactor, brand: str) -> None:
    """
    A letter or an underscore right beside a number does not save it.
    """
    number = CARDS[brand]

    for before, after in (("card", "x"), ("cc_", "_x"), ("PAN", ""), ("", "USD"), ("n", "n")):
        assert before + C + after == redactor.text(before + number + after)


@pytest.mark.parametrize("brand", CARDS)
def test_a_wrong_check_digit_is_left_alone(redactor: Redactor, brand: str) -> None:
    """
    A number whose last digit is changed is no card.
    """
    number = CARDS[brand]
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    text = f"got {wrong} ok"

    assert text is redactor.text(text)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111 123",
        "4111 1111 1111 1111, 123",
        "4111 1111 1111 1111 12/30 123",
        "4111111111111111 12/2030 123",
        "4111111111111111|12/30|123",
        "4111111111111111;12/30;123",
        "4111111111111111 exp 12/30 cvv 123",
        "4111111111111111 exp: 12/30 cvc: 123",
        "4111-1111-1111-1111 cvv2: 123",
        "4111111111111111,cvv=123",
        "378282246310005 exp 12/30 cvv 1234",
        "%B4111111111111111^DOE/JOHN^30121010000000000000?",
        ";4111111111111111=30121010000000000000?",
        "card=4111111111111111 cvv=123 exp=12/30",
        '{"pan":"4111111111111111","cvv":"123","exp":"12/30"}',
        '{"card_number": 4111111111111111, "card_code": 123, "expiry": "12/2030"}',
        "cc 4111111111111111 pin=1234",
        "card=4111111111111111 123",
        '{"card_number": "4111111111111111 123"}',
    ],
)
def test_what_stands_beside_a_card_goes_too(redactor: Redactor, text: str) -> None:
    """
    Security code, expiry date, PIN and track data beside a number are gone, to the last digit.
    """
    assert "" == only_digits(redactor.text(text).replace("cvv2", "cvv"))


@pytest.mark.parametrize(
    "text",
    [
        "cvv=123",
        '{"cvv": "123"}',
        '{"cvv": 123}',
        "security_code: 123",
        "cardSecurityCode=123",
        "exp=12/30",
        '{"card_expiry": "12/2030"}',
        '{"pin": "1234"}',
        "<cvv>123</cvv>",
    ],
)
def test_card_data_under_their_keys_are_found_without_a_card(redactor: Redactor, text: str) -> None:
    """
    Security code, expiry date and PIN are found by their key, with no number beside them.
    """
    assert "" == only_digits(redactor.text(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4111 1111 1111 1111 4111 1111 1111 1111", f"{C} {C}"),
        ("4111111111111111 5555555555554444", f"{C} {C}"),
        ("4111-1111-1111-1111 5555-5555-5555-4444", f"{C} {C}"),
        ("id 7 4111 1111 1111 1111 ok", f"id 7 {C} ok"),
        ("7 8 9 4111 1111 1111 1111 ok", f"7 8 9 {C} ok"),
        ("1234 4111 1111 1111 1111", f"1234 {C}"),
        ("4111 1111 1111 1112 4111 1111 1111 1111", f"4111 1111 1111 1112 {C}"),
    ],
)
def test_no_number_hides_another(redactor: Redactor, text: str, expected: str) -> None:
    """
    Digits before or behind a number do not hide it: each is found and nothing else goes.
    """
    assert expected == redactor.text(text)


@pytest.mark.parametrize(
    "value",
    [4111111111111111, 378282246310005, 4222222222222, 5555555555554444, 6212345678900000003],
)
def test_integers_of_records_are_looked_at(redactor: Redactor, value: int) -> None:
    """
    A card number that is an ``int`` in a record is found, bare and in lists, under any key but an
    id's.
    """
    for record in (
        {"x": value},
        {"card": value},
        {"a": [1, value, 2]},
        {"a": {"b": (value,)}},
        [value],
        value,
        {value: 1},
        {"x": float(value)} if value < 2**53 else {"x": value},
    ):
        assert str(value) not in repr(redactor.record(record))


def test_negative_numbers_hide_no_card(redactor: Redactor) -> None:
    """
    A minus sign before a number hides nothing.
    """
    assert {"x": f"-{C}"} == redactor.record({"x": -4111111111111111})


# Identifiers --------------------------------------------------------------------------------

COUNT = 20_000
#: Kind to how it is made and to the rate of the last column of the table 1e.
IDENTIFIERS: dict[str, tuple[Any, float]] = {
    "ms timestamp": (lambda rng: rng.randrange(1735689600000, 1798761600000), 0.0),
    "us timestamp": (lambda rng: rng.randrange(1735689600000000, 1798761600000000), 0.0),
    "ns timestamp": (lambda rng: rng.randrange(1735689600000000000, 1798761600000000000), 0.0),
    "YYYYMMDDhhmmss": (
        lambda rng: (
            f"{rng.randrange(2020, 2031)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
            f"{rng.randrange(24):02}{rng.randrange(60):02}{rng.randrange(60):02}"
        ),
        0.0,
    ),
    "64-bit trace id": (lambda rng: rng.getrandbits(64), 0.011),
    "snowflake id": (
        lambda rng: (rng.randrange(478_400_000_000, 509_900_000_000) << 22) | rng.getrandbits(22),
        0.0,
    ),
    "16-digit order id": (lambda rng: rng.randrange(10**15, 10**16), 0.030),
    "15-digit id": (lambda rng: rng.randrange(10**14, 10**15), 0.006),
    "float": (lambda rng: repr(rng.random()), 0.0),
    "UUID4": (
        lambda rng: (
            f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4{rng.getrandbits(12):03x}"
            f"-{rng.randrange(0x8000, 0xC000):04x}-{rng.getrandbits(48):012x}"
        ),
        0.0002,
    ),
}


def values_of(kind: str) -> list[str]:
    rng = random.Random(f"redactor {kind}")
    return [str(IDENTIFIERS[kind][0](rng)) for _ in range(COUNT)]


def hits(redactor: Redactor, lines: list[str]) -> list[str]:
    """Return the lines in which something is found."""
    redacted = redactor.lines("\n".join(lines).encode()).decode().split("\n")
    return [line for line, new in zip(lines, redacted, strict=True) if line != new]


@pytest.fixture(
    params=[
        *["native"] * native_available(),
        # Both find the same; the reference engine takes longer to do so.
        pytest.param("reference", marks=[pytest.mark.slow] if native_available() else []),
    ]
)
def quick(request: pytest.FixtureRequest) -> Redactor:
    """The ``standard`` preset on the engine that is there for many values."""
    return Redactor(engine=request.param)


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_identifiers_without_a_key_are_hit_no_more_often_than_the_table_says(
    quick: Redactor, kind: str
) -> None:
    """
    Of 20,000 random values with nothing around them, no larger share is taken for a card than in
    the last column of the table 1e.
    """
    found = hits(quick, [f"got {value} ok" for value in values_of(kind)])

    assert len(found) / COUNT <= IDENTIFIERS[kind][1], found[:5]


KEYED = (
    "order_id={}",
    '{{"trace_id": {}, "ms": 7}}',
    '{{"user_id": "{}"}}',
    "ts={} level=info",
    '{{"orderId":"{}"}}',
    "trace_id: {}",
    "GET /orders/{}/items HTTP/1.1",
    "request_id={}, ok",
)


@pytest.mark.parametrize("kind", IDENTIFIERS)
def test_identifiers_under_a_key_are_never_hit(quick: Redactor, kind: str) -> None:
    """
    Of 20,000 random values under a key that names an id or a time, none is taken for a card.
    """
    lines = [KEYED[at % len(KEYED)].format(value) for at, value in enumerate(values_of(kind))]

    assert [] == hits(quick, lines)


@pytest.mark.parametrize("key", ["order_id", "trace_id", "user_id", "ts", "spanId", "duration_ns"])
def test_integers_under_an_id_are_never_hit(redactor: Redactor, key: str) -> None:
    """
    In a record, an integer under a key that names an id or a time stays, also one that passes
    every check of a card.
    """
    rng = random.Random(key)
    records = [{key: int(luhn_complete("4", 16, rng))} for _ in range(500)]

    assert all(redactor.record(record) is record for record in records)


@pytest.mark.parametrize("grouping", [(8, 8), (6, 10), (6, 13)])
def test_a_float_is_no_card(redactor: Redactor, grouping: tuple[int, ...]) -> None:
    """
    Digits around one point are a measurement, even where an issuer's range and Luhn hold.
    """
    number = luhn_complete("4111", sum(grouping), random.Random(1))
    text = f"took {grouped(number, grouping, '.')} ms"

    assert text is redactor.text(text)


def test_a_card_word_counts_for_more_than_the_id(redactor: Redactor) -> None:
    """
    Under a key of an id, a number is a card when a card word stands near it.
    """
    assert f"card order_id={C}" == redactor.text("card order_id=4111111111111111")
    assert f"order_id={C}" == redactor.text("order_id=4111 1111 1111 1111")
