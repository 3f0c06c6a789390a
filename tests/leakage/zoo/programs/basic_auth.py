"""A password in base64."""

import base64
import logging

log = logging.getLogger("shop.http")


def leaky(made):
    value = base64.b64encode(f"shop:{made.password}".encode()).decode()
    log.debug("Authorization: Basic %s", value)  # leak: logging


def clean(made):
    log.debug("Authorization: Basic, user %s", "shop")
