"""
An ASGI application without a framework, in two worker processes.

Run it with ``python uvicorn_app.py PORT``.
"""

import redactor

# At the top of the module, not under ``if __name__ == "__main__"``: the main process runs it and
# each worker process imports it.
redactor.install()

import json
import logging
import os
import sys

import uvicorn
from uvicorn.config import LOGGING_CONFIG

log = logging.getLogger("shop")


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    log.info("request %s %s", scope["path"], {"headers": scope["headers"]})
    body = (await receive())["body"]
    log.info("body %s", body, extra={"request_body": body})
    if scope["path"] == "/charge":
        order = json.loads(body)
        raise RuntimeError(f"the gateway refused card {order['card']}")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


LOGGING = {
    **LOGGING_CONFIG,
    "root": {"handlers": ["default", "file"], "level": "INFO"},
    "handlers": {
        **LOGGING_CONFIG["handlers"],
        "file": {"class": "logging.FileHandler", "filename": "uvicorn.log", "formatter": "default"},
    },
}

if __name__ == "__main__":
    uvicorn.run(
        "uvicorn_app:app", port=int(sys.argv[1]), workers=2, log_level="trace", log_config=LOGGING
    )
