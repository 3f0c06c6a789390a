"""A nightly batch job that fails in many ways; its tracebacks show what it had in hand."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
import sqlalchemy
from local_server import Answer, json_answer, start
from made_up import WORDS, MadeUp
from pydantic import BaseModel, Field, SecretStr, ValidationError

MADE = MadeUp("batch")
RNG = MADE.rng
PORT = 9020
log = logging.getLogger("nightly")


@dataclass
class Mailbox:
    """A mailbox to read."""

    host: str
    user: str
    password: str
    folders: list[str] = field(default_factory=lambda: ["INBOX"])


class Partner(BaseModel):
    """A partner to call."""

    name: str
    api_key: str
    backup_key: SecretStr
    timeout: int = Field(gt=0)


class Card(BaseModel):
    """A card; the number has to have 16 digits."""

    number: str = Field(pattern=r"^\d{16}$")
    holder: str


def answer(method: str, path: str, body: bytes, headers: Any) -> Answer:
    """The partner's server."""
    return json_answer({"ok": False}, 500 if "charge" in path else 200)


def ordinary() -> None:
    """A line without a secret."""
    word, number = RNG.choice(WORDS), RNG.randint(1, 9999)
    form = RNG.randrange(8)
    if form == 0:
        log.info("exported %d rows of %s", number, word)
    elif form == 1:
        log.debug("batch %s: step %d of 12", MADE.hex(12), number % 12)
    elif form == 2:
        log.warning("order %s has no address", MADE.order())
    elif form == 3:
        requests.get(f"http://127.0.0.1:{PORT}/v1/items/{word}?page={number}", timeout=5)
    elif form == 4:
        log.info("password rotation for %s is due in %d days", MADE.user(), number % 90)
    elif form == 5:
        log.info("tokens used: %d, token budget: %d", number, number * 7)
    elif form == 6:
        log.info("sha256 of %s.csv: %s", word, MADE.hex(64))
    else:
        log.info("Mailbox(host='mail.example.com', user=%r) is empty", MADE.user())


def partner_down() -> None:
    """A call of a server that is down."""
    requests.get(f"http://127.0.0.1:9/v1/rates?api_key={MADE.hex_token(32)}&base=EUR", timeout=2)


def partner_error() -> None:
    """A call that ends in status 500."""
    url = f"http://127.0.0.1:{PORT}/v1/charge?token={MADE.token(32)}"
    requests.post(url, json={"amount": 5}, timeout=5).raise_for_status()


def bad_address() -> None:
    """An address with a mistyped scheme."""
    requests.get(f"htp://svc:{MADE.password(safe=True)}@partner.example.com/rates", timeout=2)


def chained() -> None:
    """An exception whose message has a dataclass in it."""
    mailbox = Mailbox("imap.example.com", MADE.user(), MADE.password())
    try:
        raise ConnectionError("AUTHENTICATIONFAILED")
    except ConnectionError as error:
        raise RuntimeError(f"cannot read {mailbox}") from error


def database_url() -> None:
    """A database address with an unknown driver."""
    sqlalchemy.create_engine(f"postgres+x://shop:{MADE.password(safe=True)}@db.example.com/shop")


def bad_database_url() -> None:
    """A database address that cannot be parsed."""
    sqlalchemy.create_engine(f"postgresql:shop:{MADE.password(safe=True)}@db.example.com/shop")


def insert() -> None:
    """A row that is there already; the values are in the message by position."""
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("CREATE TABLE users (name text, password text UNIQUE)"))
        row = {"name": MADE.user(), "password": MADE.password(kind="password_unmarked")}
        for _ in range(2):
            connection.execute(sqlalchemy.text("INSERT INTO users VALUES (:name, :password)"), row)


def insert_position() -> None:
    """A row for a table that is missing."""
    engine = sqlalchemy.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO cards (number, holder) VALUES (?, ?)", (MADE.card(), MADE.user())
        )


def validation() -> None:
    """Settings that pydantic refuses."""
    Partner.model_validate(
        {"name": "acme", "api_key": MADE.token(30), "backup_key": MADE.token(30), "timeout": 0}
    )


def card_validation() -> None:
    """A card number that pydantic refuses."""
    Card.model_validate({"number": MADE.card("amex", " "), "holder": MADE.user()})


def key_error() -> None:
    """A token that is not in a dict."""
    tokens = {"primary": 1}
    tokens[MADE.b64_token(24, "token_unmarked")]


def bad_jwt() -> None:
    """A token with a wrong signature."""
    token = MADE.jwt(aud="batch")
    try:
        jwt.decode(token, "x" * 32, algorithms=["HS256"])
    except jwt.InvalidTokenError as error:
        raise PermissionError(f"token {token} was refused") from error


def command() -> None:
    """A command, as a list, that fails."""
    subprocess.run(
        ["/bin/false", "mysqldump", "-u", "root", f"-p{MADE.password()}", "shop"], check=True
    )


def command_line() -> None:
    """A command, as a text, that fails."""
    subprocess.run(
        f"/bin/false --user=backup --password={MADE.password(safe=True)} --all",
        shell=True,
        check=True,
    )


def bad_json() -> None:
    """Settings that are cut off."""
    text = json.dumps({"client_secret": MADE.token(30), "n": 1})[:-1]
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"bad settings: {error.doc}") from error


def assertion() -> None:
    """An assertion that compares two signatures."""
    want, got = (MADE.token(28, "token_unmarked") for _ in range(2))
    assert got == want, f"signature mismatch: {got!r} != {want!r}"


def exception_group() -> None:
    """Two errors in one group."""
    errors = [
        ValueError(f"user {MADE.user()}: weak password {MADE.password()!r}") for _ in range(2)
    ]
    raise ExceptionGroup("import failed", errors)


RAISING: list[Callable[[], None]] = [
    partner_down, partner_error, bad_address, chained, database_url, bad_database_url, insert,
    insert_position, validation, card_validation, key_error, bad_jwt, command, command_line,
    bad_json, assertion, exception_group,
]  # fmt: skip


def key_block() -> None:
    """A key over many lines."""
    log.info("signing with key:\n%s", MADE.pem(RNG.choice(("rsa", "pkcs8"))))


def key_in_line() -> None:
    """A key in the repr of a dict."""
    log.debug("config: %r", {"kid": "2026-11", "private_key": MADE.pem("pkcs8")})


def ssh_key() -> None:
    """A key, one record per line."""
    for line in MADE.pem("openssh").splitlines():
        log.debug("deploy key: %s", line)


def objects() -> None:
    """The repr of a dataclass and of a pydantic model."""
    log.info("mailbox: %r", Mailbox("imap.example.com", MADE.user(), MADE.password()))
    partner = Partner(name="acme", api_key=MADE.token(30), backup_key=SecretStr("x"), timeout=3)
    log.info("partner: %r", partner)
    log.info("partner as text: %s", partner)


def environment() -> None:
    """Variables of the environment."""
    os.environ.update(
        SMTP_PASSWORD=MADE.password(), REDIS_URL=MADE.dsn("redis", "cache.example.com", "0")
    )
    keys = ("LANG", "REDIS_URL", "SHOP_ENV", "SMTP_PASSWORD")
    os.environ.update(LANG="C.UTF-8", SHOP_ENV="prod")
    log.debug("environ: %r", {key: os.environ[key] for key in keys})
    for key in keys:
        log.debug("%s=%s", key, os.environ[key])


def sentence() -> None:
    """Secrets in sentences."""
    log.info("changed the password of %s to %s", MADE.user(), MADE.password())
    log.info("password for %s is: %s", MADE.user(), MADE.password())
    log.info("The one-time code for %s is %s", MADE.user(), MADE.otp())


def headers() -> None:
    """A request with its headers."""
    call = requests.Request(
        "GET", "https://partner.example.com/", headers={"Authorization": "Basic " + MADE.basic()}
    ).prepare()
    call.headers["Cookie"] = f"session={MADE.token(40, 'cookie')}; theme=dark"
    log.debug("prepared %s with %s", call, call.headers)


def ini_block() -> None:
    """An INI file in one record."""
    log.debug(
        "settings file:\n[smtp]\nhost = smtp.example.com\nuser = mailer\npassword = %s\n\n"
        "[gateway]\nmerchant: M-1044\nsecret_key: %s",
        MADE.password(),
        MADE.b64_token(30),
    )


def yaml_block() -> None:
    """A YAML file in one record."""
    log.debug(
        'values.yaml:\n  database:\n    user: shop\n    password: "%s"\n  redis:\n'
        "    url: %s\n  jwt:\n    secret: >-\n      %s",
        MADE.password(),
        MADE.dsn("redis", "cache.example.com", "1"),
        MADE.b64_token(40),
    )


QUIET = [
    key_block, key_in_line, ssh_key, objects, environment, sentence, headers, ini_block, yaml_block,
]  # fmt: skip


def main() -> None:
    """The whole run."""
    start(answer, PORT)
    logging.basicConfig(
        level=logging.DEBUG,
        format="%(asctime)s %(levelname)-8s %(name)s: %(message)s",
        stream=sys.stdout,
    )
    for failing in RAISING:
        for _ in range(RNG.randint(13, 21)):
            ordinary()
        try:
            failing()
        except ValidationError as error:
            log.error("bad input: %s", error)
        except Exception:
            log.exception("%s failed", failing.__name__)
    for quiet in QUIET * 2:
        for _ in range(RNG.randint(11, 17)):
            ordinary()
        quiet()


main()
