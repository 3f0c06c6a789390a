"""The cause of an exception, that of a library."""

import logging

log = logging.getLogger("shop")


def connect(dsn):
    try:
        raise OSError("cannot reach " + dsn)
    except OSError as error:
        raise RuntimeError("no database") from error


def leaky(made):
    try:
        connect("amqp://shop:" + made.password + "@broker")
    except RuntimeError:
        log.exception("start failed")  # leak: logging


def clean(made):
    try:
        connect("amqp://broker")
    except RuntimeError:
        log.exception("start failed")
