"""structlog: an event that the standard library formats."""

import io
import logging

import structlog


def run(**values):
    target = logging.Logger("shop.structlog")
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer())
    )
    target.addHandler(handler)
    log = structlog.wrap_logger(
        target, processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    )
    log.info("login", **values)  # leak: logging password


def leaky(made):
    run(password=made.password)


def clean(made):
    run(user="bob")
