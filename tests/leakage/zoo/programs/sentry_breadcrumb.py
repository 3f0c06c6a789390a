"""Sentry: what was logged before something went wrong, in a record that reaches no handler."""

import sentry_sdk

from support import sentry


def run(line):
    with sentry():
        sentry_sdk.add_breadcrumb(category="http", message=line)
        sentry_sdk.capture_message("failed")  # leak: sentry


def leaky(made):
    run(f"GET /reset?token={made.token}")


def clean(made):
    run("GET /reset")
