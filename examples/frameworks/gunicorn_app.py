"""A WSGI application without a framework; ``gunicorn.conf.py`` has the two lines."""

import json
import logging
import os

log = logging.getLogger("gunicorn.error")


def app(environ, start_response):
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size)
    headers = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    log.info("%s %s", environ["PATH_INFO"], headers)
    log.info("body %s", body)
    if environ["PATH_INFO"] == "/partner":
        try:
            raise ConnectionError(f"cannot log in with {json.loads(body)}")
        except ConnectionError:
            log.exception("the partner does not answer")
    if environ["PATH_INFO"] == "/charge":
        raise RuntimeError(f"the gateway refused card {json.loads(body)['card']}")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
