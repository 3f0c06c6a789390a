"""
Templates: text with places such as ``<iso>`` or ``<hex:40>`` that are filled at random.

What is filled in is never a secret but under the names of ``SECRETS``.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["ALNUM", "fill", "password", "random_of", "token", "unknown"]

ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_HEX = "0123456789abcdef"
_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_URL64 = ALNUM + "-_"
_BASE64 = ALNUM + "+/"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

WORDS = (
    "order cache worker invoice payment report search cart user session profile backup queue "
    "stock image upload export shipment billing catalog account mail webhook feed index"
).split()
_NAMES = (
    "alice bob carol dmitri emma farid grace hiro ines jonas kofi lena mateo nadia oskar".split()
)
_HOSTS = "web-03 db-1 worker-7 cache-2 edge-14 api-5 batch-1 mq-0".split()
_LEVELS = "DEBUG INFO WARNING ERROR".split()
_METHODS = "GET POST PUT DELETE PATCH".split()
_PATHS = (
    "/api/v1/orders/8842",
    "/health",
    "/api/v2/users/18842/cart",
    "/static/app.js",
    "/login",
    "/checkout/confirm",
    "/v1/reports/daily",
)
_MESSAGES = (
    "request finished",
    "cache miss, reading from the replica",
    "job picked up by worker 7",
    "upstream answered late",
    "retrying in 2.5 s (attempt 3 of 5)",
    "could not parse the answer",
    "configuration loaded",
    "connection returned to the pool",
)
_SURNAMES = "Meyer Silva Novak Kowalska Haddad Tanaka Okafor Lindqvist Moreau Rossi".split()
_COMMON_WORDS = (
    "winter dragon sunshine monkey tiger purple coffee rocket guitar banana summer".split()
)
_WEAK = "letmein swordfish qwertz iloveyou trustno1 opensesame princess starwars".split()


def random_of(alphabet: str, count: int, random_: random.Random) -> str:
    """Return *count* characters of *alphabet*."""
    return "".join(random_.choices(alphabet, k=count))


def password(random_: random.Random) -> str:
    """Return a password of one of the kinds that people and programs make."""
    kind = random_.randrange(10)
    word = random_.choice(_COMMON_WORDS)
    number = random_.randrange(10, 3000)
    if kind == 0:
        return word + str(number)
    if kind == 1:
        return word.capitalize() + random_.choice("!#@_-.") + str(number)
    if kind == 2:
        return random_.choice(_WEAK)
    if kind == 3:
        return random_of(_HEX, random_.choice((12, 16, 24, 32)), random_)
    if kind == 4:
        return random_.choice(ALNUM) + random_of(ALNUM + "!@#%^*_+-=?.,;:)&", 15, random_)
    if kind == 5:
        return base64.b64encode(random_.randbytes(random_.choice((18, 24, 32)))).decode()
    if kind == 6:
        return random_.choice(("Pässw0rt-", "contraseña", "пароль", "密码Ab")) + str(number)
    if kind == 7:
        return str(random_.randrange(10**5, 10**9))
    return random_of(ALNUM, random_.choice((10, 14, 20)), random_)


def unknown(random_: random.Random) -> str:
    """Return what programs generate as a secret, of a kind that no rule has a form for."""
    kind = random_.randrange(5)
    if kind == 0:
        return random_of(_HEX, random_.choice((32, 40, 64)), random_)
    if kind == 1:
        return base64.b64encode(random_.randbytes(random_.choice((24, 32, 48)))).decode()
    if kind == 2:
        return base64.urlsafe_b64encode(random_.randbytes(random_.choice((24, 33)))).decode()
    return random_of(ALNUM, random_.choice((20, 24, 32, 40)), random_)


def token(random_: random.Random) -> str:
    """Return a random token without a vendor's shape."""
    kind = random_.randrange(6)
    if kind == 0:
        return random_of(_HEX, random_.choice((32, 40, 64)), random_)
    if kind == 1:
        return random_of(_URL64, random_.choice((32, 43, 64)), random_).strip("-_") + "x"
    if kind == 2:
        return base64.b64encode(random_.randbytes(random_.choice((24, 32, 48)))).decode()
    if kind == 3:
        return _uuid(random_)
    return random_of(ALNUM, random_.choice((20, 24, 32, 40)), random_)


def _uuid(random_: random.Random) -> str:
    digits = random_of(_HEX, 12, random_) + "4" + random_of(_HEX, 3, random_)
    digits += random_.choice("89ab") + random_of(_HEX, 15, random_)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _iso(random_: random.Random) -> str:
    month, day, hour = random_.randrange(1, 13), random_.randrange(1, 29), random_.randrange(24)
    return f"2026-{month:02}-{day:02}T{hour:02}:{_minutes(random_)}.{random_.randrange(1000):03}Z"


def _clf(random_: random.Random) -> str:
    day, hour = random_.randrange(1, 29), random_.randrange(24)
    return f"{day:02}/Nov/2026:{hour:02}:{_minutes(random_)} +0000"


def _minutes(random_: random.Random) -> str:
    return f"{random_.randrange(60):02}:{random_.randrange(60):02}"


def _private_ip(random_: random.Random) -> str:
    return f"10.{random_.randrange(256)}.{random_.randrange(256)}.{random_.randrange(1, 255)}"


def _sentence(random_: random.Random) -> bytes:
    words = " ".join(random_.choices(WORDS, k=random_.randrange(6, 14)))
    return f"The {words} was updated by {random_.choice(_NAMES)}.".encode()


#: Name to what fills it; each takes the number after the colon, 0 when there is none.
_FILLERS: dict[str, Callable[[random.Random, int], str]] = {
    "iso": lambda r, _: _iso(r),
    "date": lambda r, _: _iso(r)[:10],
    "clock": lambda r, _: _iso(r)[11:19],
    "clf": lambda r, _: _clf(r),
    "unix": lambda r, _: str(1_790_000_000 + r.randrange(10**7)),
    "ms": lambda r, _: str(1_790_000_000_000 + r.randrange(10**10)),
    "us": lambda r, _: str(1_790_000_000_000_000 + r.randrange(10**13)),
    "ns": lambda r, _: str(1_790_000_000_000_000_000 + r.randrange(10**16)),
    "compact": lambda r, _: re.sub(r"\D", "", _iso(r))[:14],
    "level": lambda r, _: r.choice(_LEVELS),
    "method": lambda r, _: r.choice(_METHODS),
    "path": lambda r, _: r.choice(_PATHS),
    "msg": lambda r, _: r.choice(_MESSAGES),
    "host": lambda r, _: r.choice(_HOSTS),
    "name": lambda r, _: r.choice(_NAMES),
    "surname": lambda r, _: r.choice(_SURNAMES),
    "word": lambda r, _: r.choice(WORDS),
    "status": lambda r, _: r.choice(("200", "201", "304", "400", "404", "500", "502")),
    "ip": lambda r, _: _private_ip(r),
    "uuid": lambda r, _: _uuid(r),
    "float": lambda r, _: repr(r.random()),
    "big": lambda r, _: repr(r.random() * 10**6),
    "hex": lambda r, n: random_of(_HEX, n or 16, r),
    "HEX": lambda r, n: random_of(_HEX, n or 16, r).upper(),
    "alnum": lambda r, n: random_of(ALNUM, n or 16, r),
    "lower": lambda r, n: random_of(_LOWER, n or 8, r),
    "upper": lambda r, n: random_of(ALNUM[:26] + ALNUM[52:], n or 12, r),
    "letters": lambda r, n: random_of(_LOWER[:26], n or 5, r),
    "url64": lambda r, n: random_of(_URL64, n or 22, r),
    "b58": lambda r, n: random_of(_BASE58, n or 34, r),
    "ulid": lambda r, _: "01J" + random_of(_CROCKFORD, 23, r),
    "ksuid": lambda r, _: "2" + random_of(ALNUM, 26, r),
    "b64": lambda r, n: base64.b64encode(r.randbytes(n or 32)).decode(),
    "b64text": lambda r, _: base64.b64encode(_sentence(r)).decode(),
    "b64json": lambda r, _: base64.b64encode(
        f'{{"{r.choice(WORDS)}": {r.randrange(1000)}, "page": {r.randrange(9)}}}'.encode()
    ).decode(),
    "int": lambda r, n: str(r.randrange(10 ** ((n or 3) - 1), 10 ** (n or 3))),
    "version": lambda r, _: f"{r.randrange(12)}.{r.randrange(30)}.{r.randrange(20)}",
    "snowflake": lambda r, _: str(
        (r.randrange(3 * 10**11, 4 * 10**11) << 22) + r.randrange(1 << 22)
    ),
    "password": lambda r, _: password(r),
    "token": lambda r, _: token(r),
    "safe-password": lambda r, _: (
        random_of(ALNUM, r.choice((8, 12, 16)), r) + r.choice(("7x", "!9k", "_3"))
    ),
    "basic": lambda r, _: base64.b64encode(
        f"{r.choice(_NAMES)}:{random_of(ALNUM, 12, r)}".encode()
    ).decode(),
    "six": lambda r, _: f"{r.randrange(10**6):06}",
}
_PLACE = re.compile(r"<([A-Za-z0-9-]+)(?::(\d+))?>")


@cache
def _read(template: str) -> tuple[str | tuple[Callable[[random.Random, int], str], int], ...]:
    parts: list[str | tuple[Callable[[random.Random, int], str], int]] = []
    at = 0
    for place in _PLACE.finditer(template):
        filler = _FILLERS.get(place[1])
        if filler is None:  # an XML element
            continue
        parts += [template[at : place.start()], (filler, int(place[2] or 0))]
        at = place.end()
    return (*parts, template[at:])


def fill(template: str, random_: random.Random) -> str:
    """Return *template* with its places filled. What is no known place stays as it is."""
    return "".join(
        part if isinstance(part, str) else part[0](random_, part[1]) for part in _read(template)
    )
