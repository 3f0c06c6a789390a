"""Sentry: a message."""

import sentry_sdk

from support import sentry


def run(text):
    with sentry():
        sentry_sdk.capture_message(text)  # leak: sentry


def leaky(made):
    run("payment with " + made.card + " declined")


def clean(made):
    run("payment declined")
