"""requests: the debug line of urllib3."""

import logging

import requests

from support import server


def run(query):
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    with server() as port:
        requests.get(f"http://127.0.0.1:{port}/users{query}")  # leak: logging


def leaky(made):
    run(f"?access_token={made.token}")


def clean(made):
    run("?page=2")
