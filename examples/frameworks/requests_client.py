"""
A program that calls an API, with the debug output that the documentation of requests shows.

Run it with ``python requests_client.py SETTINGS.TOML``. ``http.client`` prints what it sends
and receives, it does not log it: hence ``streams=True``.
"""

import redactor

redactor.install(streams=True)

import http.client
import logging
import sys
import tomllib
from pathlib import Path

import requests

http.client.HTTPConnection.debuglevel = 1
logging.basicConfig()
logging.getLogger().setLevel(logging.DEBUG)
requests_log = logging.getLogger("urllib3")
requests_log.setLevel(logging.DEBUG)
requests_log.propagate = True


def main():
    settings = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))
    api = settings["api"]
    session = requests.Session()
    session.auth = ("shop", settings["api_pass"])
    session.post(
        f"{api}/sessions",
        params={"api_key": settings["api_key"]},
        json={"user_id": 4711, "password": settings["login_pass"]},
    )
    session.post(f"{api}/pay", data={"card_number": settings["card"], "amount": "12.00"})
    print("token of the session:", {"token": settings["session_value"]})
    try:
        session.get(
            f"{api}/missing", params={"access_token": settings["access"]}
        ).raise_for_status()
    except requests.HTTPError as error:
        print(error)
    requests.get("http://127.0.0.1:1/stock", params={"secret": settings["stock"]}, timeout=1)


if __name__ == "__main__":
    main()
