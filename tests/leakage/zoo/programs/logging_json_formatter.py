"""A formatter that writes every attribute; its twin writes those that are declared."""

import io
import json
import logging


class Everything(logging.Formatter):
    def format(self, record):
        return json.dumps({"message": record.getMessage(), "login": record.login})


class Declared(logging.Formatter):
    def format(self, record):
        return json.dumps({"message": record.getMessage(), "user": record.login["user"]})


def run(formatter, made):
    log = logging.Logger("shop.json")
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    log.addHandler(handler)
    log.info("x", extra={"login": {"user": 1, "password": made.password}})  # leak: logging login.password


def leaky(made):
    run(Everything(), made)


def clean(made):
    run(Declared(), made)
