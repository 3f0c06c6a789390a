"""Celery: the arguments of a task that failed."""

from celery import Celery

app = Celery("shop", broker="memory://", backend="cache+memory://")
app.conf.update(task_always_eager=True)


@app.task
def pay(card):
    raise ValueError(f"card {card} refused")


def leaky(made):
    pay.apply(args=[made.card])  # leak: logging


def clean(made):
    pay.apply(args=[made.card[-4:]])
