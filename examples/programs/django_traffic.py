"""Send requests to the Django site. Usage: ``django_traffic.py PORT COUNT``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import requests
from made_up import WORDS, MadeUp

PORT, COUNT = int(sys.argv[1]), int(sys.argv[2])
MADE = MadeUp("django-traffic")
RNG = MADE.rng


def call(method: str, path: str, **extra: Any) -> requests.Response:
    """Send one request."""
    return requests.request(method, f"http://127.0.0.1:{PORT}{path}", timeout=10, **extra)


def ordinary() -> None:
    """A request without a secret."""
    paths = (
        "/",
        "/",
        f"/?page={RNG.randint(1, 9)}",
        f"/{RNG.choice(WORDS)}/",
        "/api/",
        "/favicon.ico",
    )
    call("GET", RNG.choice(paths), headers={"User-Agent": "Mozilla/5.0 Firefox/132.0"})


def register() -> None:
    """A new account; the session key that Django made is in the log too."""
    form = {"username": MADE.user(), "password": MADE.password()}
    answer = call("POST", "/register/", data=form)
    MADE.note("cookie", answer.cookies.get("sessionid") or "")


LEAKS: list[Callable[[], Any]] = [
    lambda: call("POST", "/login/", data={"username": MADE.user(), "password": MADE.password()}),
    register,
    lambda: call("POST", "/pay/", data={"card": MADE.card("amex")}),
    lambda: call("GET", f"/?token={MADE.b64_token(24)}"),
    lambda: call("GET", "/api/", headers={"Authorization": f"Token {MADE.hex_token(40)}"}),
    lambda: call("POST", "/pay/", data={"card": MADE.card("visa")}),
    lambda: call("GET", "/forgot/"),
    lambda: call("GET", "/reports/", headers={"X-Api-Key": MADE.token(32)}),
    lambda: call(
        "GET", f"/login/?next=/&username={MADE.user()}&password={MADE.password(safe=True)}"
    ),
    lambda: call("GET", "/api/", headers={"Cookie": f"csrftoken={MADE.token(32, 'cookie')}"}),
    lambda: call("POST", "/pay/", data={"card": MADE.card("visa", "-")}),
    lambda: call("GET", f"/reset/MQ/{MADE.hex_token(32)}/"),
]

done = 0
register()
for step in range(COUNT):
    if step % 8 == 5:
        LEAKS[done % len(LEAKS)]()
        done += 1
    else:
        ordinary()
