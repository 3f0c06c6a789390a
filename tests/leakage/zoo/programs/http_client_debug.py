"""The switch of ``http.client`` that prints what is sent."""

import http.client

from support import server


def run(made, level):
    with server() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.set_debuglevel(level)
        connection.request("POST", "/login", f"user=bob&password={made.password}")  # leak: stdout
        connection.getresponse().read()
        connection.close()


def leaky(made):
    run(made, 1)


def clean(made):
    run(made, 0)
