"""OTLP as JSON under deflate: keys and values are apart, as its form wants them."""

import json
import urllib.request
import zlib

from support import server


def send(name, value):
    attribute = {"key": name, "value": {"stringValue": value}}
    span = {"name": "login", "traceId": "5b8efff798038103d269b633813fc60c", "attributes": [attribute]}
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    headers = {"Content-Encoding": "deflate", "Content-Type": "application/json"}
    with server() as port:
        sent = urllib.request.Request(f"http://127.0.0.1:{port}/v1/traces", zlib.compress(body), headers)
        urllib.request.urlopen(sent).read()  # leak: http resourceSpans[0].scopeSpans[0].spans[0].attributes.passwd


def leaky(made):
    send("passwd", made.password)


def clean(made):
    send("user", "bob")
