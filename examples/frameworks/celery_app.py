"""
Tasks of a shop in a pool of processes, with errors in Sentry.

Run a worker with ``celery -A celery_app worker``.
"""

import redactor

# In the module that holds the application: the worker imports it before it sets its logging up and
# before it forks its pool, and a program that sends tasks imports it too.
redactor.install()

import logging
import os
import warnings

import sentry_sdk
from celery import Celery
from celery.signals import celeryd_init
from celery.utils.log import get_task_logger

app = Celery("shop", broker="filesystem://", backend="file://results")
app.conf.broker_transport_options = {
    "data_folder_in": "queue",
    "data_folder_out": "queue",
    "control_folder": "control",
}
app.conf.worker_send_task_events = True
log = get_task_logger(__name__)


@celeryd_init.connect
def start_sentry(**kwargs):
    sentry_sdk.init(dsn=os.environ.get("SENTRY_DSN"), send_default_pii=True, traces_sample_rate=1.0)


@app.task
def sign_in(user, password):
    log.info("signing in %s", {"user": user, "password": password})
    return {"user": user, "access_token": os.environ["SIGN_IN_VALUE"]}


@app.task
def charge(order, card):
    raise ValueError(f"card {card} was refused for order {order}")


@app.task(bind=True, max_retries=1, default_retry_delay=0.1)
def import_stock(self, address, api_key=None):
    try:
        raise ConnectionError(f"cannot connect to {address}")
    except ConnectionError as error:
        raise self.retry(exc=error)


@app.task
def report(token):
    # Celery sends what a task prints and warns of to its log.
    print(f"reporting with token={token}")
    warnings.warn(f"the address ?token={token} is deprecated", FutureWarning)
    log.warning("no report", extra={"authorization": f"Bearer {token}"})
    return "sent"
