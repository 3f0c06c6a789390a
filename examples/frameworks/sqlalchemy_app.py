"""
An import of customers, with ``echo=True``: each statement and its parameters are logged.

Run it with ``python sqlalchemy_app.py CUSTOMERS.CSV``.

With ``paramstyle="named"`` the parameters have their names beside them, as those of PostgreSQL
have anyway. Among parameters by position nothing tells that a text is a password; cards, tokens
and secrets of the environment are found all the same. ``create_engine(hide_parameters=True)`` leaves
all parameters out.
"""

import redactor

redactor.install()

import csv
import logging
import os
import sys

from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column

log = logging.getLogger("importer")


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    card: Mapped[str] = mapped_column(unique=True)
    api_token: Mapped[str]
    password: Mapped[str]


def main():
    logging.basicConfig(level=logging.INFO)
    log.info("importing into %s", os.environ.get("DATABASE_URL"))
    # Nothing tells that the third one is a password, but that it is in the environment.
    log.info("as %s", ("db.example.com", "importer", os.environ.get("DB_PASSWORD")))
    engine = create_engine("sqlite://", echo=True, paramstyle="named")
    Base.metadata.create_all(engine)
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with Session(engine) as session:
        for row in rows:
            customer = Customer(**row)
            log.info("importing %r", customer)
            session.add(customer)
        session.commit()
        found = session.scalars(select(Customer).where(Customer.card == rows[0]["card"])).one()
        log.info("found customer %s", found.id)
        session.add(Customer(**rows[0] | {"id": 99}))
        try:
            session.commit()
        except IntegrityError:
            log.exception("customer 99 is there already")


if __name__ == "__main__":
    main()
