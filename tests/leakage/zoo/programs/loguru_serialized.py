"""Loguru: what is bound to a logger, written as JSON."""

import io

from loguru import logger


def run(**bound):
    number = logger.add(io.StringIO(), serialize=True)
    try:
        logger.bind(**bound).info("paid")  # leak: loguru record.extra.card
    finally:
        logger.remove(number)


def leaky(made):
    run(card=made.card)


def clean(made):
    run(order=1234)
