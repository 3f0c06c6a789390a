"""A traceback that the program prints itself."""

import traceback


def run(message):
    try:
        raise ValueError(message)
    except ValueError:
        traceback.print_exc()  # leak: stderr


def leaky(made):
    run("token=" + made.token + " has expired")


def clean(made):
    run("a token has expired")
