"""The path of a request, with what its query holds."""

import logging
from urllib.parse import urlsplit

log = logging.getLogger("shop.access")


def leaky(made):
    log.info("GET %s 200", f"/reset?token={made.token}&page=2")  # leak: logging


def clean(made):
    log.info("GET %s 200", urlsplit(f"/reset?token={made.token}&page=2").path)
