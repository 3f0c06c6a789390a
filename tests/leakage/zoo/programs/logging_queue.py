"""A queue between the logger and its handler, whose formatter is in another thread."""

import io
import logging
import logging.handlers
import queue


class Masking(logging.Formatter):
    def format(self, record):
        return "a login"


def run(formatter, made):
    log = logging.Logger("shop.queue")
    waiting = queue.Queue()
    target = logging.StreamHandler(io.StringIO())
    target.setFormatter(formatter)
    listener = logging.handlers.QueueListener(waiting, target)
    log.addHandler(logging.handlers.QueueHandler(waiting))
    listener.start()
    log.info("password=%s", made.password)  # leak: logging
    listener.stop()


def leaky(made):
    run(logging.Formatter(), made)


def clean(made):
    run(Masking(), made)
