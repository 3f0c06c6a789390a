"""A card number in a sentence."""

import logging

log = logging.getLogger("shop")


def leaky(made):
    log.warning(f"payment with {made.card} was declined")  # leak: logging


def clean(made):
    log.warning(f"payment with card ending in {made.card[-4:]} was declined")
