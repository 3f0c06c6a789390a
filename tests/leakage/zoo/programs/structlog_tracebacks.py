"""structlog: the variables in a structured traceback."""

import structlog


def run(made, show):
    log = structlog.wrap_logger(
        structlog.PrintLogger(),
        processors=[
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=show)
            ),
            structlog.processors.JSONRenderer(),
        ],
    )
    fail(log, made.password)


def fail(log, password):
    try:
        raise ValueError("no")
    except ValueError:
        log.exception("failed")  # leak: structlog


def leaky(made):
    run(made, True)


def clean(made):
    run(made, False)
