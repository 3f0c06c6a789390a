"""A secret goes whole, however long it is: nothing of it is left behind what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from redactor import Redactor


#: What stands for the secret in the texts below; it has letters, digits and both cases.
_PIECE = "qX7zP2mK9v"

TEXTS = {
    "pair": "password={}",
    "quoted": '"password": "{}"',
    "basic": "Authorization: Basic {}=",
    "bearer": "got bearer {} from the proxy",
    "header": "Authorization: {}",
    "cookie": "Cookie: sid={}; a=b",
    "url": "postgres://app:{}@db/x",
    "docker url": "https://AWS:{}@registry.test/v2",
    "query": "GET /cb?access_token={}&x=1",
    "query key": "GET /cb?code={}&state=x",
    "link": "https://app.test/reset/{}",
    "curl": "curl -u bob:{} https://h.test",
    "option": "deploy --token {} --yes",
    "quoted option": "deploy --token '{}' --yes",
    "mysql": "mysql -p{} -h db",
    "sshpass": "sshpass -p {} ssh h",
    "redis": "redis-cli -a {} ping",
    "sql": "ALTER USER bob IDENTIFIED BY '{}'",
    "spoken": "the password is {}",
    "auth": "AUTH {}",
    "netrc": "machine h login bob password {}",
    "pgpass": "h:5432:db:bob:{}",
    "oracle": "jdbc:oracle:thin:bob/{}@db:1521/x",
    "form": 'form-data; name="password"\\r\\n\\r\\n{}\\r\\n--x',
    "connection string": "Server=db;Pwd={};Database=x",
    "environment": "PGPASSWORD={} psql",
    "xml": "<password>{}</password>",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("size", [20, 130, 260, 520, 1020, 2000, 8000])
def test_a_value_goes_whole(redactor: Redactor, text: str, size: int) -> None:
    value = _PIECE * (size // len(_PIECE))
    assert _PIECE[:4] not in redactor.text(text.format(value))


@pytest.mark.parametrize(
    "name", sorted(set(TEXTS) - {"url", "docker url", "oracle", "quoted option"})
)
@pytest.mark.parametrize("size", [9000, 70_000])
def test_one_that_is_longer_than_a_window_goes_whole(
    redactor: Redactor, name: str, size: int
) -> None:
    """What stands behind it in the same word can go too; left out are those that an end tells."""
    value = _PIECE * (size // len(_PIECE))
    assert _PIECE[:4] not in redactor.text(TEXTS[name].format(value))


@pytest.mark.parametrize("count", [1, 3, 10, 100, 500])
def test_a_password_with_at_signs_goes_whole(redactor: Redactor, count: int) -> None:
    text = f"smtp://u:p@ss@h{':s@h' * count} sent"
    assert redactor.text(text) == "smtp://u:[redacted:url-password]@h sent"
