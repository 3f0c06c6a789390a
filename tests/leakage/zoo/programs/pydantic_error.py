"""pydantic: a validation error that echoes its input."""

import logging

import pydantic

log = logging.getLogger("shop.api")


class Order(pydantic.BaseModel):
    amount: int


class Careful(Order):
    model_config = pydantic.ConfigDict(hide_input_in_errors=True)


def run(model, made):
    try:
        model(amount=f"to {made.card}")
    except pydantic.ValidationError as error:
        log.warning("refused: %s", error)  # leak: logging


def leaky(made):
    run(Order, made)


def clean(made):
    run(Careful, made)
