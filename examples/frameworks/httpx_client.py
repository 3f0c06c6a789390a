"""
A chat bot, with logging as the documentation of httpx shows it.

Run it with ``python httpx_client.py SETTINGS.TOML``. The token of a bot is part of each address, and
httpx logs each address at level INFO.
"""

import redactor

redactor.install()

import logging
import sys
import tomllib
from pathlib import Path

import httpx

logging.basicConfig(
    format="%(levelname)s [%(asctime)s] %(name)s - %(message)s",
    datefmt="%Y-%m-%d %H:%M:%S",
    level=logging.DEBUG,
)
log = logging.getLogger("bot")


def main():
    settings = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))
    api = settings.get("api", "https://api.telegram.org")
    bot = f"{api}/bot{settings['bot_token']}"
    with httpx.Client(auth=("bot", settings["proxy_pass"])) as client:
        client.post(f"{bot}/sendMessage", json={"chat_id": 4711, "text": "hello"})
        client.get(f"{api}/weather", params={"q": "Oslo", "appid": settings["weather_key"]})
        request = client.build_request(
            "GET", f"{api}/me", headers={"X-Api-Key": settings["crm_key"]}
        )
        log.debug("sending %r with %r", request, request.headers)
        answer = client.send(request)
        log.debug("answer %r with %r", answer, answer.headers)
        log.debug("to a request with %s", answer.request.headers.raw)
        try:
            client.get(f"{api}/missing", params={"token": settings["map_token"]}).raise_for_status()
        except httpx.HTTPStatusError:
            log.exception("no map")


if __name__ == "__main__":
    main()
