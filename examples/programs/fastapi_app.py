"""A small shop API (FastAPI). With ``LOGS=json`` Loguru writes JSON lines (``serialize=True``)."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

import httpx
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from loguru import logger
from pydantic import BaseModel

JSON_LOGS = os.environ.get("LOGS") == "json"
DATABASE_URL = os.environ["DATABASE_URL"]
PAYMENT_SECRET = os.environ["PAYMENT_SECRET"]


class Intercept(logging.Handler):
    """Hand the records of ``logging`` (and so those of uvicorn) to Loguru."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log one record."""
        logger.opt(exception=record.exc_info).log(record.levelname, record.getMessage())


if JSON_LOGS:
    logger.remove()
    logger.add(sys.stderr, serialize=True, diagnose=True, level="DEBUG")
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):
        logging.getLogger(name).handlers = [Intercept()]
        logging.getLogger(name).propagate = False

app = FastAPI()


class Login(BaseModel):
    """The body of a login."""

    username: str
    password: str
    otp: str = ""


class Payment(BaseModel):
    """The body of a payment."""

    order: str
    card_number: str
    cvv: str
    amount: float


@app.on_event("startup")
async def startup() -> None:
    """Say with which settings the API starts."""
    logger.info("starting shop-api with database {}", DATABASE_URL)
    logger.bind(settings={"debug": False, "payment_secret": PAYMENT_SECRET}).debug("settings")


@app.middleware("http")
async def log_request(request: Request, call_next: Any) -> Any:
    """Log each request; the way it is logged depends on the route, as in a grown code base."""
    path = request.url.path
    if JSON_LOGS:
        if path.startswith("/login"):
            body = await request.body()
            logger.info("request body: {}", body)
        elif path.startswith("/payments"):
            body = await request.body()
            logger.bind(path=path, body=body.decode()).info("payment request")
        elif path.startswith("/account"):
            logger.bind(headers=dict(request.headers)).info("{} {}", request.method, path)
        elif path.startswith("/partner"):
            logger.bind(headers=request.headers.items()).debug("partner call {}", path)
        elif path.startswith("/raw"):
            logger.debug("raw headers {}", request.scope["headers"])
    return await call_next(request)


@app.exception_handler(RequestValidationError)
async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Log what was wrong with a body."""
    logger.warning("validation failed on {}: {}", request.url.path, error.errors())
    return JSONResponse({"detail": "invalid"}, 422)


@app.get("/products/{number}")
async def product(number: int) -> dict[str, Any]:
    """A product."""
    if number % 17 == 0:
        logger.warning("product {} is not in stock", number)
        raise HTTPException(404)
    return {"id": number, "name": f"product-{number}"}


@app.get("/search")
async def search(q: str = "") -> dict[str, Any]:
    """Search."""
    logger.debug("search for {!r}: {} hits", q, len(q))
    return {"hits": len(q)}


@app.get("/stream")
@app.get("/account")
@app.get("/partner/stock")
@app.get("/raw/echo")
@app.get("/sso/callback")
async def fine(request: Request) -> dict[str, Any]:
    """Routes of which only the log line matters."""
    return {"ok": True}


@app.post("/login")
async def login(data: Login) -> dict[str, Any]:
    """Log in."""
    if len(data.password) % 5 == 0:
        logger.warning(f"login failed: {data!r}")
        raise HTTPException(401)
    if data.otp:
        logger.info("one-time code for {}: code={} sent by SMS", data.username, data.otp)
    return {"ok": True}


def charge(card_number: str, amount: float, secret: str) -> dict[str, Any]:
    """Send a payment to the gateway."""
    headers = {"Authorization": f"Bearer {secret}", "X-Amount": str(amount)}
    payload = {"card": card_number, "amount": amount}
    if amount > 900:
        raise ValueError(f"the gateway refused {amount}")
    return {"headers": headers, "payload": payload}


@app.post("/payments")
async def pay(data: Payment) -> dict[str, Any]:
    """Pay; the exception is logged with the values of the variables (``diagnose=True``)."""
    try:
        sent = charge(data.card_number, data.amount, PAYMENT_SECRET)
    except ValueError:
        if JSON_LOGS:
            logger.exception("payment {} failed", data.order)
        else:
            raise
        raise HTTPException(502) from None
    logger.info("charged {}", sent["payload"])
    return {"ok": True}


@app.get("/courier")
async def courier(api_key: str = "") -> dict[str, Any]:
    """Ask a courier service that is down."""
    url = f"http://127.0.0.1:9/track?api_key={api_key}"
    async with httpx.AsyncClient() as client:
        try:
            await client.get(url)
        except httpx.HTTPError as error:
            logger.error("courier call {} failed: {}", url, error)
            raise HTTPException(503) from error
    return {}
