"""
A gateway: a server and a client with aiohttp, with access log and tracing.

Run it with ``python aiohttp_app.py PORT PARTNER-ADDRESS``.
"""

import redactor

redactor.install()

import asyncio
import logging
import sys

from aiohttp import ClientSession, TraceConfig, WSMsgType, web

log = logging.getLogger("gateway")
routes = web.RouteTableDef()


async def on_request_start(session, context, params):
    log.debug("calling %s %s with %s", params.method, params.url, params.headers)


async def on_request_end(session, context, params):
    log.debug("answer %s", params.response)


@routes.post("/orders/{token}")
async def order(request):
    log.info("request %r with %s", request, request.headers)
    log.info("cookies %s, body %s", request.cookies, await request.json())
    return web.json_response({"ok": True})


@routes.post("/login")
async def login(request):
    log.info("login %s", await request.post())
    return web.json_response({"ok": True})


@routes.post("/upload")
async def upload(request):
    async for part in await request.multipart():
        log.info("part %s: %s", part.filename, {part.name: await part.read()})
    return web.json_response({"ok": True})


@routes.post("/stock")
async def stock(request):
    body = await request.json()
    await request.app["session"].get(
        f"{sys.argv[2]}/stock",
        params={"api_key": body["api_key"]},
        headers={"Authorization": f"Bearer {body['token']}"},
    )
    return web.json_response({"ok": True})


@routes.post("/charge")
async def charge(request):
    body = await request.json()
    raise RuntimeError(f"the gateway refused card {body['card']}")


async def send_receipt(mail_password):
    raise OSError(f"535 login failed: smtp_password={mail_password}")


@routes.post("/receipt")
async def receipt(request):
    body = await request.json()
    # Nobody waits for the task: asyncio logs what it raises when it is thrown away.
    asyncio.get_running_loop().create_task(send_receipt(body["mail_password"]))
    return web.json_response({"ok": True})


@routes.get("/ws")
async def chat(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    log.info("chat with %s", dict(request.headers))
    async for message in socket:
        if message.type == WSMsgType.TEXT:
            log.info("message %s", message)
            await socket.send_json({"seen": True})
    return socket


async def with_session(app):
    trace = TraceConfig()
    trace.on_request_start.append(on_request_start)
    trace.on_request_end.append(on_request_end)
    async with ClientSession(trace_configs=[trace]) as app["session"]:
        yield


def main():
    logging.basicConfig(level=logging.DEBUG)
    app = web.Application()
    app.add_routes(routes)
    app.cleanup_ctx.append(with_session)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))


if __name__ == "__main__":
    main()
