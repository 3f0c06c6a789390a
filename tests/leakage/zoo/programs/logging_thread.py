"""A thread that logs."""

import logging
import threading

log = logging.getLogger("shop.worker")


def work(line):
    log.info("job %s", line)  # leak: logging


def run(line):
    thread = threading.Thread(target=work, args=(line,))
    thread.start()
    thread.join()


def leaky(made):
    run("token=" + made.token)


def clean(made):
    run("done")
