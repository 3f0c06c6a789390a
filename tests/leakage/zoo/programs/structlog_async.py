"""structlog: an event of a coroutine, which a thread of structlog's own writes."""

import asyncio

import structlog

log = structlog.wrap_logger(
    structlog.PrintLogger(),
    wrapper_class=structlog.make_filtering_bound_logger(0),
    processors=[structlog.processors.LogfmtRenderer()],
)


async def run(**values):
    await log.ainfo("login", **values)  # leak: structlog


def leaky(made):
    asyncio.run(run(password=made.password))


def clean(made):
    asyncio.run(run(user="bob"))
