"""SQLAlchemy: an error that echoes its parameters."""

import logging

import sqlalchemy

log = logging.getLogger("shop.db")


def run(made, hide):
    engine = sqlalchemy.create_engine("sqlite://", hide_parameters=hide)
    try:
        with engine.connect() as connection:
            connection.execute(
                sqlalchemy.text("insert into none values (:card)"), {"card": made.card}
            )
    except sqlalchemy.exc.OperationalError as error:
        log.error("not saved: %s", error)  # leak: logging
    engine.dispose()


def leaky(made):
    run(made, False)


def clean(made):
    run(made, True)
