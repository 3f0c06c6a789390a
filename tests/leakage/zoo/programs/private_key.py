"""A private key, over many lines."""

import logging

log = logging.getLogger("shop.tls")


def leaky(made):
    log.debug("loaded %s", made.key)  # leak: logging


def clean(made):
    log.debug("loaded a key of %d lines", made.key.count("\n"))
