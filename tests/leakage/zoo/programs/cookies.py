"""The cookies of a request."""

import logging

log = logging.getLogger("shop.http")


def leaky(made):
    log.debug("Cookie: theme=dark; sessionid=%s", made.token)  # leak: logging


def clean(made):
    log.debug("the request has %d cookies", 2)
