"""Sentry: the variables of a frame, under names that its scrubber does not know."""

import sentry_sdk

from support import sentry


def connect(dsn):
    raise ConnectionError("refused")


def run(dsn):
    with sentry():
        try:
            connect(dsn)
        except ConnectionError:
            sentry_sdk.capture_exception()  # leak: sentry


def leaky(made):
    run(f"postgres://shop:{made.password}@db/shop")


def clean(made):
    run("postgres://db/shop")
