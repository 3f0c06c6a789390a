"""
A chat server, with the debug log of the library: handshakes and frames.

Run it with ``python websockets_app.py PORT``.
"""

import redactor

redactor.install()

import asyncio
import logging
import sys

from websockets.asyncio.server import serve

logging.basicConfig(format="%(asctime)s %(message)s", level=logging.DEBUG)


async def answer(socket):
    async for message in socket:
        await socket.send(f"seen: {message}")
        if "stop" in message:
            raise ValueError(f"cannot handle {message}")


async def main():
    async with serve(answer, "127.0.0.1", int(sys.argv[1])) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
