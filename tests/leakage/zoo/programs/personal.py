"""An account number."""

import logging

log = logging.getLogger("shop.bank")


def leaky(made):
    log.info("refund to %s", made.iban)  # leak: logging


def clean(made):
    log.info("refund to the account of order %d", 1234)
