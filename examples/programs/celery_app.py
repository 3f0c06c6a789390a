"""A Celery application with a broker in a folder.

Worker: ``celery -A celery_app worker -P solo -l DEBUG -n worker1@app-1``
Producer: ``celery_app.py COUNT``
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.utils.log import get_task_logger
from made_up import WORDS, MadeUp

QUEUE = "/srv/app/run/queue"
app = Celery("shop", broker="filesystem://", backend="cache+memory://")
app.conf.broker_transport_options = {
    "data_folder_in": QUEUE,
    "data_folder_out": QUEUE,
    "control_folder": "/srv/app/run/control",
}
app.conf.task_ignore_result = False
log = get_task_logger(__name__)


@app.task(name="shop.tasks.resize")
def resize(name: str, width: int) -> str:
    """Make a small picture."""
    log.info("resize %s to %d", name, width)
    return f"{name}-{width}.webp"


@app.task(name="shop.tasks.sync_stock")
def sync_stock(sku: str, count: int) -> dict[str, Any]:
    """Write the stock."""
    return {"sku": sku, "count": count}


@app.task(name="shop.tasks.create_user")
def create_user(username: str, password: str) -> dict[str, Any]:
    """Make an account."""
    log.info("creating %s", username)
    return {"user": username, "password": password}


@app.task(name="shop.tasks.charge")
def charge(order: str, card: str, cvv: str) -> str:
    """Charge a card."""
    if card.startswith("3"):
        raise ValueError(f"card {card} was refused for order {order}")
    return "charged"


@app.task(name="shop.tasks.call_partner")
def call_partner(url: str, headers: dict[str, str]) -> str:
    """Call a partner."""
    log.debug("GET %s %s", url, headers)
    return "200"


@app.task(name="shop.tasks.import_rows", bind=True, max_retries=1, default_retry_delay=1)
def import_rows(self: Any, dsn: str) -> None:
    """Import rows; the database is down."""
    raise self.retry(exc=ConnectionError(f"cannot connect to {dsn}"))


@app.task(name="shop.tasks.login_token")
def login_token(user: str) -> dict[str, str]:
    """Give a token: it gets into the log as the result of the task."""
    return {"access_token": MadeUp(f"celery-{user}").b64_token(30), "token_type": "Bearer"}


def produce(count: int) -> None:
    """Put tasks into the queue."""
    made = MadeUp("celery")
    rng = made.rng

    def ordinary() -> None:
        name = f"{rng.choice(WORDS)}-{rng.randint(1, 999)}"
        if rng.random() < 0.5:
            resize.delay(name, rng.choice((320, 640, 1280)))
        else:
            sync_stock.delay(sku=name, count=rng.randint(0, 99))

    leaks: list[Callable[[], Any]] = [
        lambda: create_user.delay(made.user(), made.password(kind="password_unmarked")),
        lambda: charge.delay(made.order(), made.card("visa"), made.cvv()),
        lambda: call_partner.delay(
            "https://partner.example.com/stock", {"Authorization": f"Bearer {made.jwt()}"}
        ),
        lambda: create_user.delay(username=made.user(), password=made.password()),
        lambda: import_rows.delay(made.dsn(rng.choice(("mysql+pymysql", "redis", "amqp")))),
        lambda: login_token.delay(made.user()),
        lambda: charge.delay(order=made.order(), card=made.card("amex", " "), cvv=made.cvv()),
        lambda: call_partner.delay(
            f"https://partner.example.com/stock?key={made.token(30)}", headers={"Accept": "*/*"}
        ),
        lambda: charge.delay(made.order(), made.card("diners"), made.cvv()),
    ]
    done = 0
    for step in range(count):
        if step % 4 == 2:
            leaks[done % len(leaks)]()
            done += 1
        else:
            ordinary()


if __name__ == "__main__":
    produce(int(sys.argv[1]))
