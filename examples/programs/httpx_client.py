"""A program that calls services with httpx, with logging at INFO and for a while at DEBUG.

Usage: ``httpx_client.py services|bot``
"""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from local_server import Answer, json_answer, start_tls
from made_up import WORDS, MadeUp

MODE = sys.argv[1]
MADE = MadeUp(f"httpx-{MODE}")
RNG = MADE.rng
SOCKET = f"/srv/app/run/httpx-{MODE}.sock"
log = logging.getLogger("jobs")


def answer(method: str, path: str, body: bytes, headers: Any) -> Answer:
    """The service."""
    if "missing" in path:
        return json_answer({"error": "not found"}, 404)
    if "login" in path:
        cookie = f"session={MADE.token(40, 'cookie')}; Path=/; Secure"
        return json_answer({"ok": True}, Set_Cookie=cookie)
    if "slow" in path:
        return json_answer({"error": "busy"}, 503, Retry_After="5")
    return json_answer({"ok": True, "result": []})


def ordinary(client: httpx.Client) -> None:
    """A call without a secret."""
    word = RNG.choice(WORDS)
    form = RNG.randrange(6)
    if form == 0:
        client.get(f"https://stock.example.com/v2/items/{word}?fields=id,count")
    elif form == 1:
        client.get(f"https://stock.example.com/v2/missing/{word}")
    elif form == 2:
        client.post("https://mail.example.com/v1/send", json={"template": word})
    elif form == 3:
        client.get(f"https://geo.example.com/search?q={word}&limit=5")
    elif form == 4:
        log.info("job %s finished in %d ms", word, RNG.randint(5, 900))
    else:
        log.debug("next page token: none, %d items left", RNG.randint(0, 99))


def leaks(client: httpx.Client) -> list[Callable[[], Any]]:
    """Calls with a secret."""

    def status_error() -> None:
        url = f"https://geo.example.com/slow?key={MADE.token(32)}&q={RNG.choice(WORDS)}"
        try:
            client.get(url).raise_for_status()
        except httpx.HTTPStatusError as error:
            log.warning("geo failed: %s", error)

    def in_debug() -> None:
        logging.getLogger("httpcore").setLevel(logging.DEBUG)
        client.post("https://auth.example.com/login", json={"password": "not in the log"})
        logging.getLogger("httpcore").setLevel(logging.INFO)

    def basic() -> None:
        password = MADE.password(safe=True)
        client.get(f"https://svc-stock:{password}@stock.example.com/v2/report.csv")
        log.info("fetched from https://svc-stock:%s@stock.example.com", password)

    def request_repr() -> None:
        request = client.build_request(
            "GET", "https://pay.example.com/me", headers={"Authorization": f"Bearer {MADE.jwt()}"}
        )
        log.info("sending %r %r", request, request.headers)
        log.info("raw: %s", request.headers.raw)

    kind, hook, file = "token_unmarked", "https://hooks.example.com/in", "https://cdn.example.com"
    if MODE == "services":
        return [
            lambda: client.get(f"https://weather.example.com/now?q=Oslo&api_key={MADE.hex_token(32)}"),
            lambda: client.get(f"https://weather.example.com/now?appid={MADE.hex_token(32)}&q=Rome"),
            status_error,
            in_debug,
            basic,
            request_repr,
            lambda: client.get("https://pay.example.com/cards", params={"pan": MADE.card()}),
            lambda: client.get("https://sms.example.com/send", params={
                "login": "shop", "psw": MADE.password(), "mes": f"Your code is {MADE.otp()}"}),
            lambda: client.post(f"{hook}/{MADE.b64_token(24, kind)}", json={}),
            lambda: client.get(f"{file}/a.pdf?exp=1795500000&sig={MADE.b64_token(32)}"),
            lambda: client.get("https://api.example.com/me", params={"access_token": MADE.jwt()}),
        ]  # fmt: skip
    bot = MADE.telegram()
    api = "https://api.telegram.org"
    return [
        lambda: client.post(f"{api}/bot{bot}/getUpdates", json={"timeout": 10}),
        lambda: client.post(f"{api}/bot{bot}/sendMessage", json={"text": "hi"}),
        lambda: client.get(f"{api}/file/bot{bot}/photos/file_{RNG.randint(1, 99)}.jpg"),
        lambda: client.get(
            f"https://maps.googleapis.com/maps/api/geocode/json?key={MADE.google()}"
        ),
        lambda: client.post(f"https://hooks.slack.com/services/{MADE.slack_hook()}", json={}),
        lambda: log.error("bot %s stopped", MADE.telegram()),
        lambda: client.get("https://api.stripe.com/v1/charges?key=" + MADE.stripe()),
    ]


def main() -> None:
    """The whole run."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s - %(name)s - %(levelname)s - %(message)s",
        stream=sys.stdout,
    )
    log.setLevel(logging.DEBUG)
    with contextlib.suppress(FileNotFoundError):
        Path(SOCKET).unlink()
    start_tls(answer, SOCKET)
    transport = httpx.HTTPTransport(uds=SOCKET, verify=False)
    with httpx.Client(transport=transport) as client:
        forms = leaks(client)
        done = 0
        for step in range(420):
            if step % 9 == 2:
                forms[done % len(forms)]()
                done += 1
            else:
                ordinary(client)


main()
