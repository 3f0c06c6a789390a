"""
Secrets of each rule of the shipped packs.

- Vendor tokens and values with a fixed shape: at random from the rule's own pattern, until its
  checks hold; registers with a date in their numbers have a maker of their own.
- Credentials by key: each name of the rule in the style of the format around it, with passwords
  and tokens of the kinds people have.
- Credentials in text (command lines, addresses, SQL, prose): phrases written for this corpus.
- Cards: `cards.py`. Keys in armour: made here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from bench.quality import contexts
from bench.quality.cards import card, card_number
from bench.quality.filling import ALNUM, fill, password, random_of, token, unknown
from bench.quality.labelled import PLAIN, SECRET, SHARED, Part
from bench.quality.shapes import sample
from redactor.checks import check_named
from redactor.checks.keccak import keccak256

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from redactor.model import Rule

__all__ = ["Secret", "is_generic", "kind_of", "make"]

_TRIES = 30_000


class Secret(NamedTuple):
    """
    A secret and what must stand around it.

    Attributes:
        variant: What kind of secret of its rule it is.
        name: Words of the key it stands under; empty when it is found without one.
        parts: The secret with the text that belongs to it.
    """

    variant: str
    name: str
    parts: tuple[Part, ...]


def kind_of(rule: Rule) -> str:
    """Say what a context has to hold for a secret of *rule*."""
    if rule.kind == "block":
        return contexts.BLOCK
    if rule.kind == "pair":
        return contexts.KEYED
    if rule.id in _PHRASES and any(" " in phrase for phrase in _PHRASES[rule.id]):
        return contexts.PHRASE
    return contexts.TOKEN


def is_generic(rule: Rule) -> bool:
    """Say whether *rule* is for secrets of kinds that nobody has written a rule for."""
    return rule.kind == "pair" and rule.id.startswith("generic-")


def make(rule: Rule, random_: random.Random) -> Secret:
    """
    Return a secret of *rule*.

    Raises:
        ValueError: None could be made: the rule needs a maker in this module.
    """
    if rule.kind == "card":
        return Secret(*card(random_))
    if rule.kind == "block":
        return _armour(random_)
    if rule.kind == "pair":
        name = random_.choice(rule.names)
        return Secret(name, _prefixed(rule, name, random_), _value(rule, random_))
    if rule.id in _PHRASES:
        phrase = random_.choice(_PHRASES[rule.id])
        return Secret("", "", _marked(fill(phrase, random_)))
    return Secret("", "", _shaped(rule, random_))


def _marked(text: str) -> tuple[Part, ...]:
    """Read a text whose secrets stand between « and »."""
    parts = []
    for at, piece in enumerate(re.split("[«»]", text)):
        if piece:
            parts.append(Part(piece, SECRET if at % 2 else PLAIN))
    return tuple(parts)


_COMPANIES = ("acme", "shop", "partner", "billing", "crm", "fleet")
_PREFIXES = ("db", "app", "user", "smtp", "admin", "main", "new", "backup")


def _prefixed(rule: Rule, name: str, random_: random.Random) -> str:
    """Put a word before the name: ``db password``. The last words are what a rule compares."""
    if is_generic(rule):
        return f"{random_.choice(_COMPANIES)} {name}" if random_.random() < 0.5 else name
    if rule.value in ("any", "secret") and random_.random() < 0.3 and " " not in name:
        return f"{random_.choice(_PREFIXES)} {name}"
    return name


def _value(rule: Rule, random_: random.Random) -> tuple[Part, ...]:
    if is_generic(rule):
        return (Part(unknown(random_), SECRET),)
    if rule.value == "any":
        if rule.id == "password" or random_.random() < 0.3:
            return (Part(password(random_), SECRET),)
        return (Part(token(random_), SECRET),)
    if rule.value == "header":
        return _marked(fill(random_.choice(_HEADERS), random_))
    if rule.value == "text":
        return _marked(fill(random_.choice(_COOKIES if "cookie" in rule.id else _WORDS), random_))
    if re.fullmatch("[a-z-]+", rule.value):
        return (Part(token(random_), SECRET),)
    return _shaped(rule, random_)


def _shaped(rule: Rule, random_: random.Random) -> tuple[Part, ...]:
    pattern, group = (rule.value, "") if rule.kind == "pair" else (rule.pattern, rule.secret)
    maker = _MAKERS.get(rule.id) or _MAKERS.get(next(iter(rule.checks), ""))
    checks = [_check(name) for name in rule.checks]
    for _ in range(_TRIES):
        if maker is not None:
            parts: list[Part] = [Part(maker(random_), SECRET)]
        else:
            # Behind a lead, the keyword is a fixed part of the pattern.
            starts = () if rule.lead_max else rule.keywords
            parts = sample(pattern, group, starts, random_, ignore_case=rule.ignore_case)
        text = "".join(part.text for part in parts)
        if rule.lead_max and not any(keyword in text for keyword in rule.keywords):
            continue
        secret = next(part.text for part in parts if part.role == SECRET).encode()
        if all(check(secret) for check in checks):
            return tuple(parts)
    raise ValueError(f"{rule.id}: no value that its checks take. Write a maker for it")


def _check(name: str) -> Callable[[bytes], bool]:
    try:
        return check_named(name)
    except KeyError:
        return lambda _: True


def _armour(random_: random.Random) -> Secret:
    label = random_.choice(
        (
            "RSA PRIVATE KEY",
            "PRIVATE KEY",
            "EC PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "PGP PRIVATE KEY BLOCK",
        )
    )
    data = base64.b64encode(random_.randbytes(random_.randrange(200, 600))).decode()
    lines = "\n".join(data[at : at + 64] for at in range(0, len(data), 64))
    return Secret(
        label,
        "",
        (
            Part(f"-----BEGIN {label}-----\n", SHARED),
            Part(lines, SECRET),
            Part(f"\n-----END {label}-----", SHARED),
        ),
    )


def _jwt(random_: random.Random) -> str:
    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    algorithm = random_.choice(("HS256", "RS256", "ES256"))
    header = random_.choice(
        (f'{{"alg":"{algorithm}","typ":"JWT"}}', f'{{"typ":"JWT","alg":"{algorithm}"}}')
    )
    payload = (
        f'{{"sub":"{random_.randrange(10**9)}","iat":{1_790_000_000 + random_.randrange(10**6)}}}'
    )
    return f"{part(header)}.{part(payload)}.{random_of(ALNUM + '-', 42, random_)}x"


def _chinese_id(random_: random.Random) -> str:
    body = (
        random_.choice(("110101", "310104", "440305", "330106", "510107"))
        + f"{random_.randrange(1950, 2010)}{random_.randrange(1, 13):02}"
        + f"{random_.randrange(1, 29):02}"
        + f"{random_.randrange(1000):03}"
    )
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def _german_id(random_: random.Random) -> str:
    digits = random_.sample("0123456789", 10)
    if digits[0] == "0":
        digits[0], digits[1] = digits[1], digits[0]
    digits[random_.randrange(2, 10)] = digits[1]
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return "".join(digits) + str((11 - product) % 10)


def _french_id(random_: random.Random) -> str:
    body = (
        f"{random_.choice('12')}{random_.randrange(100):02}{random_.randrange(1, 13):02}"
        f"{random_.randrange(1, 20):02}{random_.randrange(1, 400):03}{random_.randrange(1, 999):03}"
    )
    text = f"{body}{97 - int(body) % 97:02}"
    return f"{text[0]} {text[1:3]} {text[3:5]} {text[5:7]} {text[7:10]} {text[10:13]} {text[13:]}"


def _iban(random_: random.Random) -> str:
    country, shape = random_.choice(
        (
            ("DE", "0" * 18),
            ("NL", "A" * 4 + "0" * 10),
            ("GB", "A" * 4 + "0" * 14),
            ("FR", "0" * 23),
            ("ES", "0" * 20),
            ("PL", "0" * 24),
            ("BE", "0" * 12),
            ("NO", "0" * 11),
            ("IT", "A" + "0" * 22),
        )
    )
    body = "".join(
        random_.choice("0123456789" if kind == "0" else "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        for kind in shape
    )
    digits = "".join(str(int(char, 36)) for char in f"{body}{country}00")
    text = f"{country}{98 - int(digits) % 97:02}{body}"
    if random_.random() < 0.5:
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))
    return text


def _address(random_: random.Random) -> str:
    return fill("<name>.<letters:6>@<word>-<letters:4>.", random_).lower() + random_.choice(
        ("com", "org", "de", "co.uk", "io")
    )


def _public_ipv4(random_: random.Random) -> str:
    first = random_.choice((8, 34, 52, 81, 91, 151, 185))
    return f"{first}.{random_.randrange(256)}.{random_.randrange(256)}.{random_.randrange(1, 255)}"


def _phone(random_: random.Random) -> str:
    country, size = random_.choice(
        (("1", 10), ("44", 10), ("49", 10), ("33", 9), ("91", 10), ("81", 10))
    )
    number = str(random_.randrange(2, 10)) + random_of("0123456789", size - 1, random_)
    separator = random_.choice(("", " ", "-"))
    return f"+{country}{separator}{number[:3]}{separator}{number[3:6]}{separator}{number[6:]}"


_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _bitcoin_address(random_: random.Random) -> str:
    """Return an address of BIP 173: version 0, twenty bytes, six digits of checksum."""
    data = [0, *(random_.randrange(32) for _ in range(32))]
    state = 1
    for value in [*(ord(char) >> 5 for char in "bc"), 0, *(ord(char) & 31 for char in "bc")]:
        state = _bech32_step(state, value)
    for value in [*data, 0, 0, 0, 0, 0, 0]:
        state = _bech32_step(state, value)
    state ^= 1
    data += [state >> 5 * (5 - place) & 31 for place in range(6)]
    return "bc1" + "".join(_BECH32[value] for value in data)


def _bech32_step(state: int, value: int) -> int:
    top = state >> 25
    state = (state & 0x1FFFFFF) << 5 ^ value
    for place, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
        state ^= generator if top >> place & 1 else 0
    return state


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def _legacy_address(random_: random.Random) -> str:
    """Return an address of Bitcoin for a key (version 0) or a script (5): twenty bytes of hash."""
    body = bytes((random_.choice((0, 5)), *random_.randbytes(20)))
    body += hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, text = int.from_bytes(body), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(body) - len(body.lstrip(b"\0"))) + text


def _ethereum_address(random_: random.Random) -> str:
    digits = random_of("0123456789abcdef", 40, random_)
    nibbles = keccak256(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if nibble >= "8" else digit
        for digit, nibble in zip(digits, nibbles[:40], strict=True)
    )


def _luxembourg_id(random_: random.Random) -> str:
    year, month, day = (
        random_.randrange(1920, 2020),
        random_.randrange(1, 13),
        random_.randrange(1, 29),
    )
    body = f"{year}{month:02}{day:02}{random_.randrange(1000):03}"
    ends = [f"{end:02}" for end in range(100)]
    return next(body + end for end in ends if check_named("lu-matricule")(f"{body}{end}".encode()))


def _expiry(random_: random.Random) -> str:
    month, year = f"{random_.randrange(1, 13):02}", random_.randrange(26, 36)
    return random_.choice(
        (f"{month}/{year}", f"{month}/20{year}", f"{month}-{year}", f"{month}{year}")
    )


def _track(random_: random.Random) -> str:
    name = random_.choice(("DOE/JOHN", "MEYER/ANNA M", "SILVA/J"))
    return f"%B{card_number(random_)}^{name}^3{random_.randrange(10**14):014}?"


def _birthday(random_: random.Random) -> str:
    year, month, day = (
        random_.randrange(1940, 2010),
        random_.randrange(1, 13),
        random_.randrange(1, 29),
    )
    return random_.choice(
        (f"{year}-{month:02}-{day:02}", f"{day:02}.{month:02}.{year}", f"{month}/{day}/{year}")
    )


def _local_phone(random_: random.Random) -> str:
    digits = random_of("0123456789", 9, random_)
    return random_.choice(
        (
            f"0{digits}",
            f"0{digits[:3]} {digits[3:]}",
            f"({digits[:3]}) {digits[3:6]}-{digits[5:]}",
            _phone(random_),
        )
    )


def _public_ipv6(random_: random.Random) -> str:
    head = random_.choice(("2001:4860", "2a01:4f8", "2606:4700"))
    middle = random_.choice(("::", ":0:0:"))
    return head + fill(f":<hex:3>:<hex:4>{middle}<hex:4>", random_)


_MAKERS: dict[str, Callable[[random.Random], str]] = {
    "jwt": _jwt,
    "base58check": _legacy_address,
    "bech32": _bitcoin_address,
    "eip55": _ethereum_address,
    "lu-matricule": _luxembourg_id,
    "card-expiry": _expiry,
    "card-track": _track,
    "date-of-birth": _birthday,
    "phone-field": _local_phone,
    "ipv6-public": _public_ipv6,
    "cn-resident-id": _chinese_id,
    "de-steuerid": _german_id,
    "fr-nir": _french_id,
    "mod97": _iban,
    "email": _address,
    "ipv4-public": _public_ipv4,
    "phone-e164": _phone,
}

_HEADERS = (
    "Bearer «<token>»",
    "Bearer «<url64:43>»",
    "Basic «<basic>»",
    "Token «<hex:40>»",
    "token «<alnum:36>»",
    "ApiKey «<token>»",
    "«<alnum:32>»",
)
_COOKIES = (
    "«sessionid=<lower:32>; csrftoken=<alnum:32>»",
    "«SID=<url64:40>»",
    "«_ga=GA1.2.<int:9>.<unix>; connect.sid=s%3A<url64:32>.<alnum:43>»",
)
_WORDS = (
    "«<word> <letters:6> <word> <letters:4>»",
    "«correct <letters:5> battery <word>»",
    "«<letters:6> <letters:7> <letters:5> <letters:4> <letters:8> <letters:6>»",
    "«<safe-password>»",
)

#: Rules whose secret is told by the text around it.
_PHRASES: dict[str, tuple[str, ...]] = {
    "bearer-token": (
        "sending Bearer «<url64:43>»",
        "auth scheme bearer «<token>»",
        "got 401 for Bearer «<alnum:40>», refreshing",
    ),
    "basic-auth": ("sending Basic «<basic>»", "proxy wants Basic «<basic>» again"),
    "url-password": (
        "postgres://app:«<safe-password>»@db.internal:5432/shop",
        "postgresql+asyncpg://app:«<alnum:20>»@10.0.0.5/shop?sslmode=require",
        "mysql://root:«<safe-password>»@db:3306/shop",
        "mongodb+srv://svc:«<alnum:16>»@cluster0.ab1cd.mongodb.net/shop?w=majority",
        "redis://:«<alnum:24>»@cache-2:6379/0",
        "rediss://default:«<safe-password>»@cache:6380",
        "amqp://worker:«<letters:9>»@mq-0:5672/%2F",
        "https://<name>:«<alnum:12>»@git.test/shop.git",
        "https://x-access-token:«<alnum:40>»@git.test/o/r",
        "ldaps://cn=svc:«<safe-password>»@ldap.test",
        "smtp://mailer:«<safe-password>»@smtp.test:587",
        "kafka://svc:«p%40ss<int:4>»@kafka:9092",
    ),
    "command-line-password": (
        "backup-tool --password «<safe-password>» --host <host>",
        "vault login --token «<alnum:24>»",
        "app --db-password '«<safe-password>»' --verbose",
        "exec app -password «<alnum:12>» -port 80",
        "cli --api-key «<alnum:32>» list",
        "signer --private-key «<hex:64>»",
    ),
    "command-line-user": (
        "curl -u <name>:«<safe-password>» https://api.test/v1",
        "curl -s --user svc:«<alnum:20>» -X POST https://api.test",
        "curl --proxy-user <name>:«<alnum:10>» https://api.test",
    ),
    "sql-password": (
        "CREATE USER app IDENTIFIED BY '«<safe-password>»'",
        "ALTER USER root IDENTIFIED WITH mysql_native_password BY '«<safe-password>»';",
        "ALTER ROLE app WITH LOGIN PASSWORD '«<alnum:16>»'",
        "create user x password '«<safe-password>»' valid until 'infinity'",
        "SET PASSWORD FOR 'bob' = PASSWORD('«<alnum:12>»')",
    ),
    "spoken-password": (
        "the password is «<safe-password>»",
        "password for user bob is «<safe-password>»",
        "password set to «<safe-password>»",
        "your new password is: «<alnum:10>»",
        "Passwort ist «<safe-password>»",
        "password for <name> was reset to «<alnum:12>»",
    ),
    "spoken-code": (
        "Your verification code is «<six>»",
        "your login code: «<six>»",
        "one-time code «<six>» sent",
        "security code is «<six>».",
        "2FA code «<six>» accepted",
    ),
    "url-key": (
        "https://maps.test/api/geocode?key=«<alnum:39>»&sensor=false",
        "https://api.weather.test/data?q=Oslo&appid=«<hex:32>»",
        "https://login.test/cb?code=«<url64:40>x»&state=ok",
    ),
    "link-token": (
        "https://app.test/password/reset/«<alnum:32>»",
        "https://app.test/invite/«<url64:40>x»",
        "https://app.test/unsubscribe/«<alnum:24>»?u=1",
        "https://app.test/accounts/reset/MTg/«<alnum:20>»/",
    ),
    "database-client-password": (
        "mysql -u root -p«<alnum:12>» shop",
        "mysqldump -h <host> -u app -p«<safe-password>» shop",
        "sshpass -p «<alnum:14>» ssh root@<host>",
        "sshpass -p '«<alnum:14>»' scp a b",
        "mariadb -uroot -p«<alnum:9>»",
    ),
    "client-option-password": (
        "docker login -u <name> -p «<alnum:20>» registry.test",
        "redis-cli -h cache -a «<safe-password>» ping",
        "ldapsearch -x -D cn=admin -w «<safe-password>» -b dc=test",
        "mosquitto_pub -h mq -u app -P «<alnum:12>» -t a -m b",
    ),
    "teams-webhook": (
        "https://acme.webhook.office.com/webhookb2/«<uuid>@<uuid>/IncomingWebhook/<hex:32>/<uuid>»",
    ),
    "oracle-jdbc-password": (
        "jdbc:oracle:thin:app/«<safe-password>»@//db:1521/XE",
        "jdbc:oracle:thin:system/«<alnum:12>»@db:1521:ORCL",
    ),
    "auth-command": (
        "AUTH «<alnum:24>»",
        "C: AUTH PLAIN «<b64:24>»",
        "redis> AUTH «<token>»",
    ),
    "cohere-key": (
        "cohere.Client('«<alnum:40>»')",
        "cohere.ClientV2(api_key='«<alnum:40>»')",
        'co = cohere.AsyncClientV2(api_key="«<alnum:40>»")',
    ),
    "pgpass-password": (
        "db.internal:5432:shop:app:«<alnum:16>»",
        "*:*:*:<name>:«<letters:9>»",
        "10.0.0.5:6432:*:svc:«<alnum:12>»",
        "localhost:5433:<word>:<name>:«<alnum:20>»",
    ),
    "netrc-password": (
        "machine api.test login <name> password «<safe-password>»",
        "default login <name> password «<alnum:12>»",
    ),
    "form-password": (
        'form-data; name="password"\\r\\n\\r\\n«<safe-password>»\\r\\n--x',
        'form-data; name="user_password"\\r\\n\\r\\n«<alnum:12>»\\r\\n--x',
    ),
    "otpauth-secret": (
        "otpauth://totp/Shop:<name>?secret=«JBSWY3DPEHPK3PXP»&issuer=Shop",
        "otpauth://totp/Shop:<name>%40x.test?issuer=Shop&secret=«KRSXG5CTMVRXEZLU»",
    ),
}
