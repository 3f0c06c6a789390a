"""The examples that are servers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.exits.frameworks.example import Example
from tests.exits.frameworks.programs import EXAMPLES, free_port
from tests.exits.frameworks.traffic import REQUEST_ID, Shop

if TYPE_CHECKING:
    from tests.exits.frameworks.example import Run

__all__ = ["SERVERS"]


def _fastapi(run: Run) -> None:
    plant = run.planted
    port = free_port()
    run.programs.serve(
        port,
        ["-m", "uvicorn", "fastapi_app:app", "--port", str(port)],
        {
            "SENTRY_DSN": run.sentry.dsn,
            "DATABASE_URL": f"postgres://shop:{plant.plain_password('address')}@db/shop",
        },
    )
    shop = Shop(port, plant)
    assert (200, 422) == (shop.order(), shop.invalid_order())
    assert (200, 200) == (shop.login(), shop.upload())
    assert 200 == shop.partner(plant.stripe("handled variable"))
    assert 500 == shop.charge(plant.token("unhandled variable"))
    assert 200 == shop.post_one("/old", "token", plant.token("warning"))
    shop.post_one("/receipt", "mail_password", plant.plain_password("background"))
    shop.chat(
        "/ws",
        {"user_id": 4713, "token": plant.token("socket message")},
        {"end": True, "password": plant.plain_password("socket error")},
    )


def _fastapi_under_gunicorn(run: Run) -> None:
    port = free_port()
    run.programs.serve(
        port,
        [
            *("-m", "gunicorn", "-k", "uvicorn_worker.UvicornWorker", "-w", "2"),
            *("-b", f"127.0.0.1:{port}", "--access-logfile", "access.log", "fastapi_app:app"),
        ],
    )
    shop = Shop(port, run.planted)
    assert (200, 422) == (shop.order(), shop.invalid_order())
    assert (200, 200, 500) == (shop.login(), shop.upload(), shop.charge())


def _uvicorn(run: Run) -> None:
    port = free_port()
    run.programs.serve(port, [os.fspath(EXAMPLES / "uvicorn_app.py"), str(port)])
    shop = Shop(port, run.planted)
    assert (200, 200, 200, 500) == (shop.order(), shop.login(), shop.upload(), shop.charge())


def _gunicorn(run: Run) -> None:
    port = free_port()
    run.programs.serve(
        port,
        ["-m", "gunicorn", "-c", os.fspath(EXAMPLES / "gunicorn.conf.py"), "gunicorn_app:app"],
        {"PORT": str(port), "PAYMENT_API_KEY": run.planted.token("settings")},
    )
    shop = Shop(port, run.planted)
    assert (200, 200, 200) == (shop.order(), shop.login(), shop.upload())
    assert (200, 500) == (shop.partner(run.planted.stripe("exception")), shop.charge())


def _flask(run: Run) -> None:
    plant = run.planted
    port = free_port()
    run.programs.serve(
        port,
        ["-m", "flask", "--app", "flask_app", "run", "--port", str(port)],
        {"SECRET_KEY": plant.token("settings")},
    )
    shop = Shop(port, plant)
    assert (200, 200, 200) == (shop.order(), shop.login(), shop.upload())
    assert 200 == shop.partner(plant.stripe("exception arguments"))
    assert 500 == shop.charge(plant.github("cause"))
    assert 200 == shop.post_one("/old", "token", plant.token("warning"))
    assert 200 == shop.post_one("/receipt", "mail_password", plant.plain_password("thread"))


def _django(run: Run) -> None:
    plant = run.planted
    port = free_port()
    manage = os.fspath(EXAMPLES / "django_site/manage.py")
    env = {"SECRET_KEY": "made-up", "SENTRY_DSN": run.sentry.dsn, "DEBUG": "1"}
    assert 0 == run.programs.run([manage, "migrate", "--run-syncdb"], env)
    run.programs.serve(port, [manage, "runserver", "--noreload", str(port)], env)
    shop = Shop(port, plant)
    assert (200, 200, 200) == (shop.order(), shop.login(), shop.upload())
    assert 200 == shop.partner(plant.stripe("handled variable"))
    assert 500 == shop.charge(plant.token("unhandled variable"))
    assert 200 == shop.post_one("/old", "token", plant.token("warning"))
    customer = {
        "name": "ada",
        "card": plant.card("customer card"),
        "api_token": plant.github("customer token"),
        "password": "!",
    }
    assert 200 == shop.post_json("/customers", customer)


def _aiohttp(run: Run) -> None:
    plant = run.planted
    port = free_port()
    partner = run.api(
        lambda *_: (200, {"Set-Cookie": f"sid={plant.token('answer cookie')}"}, b"[]")
    )
    run.programs.serve(port, [os.fspath(EXAMPLES / "aiohttp_app.py"), str(port), partner])
    shop = Shop(port, plant)
    assert (200, 200, 200) == (shop.order(), shop.login(), shop.upload())
    keys = {"api_key": plant.token("client query"), "token": plant.token("client header")}
    assert 200 == shop.post_json("/stock", keys)
    assert 500 == shop.charge()
    assert 200 == shop.post_one("/receipt", "mail_password", plant.plain_password("task"))
    shop.chat("/ws", {"user_id": 4713, "token": plant.token("socket message")})


def _websockets(run: Run) -> None:
    plant = run.planted
    port = free_port()
    run.programs.serve(port, [os.fspath(EXAMPLES / "websockets_app.py"), str(port)])
    Shop(port, plant).chat(
        "/chat",
        {"user_id": 4713, "token": plant.token("socket message")},
        {"stop": True, "password": plant.plain_password("socket error")},
    )


SERVERS = (
    Example(
        "fastapi",
        "fastapi_app.py",
        ("fastapi", "uvicorn", "python_multipart", "websockets", "sentry_sdk"),
        _fastapi,
        {
            "stdout-1": ('" 200', '" 422', '" 500'),
            "stderr-1": (
                f"request {REQUEST_ID} answered 200",
                "order-20871",
                "user 4712 does not answer",
                "in charge",
                "settings.env",
                "'user_id': 4713",
                "OSError",
            ),
            "sentry": ("/charge", "user 4712 does not answer", "RuntimeError", "OSError"),
        },
    ),
    Example(
        "gunicorn with uvicorn workers",
        "fastapi_app.py",
        ("fastapi", "uvicorn", "gunicorn", "uvicorn_worker", "python_multipart", "sentry_sdk"),
        _fastapi_under_gunicorn,
        {
            "stderr-1": (f"request {REQUEST_ID} answered 200", "order-20871", "in charge"),
            "access.log": ('" 200', '" 500'),
        },
    ),
    Example(
        "uvicorn",
        "uvicorn_app.py",
        ("uvicorn",),
        _uvicorn,
        {
            "stdout-1": ('" 200', '" 500'),
            "stderr-1": (REQUEST_ID, "order-20871", "RuntimeError", "ASGI [2] Started"),
            "uvicorn.log": (REQUEST_ID, "order-20871"),
        },
    ),
    Example(
        "gunicorn",
        "gunicorn.conf.py",
        ("gunicorn",),
        _gunicorn,
        {
            "stderr-1": (REQUEST_ID, "order-20871", "RuntimeError", "worker_class"),
            "access.log": ('" 200', "lang=en"),
        },
    ),
    Example(
        "flask",
        "flask_app.py",
        ("flask", "pythonjsonlogger"),
        _flask,
        {
            "stderr-1": (
                f"request {REQUEST_ID}: 200 OK",
                "order-20871",
                "127.0.0.1 requested http://127.0.0.1",
                "user 4712 does not answer",
                "in charge",
                "OSError",
            ),
            "shop.jsonl": (f"request {REQUEST_ID}: 200 OK", '"levelname": "INFO"', "FutureW"),
        },
    ),
    Example(
        "django",
        "django_site/shop/settings.py",
        ("django", "sentry_sdk"),
        _django,
        {
            "stderr-2": (
                f"request {REQUEST_ID} answered 200",
                "order-20871",
                "new customer 1",
                "INSERT INTO",
                "user 4712 does not answer",
                "in charge",
            ),
            "debug.log": (f"request {REQUEST_ID} answered 500", "INSERT INTO", '" 200'),
            "mails/*": ("Internal Server Error: /charge", "RuntimeError", "in charge"),
            "sentry": ("/charge", "user 4712 does not answer", "RuntimeError"),
        },
        ("db.sqlite3",),
    ),
    Example(
        "aiohttp",
        "aiohttp_app.py",
        ("aiohttp",),
        _aiohttp,
        {
            "stderr-1": (
                REQUEST_ID,
                "order-20871",
                '" 200',
                '" 500',
                "in charge",
                "/stock",
                "settings.env",
                "OSError",
            ),
        },
    ),
    Example(
        "websockets",
        "websockets_app.py",
        ("websockets",),
        _websockets,
        {"stderr-1": ("connection open", "user_id", "ValueError", "HTTP/1.1 101")},
    ),
)
