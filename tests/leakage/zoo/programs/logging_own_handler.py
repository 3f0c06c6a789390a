"""A handler of the program's own, that asks the record and not a formatter."""

import logging


class Sending(logging.Handler):
    sent = []

    def emit(self, record):
        self.sent.append(record.getMessage())


def run(made, what):
    log = logging.Logger("shop.own")
    log.addHandler(Sending())
    log.info("order %s", what)  # leak: logging


def leaky(made):
    run(made, {"card": made.card})


def clean(made):
    run(made, {"card": made.card[-4:]})
