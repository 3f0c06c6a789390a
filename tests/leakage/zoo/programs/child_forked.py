"""A process of a pool."""

import logging
import multiprocessing

log = logging.getLogger("shop.pool")


def work(line):
    print("job", line, flush=True)  # leak: stdout


def run(line):
    process = multiprocessing.get_context("fork").Process(target=work, args=(line,))
    process.start()
    process.join()


def leaky(made):
    run("password=" + made.password)


def clean(made):
    run("done")
