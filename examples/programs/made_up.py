"""Made-up secrets and made-up people, from a seeded generator.

Every program of this folder takes its secrets from ``MadeUp``. A value that ``MadeUp`` hands out
as a secret is also written to the file named by ``PLANTED_FILE`` (one JSON object per line), so
that ``record.py`` knows afterwards what to look for in the log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import random
import string
import zlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

WORDS_TEXT = """
autumn banana biscuit blossom bramble candle cinnamon cobalt copper coral dolphin dragon
ember falcon fiddle forest garnet ginger glacier harbor hazel hunter island jasmine juniper
kitten lantern lemon magnet maple marble meadow monkey nectar nickel nutmeg ocean olive
orchid otter paprika pebble pepper pickle piano pirate pumpkin quartz rabbit raven river
rocket saffron salmon shadow silver spider sunset tango thunder tiger topaz tulip turtle
velvet violet walnut willow winter yellow zephyr
"""
WORDS = WORDS_TEXT.split()
FIRST_TEXT = """
alice amir anna ben bruno carla chen dana diego elena emma farid grace hana igor ines jonas
kate kofi lars lena marco maria mei nadia nina omar paula pedro priya rosa sam sofia tomas
uma vera wei yuki zoe
"""
FIRST = FIRST_TEXT.split()
LAST_TEXT = """
adams baker becker castro costa diaz evans fischer garcia haas ito jansen kaya kim kovacs
larsen lopez meyer moreau nagy novak okafor patel perez rossi sato silva singh smith tanaka
weber wong young
"""
LAST = LAST_TEXT.split()
BRANDS: dict[str, tuple[tuple[str, ...], int]] = {
    "visa": (("4",), 16),
    "mastercard": (("51", "52", "53", "54", "55", "2221", "2350", "2720"), 16),
    "amex": (("34", "37"), 15),
    "discover": (("6011", "644", "65"), 16),
    "jcb": (("3528", "3566", "3589"), 16),
    "diners": (("300", "305", "36", "38"), 14),
    "unionpay": (("6212", "6250"), 16),
}
BRAND_WEIGHTS = (40, 30, 12, 6, 4, 4, 4)
LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})
ALNUM = string.ascii_letters + string.digits


def luhn_digit(digits: str) -> str:
    """The check digit that makes ``digits`` plus it a valid card number."""
    total = 0
    for position, char in enumerate(reversed(digits)):
        value = int(char) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def luhn_ok(digits: str) -> bool:
    """Whether ``digits`` ends in its own check digit."""
    return luhn_digit(digits[:-1]) == digits[-1]


def b64url(data: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class MadeUp:
    """A seeded source of secrets (noted as planted) and of ordinary values (not noted)."""

    def __init__(self, name: str) -> None:
        self.rng = random.Random(zlib.crc32(name.encode()))
        self.path = os.environ.get("PLANTED_FILE", "")

    def note(self, kind: str, value: str) -> str:
        """Write down that ``value`` is a secret; give it back."""
        if self.path:
            with open(self.path, "a", encoding="utf-8") as out:
                out.write(json.dumps({"kind": kind, "value": value}) + "\n")
        return value

    # Ordinary values ----------------------------------------------------------------------------

    def chars(self, length: int, alphabet: str = ALNUM) -> str:
        """Random characters."""
        return "".join(self.rng.choice(alphabet) for _ in range(length))

    def hex(self, length: int) -> str:
        """Random lower-case hex digits."""
        return self.chars(length, "0123456789abcdef")

    def user(self) -> str:
        """A user name, such as ``kate.novak``."""
        rng = self.rng
        form = rng.choice(("{0}", "{0}.{1}", "{0}{2}", "{0}_{1}"))
        return form.format(rng.choice(FIRST), rng.choice(LAST), rng.randint(2, 99))

    def email(self) -> str:
        """A mail address at a reserved domain."""
        return f"{self.user()}@{self.rng.choice(('example.com', 'example.org', 'example.net'))}"

    def order(self) -> str:
        """A 16-digit order number that is not a valid card number."""
        digits = "4" + self.chars(14, string.digits)
        return digits + str((int(luhn_digit(digits)) + self.rng.randint(1, 9)) % 10)

    def ip(self) -> str:
        """An address of the ranges that are kept for documentation."""
        rng = self.rng
        if rng.random() < 0.08:
            return f"2001:db8:{rng.randrange(65536):x}::{rng.randrange(1, 65536):x}"
        return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randint(1, 254)}"

    # Secrets ------------------------------------------------------------------------------------

    def password(self, *, safe: bool = False, kind: str = "password") -> str:
        """A password: one that people make up, or a random one.

        With ``safe`` it has only characters that need no escape in a URL.
        """
        rng = self.rng
        word, other = rng.choice(WORDS), rng.choice(WORDS)
        marks = "-_." if safe else "!@#$%&*?+"
        form = rng.randrange(8)
        if form == 0:
            value = f"{word.capitalize()}{rng.randint(1950, 2026)}{rng.choice(marks)}"
        elif form == 1:
            value = f"{word}{rng.randint(100, 9999)}"
        elif form == 2:
            value = f"{word.translate(LEET)}{rng.choice(marks)}{other.translate(LEET)}"
        elif form == 3:
            value = f"{word}-{other}-{rng.choice(WORDS)}-{rng.randint(1, 99)}"
        elif form == 4:
            value = (
                f"{word.capitalize()}{other.capitalize()}{rng.choice(marks)}{rng.randint(1, 99)}"
            )
        elif form == 5:
            value = self.chars(rng.choice((12, 16, 20)))
        elif form == 6:
            value = self.chars(rng.choice((14, 18)), ALNUM + marks)
        else:
            value = (
                f"{rng.choice(FIRST).capitalize()}{rng.choice(marks)}{rng.randint(10000, 99999)}"
            )
        return self.note(kind, value)

    def card(self, brand: str = "", separator: str | None = None) -> str:
        """A card number with a real issuer prefix; grouped if ``separator`` is given."""
        brand = brand or self.rng.choices(list(BRANDS), BRAND_WEIGHTS)[0]
        prefixes, length = BRANDS[brand]
        digits = self.rng.choice(prefixes)
        digits += self.chars(length - 1 - len(digits), string.digits)
        digits += luhn_digit(digits)
        if separator is not None:
            sizes = (4, 4, 4, 4) if length == 16 else (4, 6, length - 10)
            groups, start = [], 0
            for size in sizes:
                groups.append(digits[start : start + size])
                start += size
            digits = separator.join(groups)
        return self.note("card", digits)

    def cvv(self) -> str:
        """A three-digit card check value."""
        return self.note("cvv", self.chars(3, string.digits))

    def otp(self) -> str:
        """A six-digit one-time code."""
        return self.note("otp", str(self.rng.randint(100000, 999999)))

    def token(self, length: int = 32, kind: str = "token") -> str:
        """An opaque token of letters and digits."""
        return self.note(kind, self.chars(length))

    def hex_token(self, length: int = 40, kind: str = "token") -> str:
        """An opaque token of hex digits."""
        return self.note(kind, self.hex(length))

    def b64_token(self, size: int = 32, kind: str = "token") -> str:
        """An opaque token in URL-safe base64."""
        return self.note(kind, b64url(self.rng.randbytes(size)))

    def b64_key(self, size: int = 32, kind: str = "key") -> str:
        """A key in ordinary base64, with ``+``, ``/`` and ``=``."""
        return self.note(kind, base64.b64encode(self.rng.randbytes(size)).decode())

    def jwt(self, **claims: object) -> str:
        """A signed JSON web token."""
        head = b64url(json.dumps({"alg": "HS256", "typ": "JWT"}, separators=(",", ":")).encode())
        body = {"sub": self.user(), "iat": 1700000000 + self.rng.randrange(10**7), **claims}
        payload = b64url(json.dumps(body, separators=(",", ":")).encode())
        key = self.rng.randbytes(32)
        signature = hmac.new(key, f"{head}.{payload}".encode(), hashlib.sha256).digest()
        return self.note("jwt", f"{head}.{payload}.{b64url(signature)}")

    def basic(self, user: str = "") -> str:
        """The value of a basic-auth header, without the word ``Basic``."""
        return self.note_basic(user or self.user(), self.password())

    def note_basic(self, user: str, password: str) -> str:
        """Note the basic-auth form of a user name and a password."""
        pair = f"{user}:{password}"
        return self.note("basic_auth", base64.b64encode(pair.encode()).decode())

    def dsn(
        self, scheme: str = "postgresql", host: str = "db.example.com", name: str = "shop"
    ) -> str:
        """A database address with a password in it."""
        password = self.password(safe=True)
        ports = {"postgresql": 5432, "postgres": 5432, "mysql": 3306, "redis": 6379, "amqp": 5672}
        port = ports.get(scheme.split("+")[0], 27017)
        user = (
            "" if scheme == "redis" else self.rng.choice(("app", "shop_rw", "reports", "svc-api"))
        )
        return f"{scheme}://{user}:{password}@{host}:{port}/{name}"

    def pem(self, form: str = "rsa") -> str:
        """A throw-away private key in PEM form; the lines between the markers are the secret."""
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
        layout = serialization.PrivateFormat.TraditionalOpenSSL
        if form == "rsa":
            key = rsa.generate_private_key(65537, 2048)
        elif form == "ec":
            key = ec.derive_private_key(self.rng.getrandbits(250) + 1, ec.SECP256R1())
        elif form == "openssh":
            key = ed25519.Ed25519PrivateKey.from_private_bytes(self.rng.randbytes(32))
            layout = serialization.PrivateFormat.OpenSSH
        else:
            key = rsa.generate_private_key(65537, 2048)
            layout = serialization.PrivateFormat.PKCS8
        text = key.private_bytes(
            serialization.Encoding.PEM, layout, serialization.NoEncryption()
        ).decode()
        self.note("private_key", "\n".join(text.strip().splitlines()[1:-1]))
        return text

    # Secrets in the form of one vendor (only for logs under logs/rotated) -------------------------

    def telegram(self) -> str:
        """A token of a chat bot."""
        number = self.rng.randint(10**9, 9 * 10**9)
        return self.note("telegram_token", f"{number}:AA" + self.chars(33, ALNUM + "_-"))

    def stripe(self, mode: str = "live") -> str:
        """A secret key of a payment service."""
        return self.note("stripe_key", f"sk_{mode}_" + "51" + self.chars(97))

    def github(self) -> str:
        """An access token of a code host, with its checksum."""
        return self.note("github_token", "gh" + "p_" + self.chars(36))

    def slack_hook(self) -> str:
        """The secret path of a chat web hook."""
        upper = string.ascii_uppercase + string.digits
        path = f"T0{self.chars(9, upper)}/B0{self.chars(9, upper)}/{self.chars(24)}"
        return self.note("slack_webhook", path)

    def slack_bot(self) -> str:
        """A bot token of a chat service."""
        digits = string.digits
        value = "xo" + f"xb-{self.chars(12, digits)}-{self.chars(13, digits)}-{self.chars(24)}"
        return self.note("slack_token", value)

    def aws_id(self, prefix: str = "AKIA") -> str:
        """A cloud access key id."""
        return self.note("aws_key_id", prefix + self.chars(16, string.ascii_uppercase + "234567"))

    def aws_secret(self) -> str:
        """A cloud secret access key."""
        return self.note("aws_secret_key", base64.b64encode(self.rng.randbytes(30)).decode())

    def sendgrid(self) -> str:
        """An API key of a mail service."""
        value = f"SG.{self.chars(22, ALNUM + '_-')}.{self.chars(43, ALNUM + '_-')}"
        return self.note("sendgrid_key", value)

    def npm(self) -> str:
        """A token of a package registry."""
        return self.note("npm_token", "npm" + "_" + self.chars(36))

    def google(self) -> str:
        """An API key of a map service."""
        return self.note("google_api_key", "AI" + "za" + self.chars(35, ALNUM + "_-"))
