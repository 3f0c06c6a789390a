"""A proxy that logs in logfmt (the renderer of structlog)."""

from __future__ import annotations

import sys
from typing import Any

import structlog
from made_up import WORDS, MadeUp

MADE = MadeUp("logfmt")
RNG = MADE.rng

structlog.configure(
    processors=[
        structlog.processors.TimeStamper(fmt="iso", key="ts"),
        structlog.processors.add_log_level,
        structlog.processors.LogfmtRenderer(key_order=["ts", "level", "event"], bool_as_flag=False),
    ],
    logger_factory=structlog.PrintLoggerFactory(sys.stdout),
)
log: Any = structlog.get_logger()


def ordinary() -> None:
    """A line without a secret."""
    word, number = RNG.choice(WORDS), RNG.randint(1, 9999)
    form = RNG.randrange(7)
    if form == 0:
        log.info("request", method="GET", path=f"/{word}/{number}", status=200, ms=number % 300)
    elif form == 1:
        log.debug("cache miss", key=f"{word}:{number}", ttl="60s")
    elif form == 2:
        log.info("upstream", target=f"10.0.{number % 250}.{number % 199}:8443", healthy=True)
    elif form == 3:
        log.info("login", user=MADE.user(), method="password", ok=bool(number % 3))
    elif form == 4:
        log.info("order", order_id=MADE.order(), trace_id=MADE.hex(32), span_id=MADE.hex(16))
    elif form == 5:
        log.info("rate", tokens=number, bucket=word, token_bucket_size=500)
    else:
        log.warn("retry", attempt=number % 4, err=f"dial tcp 192.0.2.{number % 250}:443: timeout")


def leak(number: int) -> None:
    """One form of leak after the other."""
    form = number % 16
    if form == 0:
        log.info("login", user=MADE.user(), password=MADE.password())
    elif form == 1:
        log.info(
            "login", user=MADE.user(), password=f"{MADE.password(safe=True)} ", note="two words"
        )
    elif form == 2:
        log.debug("upstream", authorization=f"Bearer {MADE.b64_token(30)}", target="pay:8443")
    elif form == 3:
        log.error("db", dsn=MADE.dsn("postgres"), err="connection refused")
    elif form == 4:
        log.info("payment", card=MADE.card(), amount=12.5)
    elif form == 5:
        log.info("payment", card=MADE.card(separator=" "), amount=99)
    elif form == 6:
        log.info("request", method="GET", path=f"/cb?token={MADE.hex_token(32)}&x=1", status=302)
    elif form == 7:
        log.debug("header", name="Cookie", value=f"sid={MADE.token(32, 'cookie')}; lang=en")
    elif form == 8:
        log.debug("config", jwt_secret=MADE.b64_key(32), api_key=MADE.hex_token(32), workers=4)
    elif form == 9:
        log.info("otp", user=MADE.user(), otp=MADE.otp())
    elif form == 10:
        body = f'{{"user":"{MADE.user()}","password":"{MADE.password()}"}}'
        log.debug("body", body=body)
    elif form == 11:
        log.debug(
            "body", body=f"grant_type=password&username=k&password={MADE.password(safe=True)}"
        )
    elif form == 12:
        log.info("key", pem=MADE.pem("ec"))
    elif form == 13:
        log.error("exec", cmd=f"mysql -u root -p{MADE.password(safe=True)} shop", code=1)
    elif form == 14:
        log.error("exec", cmd=f"curl -u admin:{MADE.password(safe=True)} https://api.example.com/")
    else:
        log.info("session", jwt=MADE.jwt(), user=MADE.user())


leaks = 0
for step in range(640):
    if step % 10 == 3:
        leak(leaks)
        leaks += 1
    else:
        ordinary()
