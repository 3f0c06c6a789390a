"""structlog: an event as JSON."""

import structlog

log = structlog.wrap_logger(
    structlog.PrintLogger(), processors=[structlog.processors.JSONRenderer()]
)


def leaky(made):
    log.info("login", user={"name": "bob", "password": made.password})  # leak: structlog user.password


def clean(made):
    log.info("login", user={"name": "bob"})
