"""The examples that are clients of a service or of a database, and the one with tasks."""

from __future__ import annotations

import csv
import json
import os
from typing import TYPE_CHECKING

from tests.exits.frameworks.example import Example
from tests.exits.frameworks.programs import EXAMPLES

if TYPE_CHECKING:
    from tests.exits.frameworks.example import Run
    from tests.exits.frameworks.receivers import Answer

__all__ = ["CLIENTS"]

_ACCOUNT = "123456789012"


def _settings(run: Run, **values: str) -> str:
    """Write a file of settings; return its path."""
    path = run.programs.folder / "settings.toml"
    path.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items()))
    return os.fspath(path)


def _httpx(run: Run) -> None:
    plant = run.planted

    def answer(path: str, body: bytes, headers: dict[str, str]) -> Answer:
        status = 404 if path.startswith("/missing") else 200
        return status, {"Set-Cookie": f"sid={plant.token('answer cookie')}; Path=/"}, b"{}"

    settings = _settings(
        run,
        api=run.api(answer),
        bot_token=plant.telegram("path"),
        proxy_pass=plant.password("basic"),
        weather_key=plant.token("query"),
        crm_key=plant.token("header"),
        map_token=plant.token("error"),
    )
    assert 0 == run.programs.run([os.fspath(EXAMPLES / "httpx_client.py"), settings])


def _requests(run: Run) -> None:
    plant = run.planted

    def answer(path: str, body: bytes, headers: dict[str, str]) -> Answer:
        status = 404 if path.startswith("/missing") else 200
        cookie = f"session={plant.token('answer cookie')}; Path=/"
        return status, {"Set-Cookie": cookie, "X-Request-Id": "r-17"}, b"{}"

    settings = _settings(
        run,
        api=run.api(answer),
        api_pass=plant.password("basic"),
        api_key=plant.token("query"),
        login_pass=plant.password("body"),
        card=plant.card("form"),
        session_value=plant.token("print"),
        access=plant.token("error"),
        stock=plant.token("uncaught"),
    )
    assert 1 == run.programs.run([os.fspath(EXAMPLES / "requests_client.py"), settings])


def _sqlalchemy(run: Run) -> None:
    plant = run.planted
    customers = run.programs.folder / "customers.csv"
    with customers.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ("id", "name", "card", "api_token", "password"))
        table.writeheader()
        for number in (1, 2):
            table.writerow(
                {
                    "id": number,
                    "name": f"customer-{number}",
                    "card": plant.card(f"card {number}"),
                    "api_token": plant.github(f"token {number}"),
                    "password": plant.password(f"password {number}"),
                }
            )
    code = run.programs.run(
        [os.fspath(EXAMPLES / "sqlalchemy_app.py"), os.fspath(customers)],
        {
            "DATABASE_URL": f"mysql://shop:{plant.plain_password('address')}@db.example.com/shop",
            "DB_PASSWORD": plant.password("known value"),
        },
    )
    assert 0 == code


def _boto3(run: Run) -> None:
    plant = run.planted

    def answer(path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if headers.get("x-amz-target", "").endswith("GetSecretValue"):
            secret = {"username": "shop", "password": plant.plain_password("answer password")}
            return 200, {}, json.dumps({"SecretString": json.dumps(secret)}).encode()
        if b"Action=AssumeRole" in body:
            text = (
                "<AssumeRoleResponse><AssumeRoleResult><Credentials>"
                f"<AccessKeyId>{plant.aws_id('answer key id', 'ASIA')}</AccessKeyId>"
                f"<SecretAccessKey>{plant.base64_key('answer key', 30)}</SecretAccessKey>"
                f"<SessionToken>{plant.base64_key('answer session', 180)}</SessionToken>"
                "<Expiration>2036-12-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
                "</AssumeRoleResponse>"
            )
            return 200, {"Content-Type": "text/xml"}, text.encode()
        return 200, {"x-amz-request-id": "B0CK7E"}, b""

    code = run.programs.run(
        [os.fspath(EXAMPLES / "boto3_client.py")],
        {
            "AWS_ENDPOINT_URL": run.api(answer),
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": plant.aws_id("key id"),
            "AWS_SECRET_ACCESS_KEY": plant.base64_key("key", 30),
            "AWS_SESSION_TOKEN": plant.base64_key("session", 120),
            "BACKUP_KEY": plant.base64_key("encryption key", 32),
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    )
    assert 0 == code


_SEND = """
import json, sys
from celery_app import app
for name, args, kwargs in json.loads(sys.argv[1]):
    app.send_task("celery_app." + name, args, kwargs)
"""


def _celery(run: Run) -> None:
    plant = run.planted
    for folder in ("queue", "control", "results"):
        (run.programs.folder / folder).mkdir()
    env = {"SENTRY_DSN": run.sentry.dsn, "SIGN_IN_VALUE": plant.token("result")}
    calls = [
        ("sign_in", [], {"user": "ada", "password": plant.plain_password("keyword argument")}),
        ("charge", ["order-20871", plant.card("argument", " ")], {}),
        (
            "import_stock",
            [f"redis://:{plant.plain_password('retried')}@cache.example.com/0"],
            {"api_key": plant.token("keyword")},
        ),
        ("report", [plant.jwt("printed")], {}),
    ]
    run.programs.start(
        ["-m", "celery", "-A", "celery_app", "worker", "-c", "2", "-l", "DEBUG", "-n", "w@app"],
        env,
    )
    assert 0 == run.programs.run(["-c", _SEND, json.dumps(calls)], env)


CLIENTS = (
    Example(
        "httpx",
        "httpx_client.py",
        ("httpx",),
        _httpx,
        {"stderr-1": ("HTTP Request: POST", "200 OK", "404 Not Found", "q=Oslo", "no map")},
        ("settings.toml",),
    ),
    Example(
        "requests",
        "requests_client.py",
        ("requests",),
        _requests,
        {
            "stdout-1": ("send:", "reply: 'HTTP/1.1 200 OK", "r-17", "404 Client Error"),
            "stderr-1": ("Starting new HTTP connection", "200 2", "ConnectionError"),
        },
        ("settings.toml",),
    ),
    Example(
        "sqlalchemy",
        "sqlalchemy_app.py",
        ("sqlalchemy",),
        _sqlalchemy,
        {
            "stdout-1": ("INSERT INTO customer", "customer-1", "COMMIT"),
            "stderr-1": ("customer 99 is there already", "UNIQUE constraint failed"),
        },
        ("customers.csv",),
    ),
    Example(
        "boto3",
        "boto3_client.py",
        ("boto3",),
        _boto3,
        {"stderr-1": ("user of the database: shop", _ACCOUNT, "PutObject", "B0CK7E", "shop.dump")},
    ),
    Example(
        "celery",
        "celery_app.py",
        ("celery", "sentry_sdk"),
        _celery,
        {
            "stderr-1": (
                "celery_app.sign_in",
                "succeeded in",
                "order-20871",
                "ConnectionError",
                "reporting with",
                "FutureWarning",
                "no report",
            ),
            "sentry": ("celery_app.charge", "ValueError", "ConnectionError"),
        },
        ("queue/*", "control/*", "results/*"),
    ),
)
