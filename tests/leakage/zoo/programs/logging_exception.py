"""The message of an exception, in the traceback of ``log.exception``."""

import logging

log = logging.getLogger("shop")


def leaky(made):
    try:
        raise ConnectionError("no route to postgres://shop:" + made.password + "@db/shop")
    except ConnectionError:
        log.exception("no database")  # leak: logging


def clean(made):
    try:
        raise ConnectionError("no route to postgres://shop@db/shop")
    except ConnectionError:
        log.exception("no database")
