"""attrs: the repr of an object."""

import logging

import attrs

log = logging.getLogger("shop.start")


@attrs.define
class Client:
    host: str
    api_key: str


@attrs.define
class Careful:
    host: str
    api_key: str = attrs.field(repr=False)


def leaky(made):
    log.info("client %r", Client("api.example.com", made.token))  # leak: logging


def clean(made):
    log.info("client %r", Careful("api.example.com", made.token))
