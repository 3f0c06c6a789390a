"""A statement with its parameters in it."""

import logging

log = logging.getLogger("shop.sql")


def leaky(made):
    log.debug("CREATE USER shop IDENTIFIED BY '%s'", made.password)  # leak: logging


def clean(made):
    log.debug("CREATE USER shop IDENTIFIED BY ?")
