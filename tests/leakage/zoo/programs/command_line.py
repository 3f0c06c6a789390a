"""The command line of a process that is started."""

import logging

log = logging.getLogger("shop.run")


def leaky(made):
    log.info("running mysqldump --user root --password=%s shop", made.password)  # leak: logging


def clean(made):
    log.info("running mysqldump --user root shop")
