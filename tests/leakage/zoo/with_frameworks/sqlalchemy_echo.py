"""SQLAlchemy: statements with their parameters."""

import logging

import sqlalchemy


def run(made, hide):
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    engine = sqlalchemy.create_engine("sqlite://", hide_parameters=hide)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text("select :card"), {"card": made.card})  # leak: logging
    engine.dispose()
    logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)


def leaky(made):
    run(made, False)


def clean(made):
    run(made, True)
