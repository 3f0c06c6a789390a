"""requests: a collector of Splunk."""

import requests

from support import server


def run(event):
    with server() as port:
        requests.post(f"http://127.0.0.1:{port}/services/collector/event", json={"event": event})  # leak: http


def leaky(made):
    run({"user": "bob", "password": made.password})


def clean(made):
    run({"user": "bob"})
