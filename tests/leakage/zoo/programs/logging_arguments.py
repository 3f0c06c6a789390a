"""A password as an argument of a log call."""

import logging

log = logging.getLogger("shop")


def leaky(made):
    log.info("login user=%s password=%s", "bob", made.password)  # leak: logging


def clean(made):
    log.info("login user=%s", "bob")
