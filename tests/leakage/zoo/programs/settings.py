"""The settings of a program, shown when it starts."""

import dataclasses
import logging

log = logging.getLogger("shop.start")


@dataclasses.dataclass
class Settings:
    host: str
    password: str


@dataclasses.dataclass
class Careful:
    host: str
    password: str = dataclasses.field(repr=False)


def leaky(made):
    log.info("starting with %r", Settings("db", made.password))  # leak: logging


def clean(made):
    log.info("starting with %r", Careful("db", made.password))
