"""Loguru: a file that a thread writes."""

import tempfile
from pathlib import Path

from loguru import logger


def run(value):
    with tempfile.TemporaryDirectory() as folder:
        number = logger.add(Path(folder, "shop.log"), enqueue=True, format="{message}")
        logger.info("api_key={}", value)  # leak: loguru
        logger.complete()
        logger.remove(number)


def leaky(made):
    run(made.token)


def clean(made):
    run("None")
