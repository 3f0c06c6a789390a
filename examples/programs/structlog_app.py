"""A checkout service that logs JSON with structlog."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from made_up import WORDS, MadeUp

MADE = MadeUp("structlog")
RNG = MADE.rng

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.dict_tracebacks,
        structlog.processors.JSONRenderer(default=repr),
    ],
    logger_factory=structlog.PrintLoggerFactory(sys.stdout),
)
log: Any = structlog.get_logger(service="checkout")


@dataclass
class Gateway:
    """The settings of a payment gateway."""

    url: str
    merchant: str
    secret: str


class Handle:
    """An object that JSON does not know, so that structlog writes its ``repr``."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return f"<Handle token={self.token!r} open=True>"


def ordinary() -> None:
    """An event without a secret."""
    word, number = RNG.choice(WORDS), RNG.randint(1, 9000)
    form = RNG.randrange(9)
    if form == 0:
        log.info("cart.updated", cart=MADE.hex(12), items=number % 9, total=f"{number / 100:.2f}")
    elif form == 1:
        log.info("order.created", order_no=int(MADE.order()), sku=f"{word}-{number}", eur=number)
    elif form == 2:
        log.debug("cache.get", key=f"session:{word}:{number}", hit=bool(number % 2))
    elif form == 3:
        log.info("http.request", method="GET", path=f"/cart/{number}", status=200, ms=number / 7)
    elif form == 4:
        log.warning("auth.failed", user=MADE.user(), reason="wrong password", attempts=number % 5)
    elif form == 5:
        log.info("llm.usage", tokens={"prompt": number, "completion": 64}, max_tokens=256)
    elif form == 6:
        log.info("auth.token_refreshed", token_type="Bearer", expires_in=3600, user=MADE.user())
    elif form == 7:
        log.info("deploy.seen", commit=MADE.hex(40), image=f"shop@sha256:{MADE.hex(64)}")
    else:
        log.info("password.policy", min_length=12, password=None, password_changed=bool(number % 2))


def leak(number: int) -> None:
    """One form of leak after the other."""
    form = number % 22
    if form == 0:
        log.info("payment.start", payment={"card": {"number": int(MADE.card()), "exp": "04/29"}})
    elif form == 1:
        log.info(
            "payment.start", payment={"card": {"number": MADE.card(separator=" "), "holder": "K N"}}
        )
    elif form == 2:
        body = json.dumps({"user": MADE.user(), "password": MADE.password()})
        log.debug("upstream.request", url="https://auth.example.com/login", body=body)
    elif form == 3:
        inner = json.dumps({"auth": {"token": MADE.token(40)}, "v": 2})
        log.debug("queue.message", raw=json.dumps({"id": MADE.hex(8), "payload": inner}))
    elif form == 4:
        gateway = Gateway("https://pay.example.com", "M-1044", MADE.b64_token(30))
        log.info("gateway.config", gateway=asdict(gateway))
    elif form == 5:
        gateway = Gateway("https://pay.example.com", "M-1044", MADE.b64_token(30))
        log.info("gateway.config", gateway=gateway)
    elif form == 6:
        log.info("http.call", headers={"Authorization": f"Bearer {MADE.jwt()}", "Accept": "*/*"})
    elif form == 7:
        log.info("http.call", headers=[["Accept", "*/*"], ["X-Api-Key", MADE.hex_token(32)]])
    elif form == 8:
        log.error("db.down", dsn=MADE.dsn("postgresql"), retry_in=5)
    elif form == 9:
        log.info("session.open", handle=Handle(MADE.token(24)))
    elif form == 10:
        log.info(
            "user.created", user={"name": MADE.user(), "pass": MADE.password(), "roles": ["buyer"]}
        )
    elif form == 11:
        log.info(f"retrying with password={MADE.password(safe=True)} for {MADE.user()}")
    elif form == 12:
        log.info("export.row", row=[MADE.user(), MADE.card(separator="-"), "11/27", 49.9])
    elif form == 13:
        log.info("otp.sent", phone="+44 20 7946 0018", otp=int(MADE.otp()), channel="sms")
    elif form == 14:
        log.info("key.loaded", pem=MADE.pem("ec"))
    elif form == 15:
        log.info("env", env={"DB_PASSWORD": MADE.password(), "SHOP_LANG": "en", "PORT": "8080"})
    elif form == 16:
        log.info(
            "form.posted", form={"name": ["card_no", "cvc"], "value": [MADE.card(), MADE.cvv()]}
        )
    elif form == 17:
        pairs = [
            {"name": "username", "value": MADE.user()},
            {"name": "password", "value": MADE.password()},
        ]
        log.info("form.posted", fields=pairs)
    elif form == 18:
        log.info("webhook.sent", url=f"https://in.example.com/hook?id=7&secret={MADE.token(26)}")
    elif form == 19:
        log.info("http.response", set_cookie=f"sid={MADE.token(40, 'cookie')}; Path=/; HttpOnly")
    elif form == 20:
        log.info(
            "payment.float",
            amount=12.5,
            pan=MADE.card("amex", " "),
            cardNumber=int(MADE.card("amex")),
        )
    else:
        password = MADE.password()
        try:
            raise ValueError(f"smtp.example.com refused the password {password!r}")
        except ValueError:
            log.exception("mail.failed", smtp_user="mailer", smtpPassword=password)


leaks = 0
for step in range(520):
    if step % 10 == 6:
        leak(leaks)
        leaks += 1
    else:
        ordinary()
