"""structlog: an event for people, with what was bound before."""

import structlog

log = structlog.wrap_logger(structlog.PrintLogger(), processors=[structlog.dev.ConsoleRenderer()])


def run(**bound):
    log.bind(**bound).warning("declined")  # leak: structlog


def leaky(made):
    run(card=made.card)


def clean(made):
    run(card_id=7)
