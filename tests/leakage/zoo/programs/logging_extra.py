"""An attribute of a record, which formatters for JSON and exporters write out."""

import logging

log = logging.getLogger("shop")


def leaky(made):
    log.info("login", extra={"password": made.password, "n": 1})  # leak: logging password


def clean(made):
    log.info("login", extra={"user_id": 7, "n": 1})
