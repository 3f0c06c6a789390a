"""The address of a database, with its password."""

import logging
from urllib.parse import urlsplit

log = logging.getLogger("shop.db")


def leaky(made):
    log.debug("connecting to %s", f"mysql://shop:{made.password}@db.internal/shop")  # leak: logging


def clean(made):
    log.debug("connecting to %s", urlsplit(f"mysql://shop:{made.password}@db.internal/x").hostname)
