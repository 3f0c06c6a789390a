"""
A shop, with logging as the documentation of Flask sets it up.

Run it with ``flask --app flask_app run``.
"""

import redactor

# Before the logging is configured and before Flask makes its logger.
redactor.install()

import logging
import os
import threading
import warnings
from logging.config import dictConfig

from flask import Flask, has_request_context, request
from pythonjsonlogger.json import JsonFormatter


class RequestFormatter(logging.Formatter):
    """The one of Flask's documentation: it adds where the request came from, and its address."""

    def format(self, record):
        if has_request_context():
            record.url = request.url
            record.remote_addr = request.remote_addr
        else:
            record.url = None
            record.remote_addr = None
        return super().format(record)


dictConfig(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "request": {
                "()": RequestFormatter,
                "format": "[%(asctime)s] %(remote_addr)s requested %(url)s\n"
                "%(levelname)s in %(module)s: %(message)s",
            },
            "json": {"()": JsonFormatter, "format": "%(asctime)s %(levelname)s %(message)s"},
        },
        "handlers": {
            "wsgi": {
                "class": "logging.StreamHandler",
                "stream": "ext://flask.logging.wsgi_errors_stream",
                "formatter": "request",
            },
            "file": {
                "class": "logging.handlers.RotatingFileHandler",
                "filename": "shop.jsonl",
                "maxBytes": 10_000_000,
                "backupCount": 3,
                "formatter": "json",
            },
        },
        "root": {"level": "DEBUG", "handlers": ["wsgi", "file"]},
    }
)
logging.captureWarnings(True)

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY")
app.logger.debug("configuration: %s", dict(app.config))


@app.before_request
def log_request():
    app.logger.info("%s %s", request.method, request.path, extra={"headers": dict(request.headers)})
    app.logger.debug("cookies %s", request.cookies)


@app.after_request
def log_response(response):
    app.logger.info("request %s: %s", request.headers.get("X-Request-Id"), response.status)
    return response


@app.post("/orders/<token>")
def order(token):
    app.logger.info("order %s", request.get_json())
    app.logger.debug("raw body %s", request.get_data())
    return {"order": request.json["order_id"]}


@app.post("/login")
def login():
    app.logger.info("login %s", request.form)
    return {"user": request.form["username"]}


@app.post("/upload")
def upload():
    content = request.files["file"].read()
    app.logger.info("upload %s: %r", request.form.to_dict(), content)
    return {"size": len(content)}


def ask_partner(password, secret_key):
    address = f"postgres://shop:{password}@db.example.com:5432/stock"
    raise ConnectionError(f"cannot connect to {address}", {"secret_key": secret_key})


@app.post("/partner")
def partner():
    try:
        ask_partner(request.json["password"], request.json["secret_key"])
    except ConnectionError:
        app.logger.exception("the partner of user %d does not answer", request.json["user_id"])
    return {"stock": None}


@app.post("/charge")
def charge():
    try:
        {}[request.json["token"]]
    except KeyError as error:
        raise RuntimeError(f"the gateway refused card {request.json['card']}") from error


@app.post("/old")
def old():
    warnings.warn(f"/old?token={request.json['token']} is deprecated", FutureWarning)
    return {"use": "/orders"}


def send_receipt(mail_password):
    raise OSError(f"535 login failed: smtp_password={mail_password}")


@app.post("/receipt")
def receipt():
    threading.Thread(target=send_receipt, args=(request.json["mail_password"],)).start()
    return {"sent": True}
