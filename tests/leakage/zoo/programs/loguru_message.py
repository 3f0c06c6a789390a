"""Loguru: an argument."""

from loguru import logger


def leaky(made):
    logger.info("login password={}", made.password)  # leak: loguru


def clean(made):
    logger.info("login of {}", "bob")
