"""A note that was added to an exception."""

import logging

log = logging.getLogger("shop")


def leaky(made):
    try:
        raise ValueError("refused")
    except ValueError as error:
        error.add_note("request had password=" + made.password)
        log.error("refused", exc_info=error)  # leak: logging


def clean(made):
    try:
        raise ValueError("refused")
    except ValueError as error:
        error.add_note("request had a password")
        log.error("refused", exc_info=error)
