"""Django: the log of statements."""

import logging

from support import django_connection


def run(card):
    with django_connection() as connection:
        connection.force_debug_cursor = True
        connection.cursor().execute("select %s", [card])  # leak: logging


def leaky(made):
    logging.getLogger("django.db.backends").setLevel(logging.DEBUG)
    run(made.card)


def clean(made):
    logging.getLogger("django.db.backends").setLevel(logging.DEBUG)
    run(made.card[-4:])
