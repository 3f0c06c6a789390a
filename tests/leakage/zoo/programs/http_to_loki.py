"""A log shipper of the program's own."""

import gzip
import json
import urllib.request

from support import server


def push(line, path):
    body = {"streams": [{"stream": {"app": "shop"}, "values": [["1", line]]}]}
    with server() as port:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}",
            gzip.compress(json.dumps(body).encode()),
            {"Content-Encoding": "gzip", "Content-Type": "application/json"},
        )
        urllib.request.urlopen(request).read()  # leak: http


def leaky(made):
    push("password=" + made.password, "/loki/api/v1/push")


def clean(made):
    push("user=bob", "/loki/api/v1/push")
    # To the program's own service, where a password belongs.
    push("password=" + made.password, "/login")
