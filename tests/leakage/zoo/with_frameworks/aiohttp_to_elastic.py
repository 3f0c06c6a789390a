"""aiohttp: documents for Elasticsearch."""

import asyncio

import aiohttp

from support import server


async def run(line):
    with server() as port:
        async with aiohttp.ClientSession() as session:
            await session.post(f"http://127.0.0.1:{port}/logs/_bulk", data=line)  # leak: http


def leaky(made):
    asyncio.run(run('{"index":{}}\n{"message":"password=' + made.password + '"}\n'))


def clean(made):
    asyncio.run(run('{"index":{}}\n{"message":"done"}\n'))
