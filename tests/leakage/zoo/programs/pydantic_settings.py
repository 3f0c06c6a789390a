"""pydantic: the repr of settings."""

import logging

import pydantic

log = logging.getLogger("shop.start")


class Settings(pydantic.BaseModel):
    host: str
    password: str


class Careful(pydantic.BaseModel):
    host: str
    password: pydantic.SecretStr


def leaky(made):
    log.info("settings %s", Settings(host="db", password=made.password))  # leak: logging


def clean(made):
    log.info("settings %s", Careful(host="db", password=made.password))
