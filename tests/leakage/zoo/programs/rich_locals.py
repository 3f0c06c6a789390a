"""Rich: a handler that shows the variables of a traceback."""

import logging
import sys

from rich.console import Console
from rich.logging import RichHandler


def run(made, show):
    log = logging.Logger("shop.rich")
    console = Console(file=sys.stderr, width=120, force_terminal=False)
    log.addHandler(RichHandler(console=console, rich_tracebacks=True, tracebacks_show_locals=show))
    fail(log, made.password)


def fail(log, password):
    try:
        raise ValueError("no")
    except ValueError:
        log.exception("failed")  # leak: stderr


def leaky(made):
    run(made, True)


def clean(made):
    run(made, False)
