"""A retry that logs what it sends again."""

import logging
import time

log = logging.getLogger("shop.retry")


def again(call, request, shown):
    for attempt in (1, 2):
        try:
            return call(request)
        except ConnectionError:
            log.warning("attempt %d of %s", attempt, shown)  # leak: logging
            time.sleep(0)
    return None


def down(request):
    raise ConnectionError


def leaky(made):
    request = {"path": "/login", "body": {"user": "bob", "password": made.password}}
    again(down, request, request)


def clean(made):
    request = {"path": "/login", "body": {"user": "bob", "password": made.password}}
    again(down, request, request["path"])
