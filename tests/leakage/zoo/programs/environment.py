"""The environment of a process."""

import logging
import os

log = logging.getLogger("shop.start")


def leaky(made):
    environment = {**dict(list(os.environ.items())[:0]), "SHOP_API_KEY": made.token, "LANG": "C"}
    log.debug("environment: %s", environment)  # leak: logging


def clean(made):
    log.debug("environment: %s", sorted({"SHOP_API_KEY": made.token, "LANG": "C"}))
