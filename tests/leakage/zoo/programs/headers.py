"""The headers of a request."""

import logging

log = logging.getLogger("shop.http")


def leaky(made):
    headers = {"Accept": "*/*", "Authorization": f"Bearer {made.token}"}
    log.debug("request headers: %s", headers)  # leak: logging


def clean(made):
    headers = {"Accept": "*/*", "Authorization": f"Bearer {made.token}"}
    log.debug("request headers: %s", sorted(headers))
