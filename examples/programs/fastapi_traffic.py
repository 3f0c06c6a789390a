"""Send requests to the FastAPI shop. Usage: ``fastapi_traffic.py NAME PORT COUNT``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import requests
from made_up import WORDS, MadeUp

NAME, PORT, COUNT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
EVERY = 7 if NAME == "json" else 5
MADE = MadeUp(f"fastapi-traffic-{NAME}")
RNG = MADE.rng


def call(method: str, path: str, **extra: Any) -> None:
    """Send one request."""
    requests.request(method, f"http://127.0.0.1:{PORT}{path}", timeout=10, **extra)


def ordinary() -> None:
    """A request without a secret."""
    word = RNG.choice(WORDS)
    path = RNG.choice(
        (
            f"/products/{RNG.randint(1, 900)}",
            f"/search?q={word}",
            f"/search?q={word}&page_token=2&max_tokens=64",
            "/docs",
            "/openapi.json",
            f"/orders/{MADE.order()}",
        )
    )
    call("GET", path, headers={"X-Request-Id": MADE.hex(32)})


def pay(amount: float) -> None:
    """A payment."""
    card = MADE.card(separator=RNG.choice((None, None, " ", "-")))
    data = {"order": MADE.order(), "card_number": card, "cvv": MADE.cvv(), "amount": amount}
    call("POST", "/payments", json=data)


LEAKS: list[Callable[[], None]] = [
    lambda: call("POST", "/login", json={"username": MADE.user(), "password": MADE.password()}),
    lambda: pay(RNG.randint(5, 800)),
    lambda: call("GET", "/account", headers={"Authorization": f"Bearer {MADE.jwt(scope='me')}"}),
    lambda: call("GET", "/account", headers={"Cookie": f"sid={MADE.token(32, 'cookie')}; lang=en"}),
    lambda: call("GET", "/partner/stock", headers={"X-API-Key": MADE.hex_token(32)}),
    lambda: call("GET", "/raw/echo", headers={"Authorization": f"Basic {MADE.basic()}"}),
    lambda: call("GET", f"/sso/callback?access_token={MADE.b64_token(24)}&state={MADE.hex(12)}"),
    lambda: pay(950 + RNG.randint(1, 90)),
    lambda: call("GET", f"/courier?api_key={MADE.token(28)}"),
    lambda: call("POST", "/login", json={"user": MADE.user(), "password": MADE.password()}),
    lambda: call("GET", "/partner/stock", headers={"Proxy-Authorization": f"Token {MADE.token()}"}),
    lambda: call(
        "POST",
        "/login",
        json={"username": MADE.user(), "password": MADE.password(), "otp": MADE.otp()},
    ),
    lambda: call("GET", "/search", params={"q": MADE.card(separator=" ")}),
    lambda: call("GET", "/raw/echo", headers={"X-CSRF-Token": MADE.b64_token(24)}),
    lambda: call("POST", "/login", data={"username": MADE.user(), "password": MADE.password()}),
]

done = 0
for step in range(COUNT):
    if step % EVERY == 4:
        LEAKS[done % len(LEAKS)]()
        done += 1
    else:
        ordinary()
