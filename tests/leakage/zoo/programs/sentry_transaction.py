"""Sentry: the data of a span."""

import sentry_sdk

from support import sentry


def run(key, value):
    with sentry(traces_sample_rate=1.0):
        with sentry_sdk.start_transaction(op="task", name="pay") as transaction:  # leak: sentry
            transaction.set_data(key, value)


def leaky(made):
    run("card", made.card)


def clean(made):
    run("order", 1234)
