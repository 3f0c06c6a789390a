"""A process that starts a new interpreter."""

import multiprocessing
import logging


def work(line):
    logging.basicConfig()
    logging.warning("job %s", line)  # leak: logging


def run(line):
    process = multiprocessing.get_context("spawn").Process(target=work, args=(line,))
    process.start()
    process.join()
    assert process.exitcode == 0


def leaky(made):
    run("card " + made.card)


def clean(made):
    run("done")
