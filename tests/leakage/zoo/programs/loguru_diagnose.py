"""Loguru: the variables that a traceback shows."""

import io
import sys

from loguru import logger


def run(made, diagnose):
    logger.remove()
    logger.add(io.StringIO(), diagnose=diagnose)
    password = made.password
    try:
        len(password) / 0
    except ZeroDivisionError:
        logger.exception("sum failed")  # leak: loguru
    finally:
        logger.remove()
        logger.add(sys.stderr)


def leaky(made):
    run(made, True)


def clean(made):
    run(made, False)
