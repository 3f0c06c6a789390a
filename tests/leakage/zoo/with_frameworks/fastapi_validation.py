"""FastAPI: a handler of validation errors that logs the body."""

import logging

import fastapi
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient

log = logging.getLogger("shop.api")
app = fastapi.FastAPI()


@app.exception_handler(RequestValidationError)
async def invalid(request, error):
    log.warning("invalid body %s", error.body)  # leak: logging
    return fastapi.responses.JSONResponse({}, 422)


@app.post("/pay")
def pay(amount: int = fastapi.Body(embed=True)):
    return {}


def leaky(made):
    TestClient(app).post("/pay", json={"amount": "x", "card": made.card})


def clean(made):
    TestClient(app).post("/pay", json={"amount": "x"})
