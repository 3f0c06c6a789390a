"""An exception that ends a thread."""

import threading


def work(message):
    raise ValueError(message)  # leak: tracebacks


def run(message):
    thread = threading.Thread(target=work, args=(message,))
    thread.start()
    thread.join()


def leaky(made):
    run("password=" + made.password)


def clean(made):
    run("no password")
