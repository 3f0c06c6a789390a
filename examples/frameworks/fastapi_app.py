"""
A shop API, with logging, errors and traces in Sentry.

Run it with ``uvicorn fastapi_app:app``, or with several workers under gunicorn:
``gunicorn -k uvicorn_worker.UvicornWorker fastapi_app:app``.
"""

import redactor

# At the top of the module that holds the application: each worker process of the server imports
# it, before its first request. The server set its logging up earlier; that is covered too.
redactor.install()

import logging
import os
import warnings
from contextlib import asynccontextmanager
from typing import Any

import sentry_sdk
from fastapi import BackgroundTasks, FastAPI, File, Form, Request, UploadFile, WebSocket
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

log = logging.getLogger("shop")
logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(levelname)s %(name)s %(message)s")
logging.captureWarnings(True)

sentry_sdk.init(
    dsn=os.environ.get("SENTRY_DSN"),
    send_default_pii=True,
    max_request_body_size="always",
    traces_sample_rate=1.0,
    enable_logs=True,
)


class Card(BaseModel):
    number: str
    cvv: str


class Order(BaseModel):
    order_id: str
    user_id: int
    password: str
    card: Card


@asynccontextmanager
async def lifespan(app: FastAPI):
    log.info("starting with database %s", os.environ.get("DATABASE_URL"))
    yield
    log.info("stopped")


app = FastAPI(lifespan=lifespan)


@app.middleware("http")
async def log_requests(request: Request, call_next):
    log.info(
        "%s %s headers=%s", request.method, request.url, dict(request.headers),
        extra={"cookies": request.cookies},
    )  # fmt: skip
    response = await call_next(request)
    log.info("request %s answered %d", request.headers.get("x-request-id"), response.status_code)
    return response


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError):
    log.warning("invalid request: %s, body: %s", error.errors(), error.body)
    return await request_validation_exception_handler(request, error)


@app.post("/orders/{token}")
async def order(token: str, order: Order, request: Request):
    log.debug("raw body of %s: %s", order.order_id, await request.body())
    log.info("order %r", order)
    return {"order": order.order_id}


@app.post("/login")
async def login(username: str = Form(), password: str = Form()):
    log.info("login %s", {"username": username, "password": password})
    return {"user": username}


@app.post("/upload")
async def upload(api_key: str = Form(), file: UploadFile = File()):
    content = await file.read()
    log.info("upload %s with %s: %r", file.filename, {"api_key": api_key}, content)
    return {"size": len(content)}


def ask_partner(password: str, secret_key: str):
    address = f"postgres://shop:{password}@db.example.com:5432/stock"
    raise ConnectionError(f"cannot connect to {address}")


@app.post("/partner")
def partner(body: dict[str, Any]):
    try:
        ask_partner(body["password"], secret_key=body["secret_key"])
    except ConnectionError:
        log.exception("the partner of user %d does not answer", body["user_id"])
    return {"stock": None}


def charge(card: str, token: str):
    headers = {"Authorization": f"Bearer {token}"}
    raise RuntimeError(f"the gateway refused card {card}")


@app.post("/charge")
def charges(body: dict[str, Any]):
    charge(body["card"], body["token"])


@app.post("/old")
def old(body: dict[str, Any]):
    warnings.warn(f"/old?token={body['token']} is deprecated", FutureWarning)
    return {"use": "/orders"}


async def send_receipt(mail_password: str):
    log.info("sending with %s", {"mail_password": mail_password})
    raise OSError(f"535 login failed: smtp_password={mail_password}")


@app.post("/receipt")
def receipt(body: dict[str, Any], background: BackgroundTasks):
    background.add_task(send_receipt, body["mail_password"])
    return {"sent": True}


@app.websocket("/ws")
async def chat(socket: WebSocket):
    await socket.accept()
    log.info("chat with %s", dict(socket.headers))
    while True:
        message = await socket.receive_json()
        log.info("message %s", message)
        if message.get("end"):
            raise ValueError(f"cannot handle {message}")
        await socket.send_json({"seen": True})
