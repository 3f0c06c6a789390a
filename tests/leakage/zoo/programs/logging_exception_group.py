"""One of several exceptions of a group."""

import logging

log = logging.getLogger("shop")


def leaky(made):
    try:
        raise ExceptionGroup("jobs", [ValueError("a"), ValueError("api_key=" + made.token)])
    except ExceptionGroup:
        log.exception("jobs failed")  # leak: logging


def clean(made):
    try:
        raise ExceptionGroup("jobs", [ValueError("a"), ValueError("no key")])
    except ExceptionGroup:
        log.exception("jobs failed")
