"""httpx: a log back-end, that a test answers for."""

import httpx


def run(line):
    answer = httpx.MockTransport(lambda request: httpx.Response(204))
    with httpx.Client(transport=answer) as client:
        client.post("https://http-intake.logs.example.com/api/v2/logs", json=[{"message": line}])  # leak: http


def leaky(made):
    run("password=" + made.password)


def clean(made):
    run("done")
