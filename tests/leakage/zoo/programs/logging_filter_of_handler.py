"""A filter that takes the password out, on one of two loggers."""

import io
import logging


class Masking(logging.Filter):
    def filter(self, record):
        record.args = tuple("***" if str(arg).startswith("Xw") else arg for arg in record.args)
        return True


def run(filters, made):
    log = logging.Logger("shop.filtered")
    handler = logging.StreamHandler(io.StringIO())
    for each in filters:
        handler.addFilter(each)
    log.addHandler(handler)
    log.info("user=%s password=%s", "bob", made.password)  # leak: logging


def leaky(made):
    run([], made)


def clean(made):
    run([Masking()], made)
