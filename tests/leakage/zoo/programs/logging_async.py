"""A coroutine that logs."""

import asyncio
import logging

log = logging.getLogger("shop.tasks")


async def work(line):
    await asyncio.sleep(0)
    log.info("job %s", line)  # leak: logging


def leaky(made):
    asyncio.run(work("secret=" + made.token))


def clean(made):
    asyncio.run(work("done"))
