"""python-json-logger: every attribute of a record."""

import io
import logging

from pythonjsonlogger.json import JsonFormatter


def run(**extra):
    log = logging.Logger("shop.json")
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(JsonFormatter("%(message)s"))
    log.addHandler(handler)
    log.info("login", extra=extra)  # leak: logging password


def leaky(made):
    run(password=made.password)


def clean(made):
    run(user="bob")
