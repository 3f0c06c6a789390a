"""A push to Loki in the form that its own agents send: protobuf in a snappy block."""

import urllib.request

from cramjam import snappy
from support import server


def field(number, data):
    assert len(data) < 128
    return bytes((number << 3 | 2, len(data))) + data


def push(name, value):
    metadata = field(3, field(1, name.encode()) + field(2, value.encode()))
    entry = field(2, field(2, b"login") + metadata)
    body = bytes(snappy.compress_raw(field(1, field(1, b'{app="shop"}') + entry)))
    headers = {"Content-Type": "application/x-protobuf"}
    with server() as port:
        sent = urllib.request.Request(f"http://127.0.0.1:{port}/loki/api/v1/push", body, headers)
        urllib.request.urlopen(sent).read()  # leak: http streams[0].entries[0].structuredMetadata.password


def leaky(made):
    push("password", made.password)


def clean(made):
    push("user", "bob")
