"""httpx: the line that it logs for each request."""

import logging

import httpx


def run(url):
    logging.getLogger("httpx").setLevel(logging.INFO)
    answer = httpx.MockTransport(lambda request: httpx.Response(200))
    with httpx.Client(transport=answer) as client:
        client.get(url)  # leak: logging


def leaky(made):
    run(f"https://api.example.com/users?api_key={made.token}")


def clean(made):
    run("https://api.example.com/users")
