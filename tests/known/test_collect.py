"""What ``collect`` finds in the environment and the files of a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from redactor import KnownValues, Policy
from redactor.known import Collected, collect, sources
from redactor.policy import Fields, Hmac, Known

if TYPE_CHECKING:
    from pathlib import Path

#: Takes the folder of mounted secrets and the fields of ``known``; prints what it collected, and
#: what becomes of the lines that it is given.
PROGRAM = """
import json, sys
from redactor import KnownValues, Policy, Redactor
from redactor.known import collect, sources
from redactor.policy import Fields, Hmac, Known

settings = json.loads(sys.stdin.readline())
sources.FOLDERS = tuple(settings["folders"])
policy = Policy(
    known=Known(**{key: tuple(value) for key, value in settings["known"].items()}),
    base=settings["base"],
)
store = KnownValues()
collected = collect(store, policy)
redactor = Redactor(known=store)
print(json.dumps([collected, store.labels, repr(store)]))
for line in sys.stdin:
    sys.stdout.write(redactor.text(line))
"""
KEY_BODY = "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEAq7BFUpkGp3"
KEY = f"-----BEGIN PRIVATE KEY-----\n{KEY_BODY}\nYx2eqzDV+xeG8kx==\n-----END PRIVATE KEY-----\n"
JWT = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEyMyJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlc2lnbmF0dXJl"


def process(
    tmp_path: Path,
    environment: dict[str, str],
    lines: list[str],
    folders: list[str] | None = None,
    **known: list[str],
) -> tuple[Collected, list[str], list[str]]:
    """Run ``collect`` in a process: its counts, its labels, and the lines redacted."""
    settings = {"folders": folders or [], "known": known, "base": str(tmp_path)}
    kept = {
        key: os.environ[key] for key in ("PATH", "PYTHONPATH", "SYSTEMROOT") if key in os.environ
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input="\n".join([json.dumps(settings), *lines]) + "\n",
        capture_output=True,
        text=True,
        check=True,
        env=kept | environment,
    )
    first, *out = done.stdout.splitlines()
    collected, labels, _ = json.loads(first)
    return Collected(*collected), labels, out


def write(path: Path, content: str | bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_secrets_in_the_environment_are_registered(tmp_path: Path) -> None:
    """
    Values of variables that are named like secrets are removed wherever they stand, under the name
    of the variable; the others stay.
    """
    collected, labels, out = process(
        tmp_path,
        {
            "DB_PASSWORD": "Falcon7x+31!",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz",
            "SECRET_KEY_BASE": "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "POSTGRES_PASSWORD": "postgres",
            "APP_TOKEN": "production",
            "TOKEN_COUNT": "1234567890",
            "PRIMARY_KEY": "Zx80alphaQ9bcdefghij",
            "GREETING": "good morning everybody",
        },
        ["a Falcon7x+31! b", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzzzz",
         "x 0f1e2d3c4b5a69788796a5b4c3d2e1f0", "postgres in production",
         "1234567890 Zx80alphaQ9bcdefghij", "good morning everybody"],
    )  # fmt: skip

    assert ["AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "SECRET_KEY_BASE"] == labels
    assert Collected(3, 0, 2) == collected
    assert [
        "a [redacted:known-value:DB_PASSWORD] b",
        "[redacted:known-value:AWS_SECRET_ACCESS_KEY]",
        "x [redacted:known-value:SECRET_KEY_BASE]",
        "postgres in production",
        "1234567890 Zx80alphaQ9bcdefghij",
        "good morning everybody",
    ] == out


def test_of_an_address_the_password_is_registered(tmp_path: Path) -> None:
    """
    Of a URL, a connection string and a JSON document the secret in it counts, as it is written
    there and as what it stands for; host, user and the rest stay.
    """
    collected, labels, out = process(
        tmp_path,
        {
            "DATABASE_URL": "postgres://app:p%40ss%2Fw0rd9@db.internal/shop",
            "CACHE": "redis://:Rz9kkq81@cache:6379/0",
            "CONNECTION": "Server=db;Uid=app;Pwd=Kx77!aaqq;Database=shop",
            "SETTINGS": '{"region": "eu-central-1", "client_secret": "Qp8-zzkL\\u0030m"}',
            "DEFAULT_URL": "postgres://postgres:postgres@localhost/postgres",
        },
        ["app at db.internal p@ss/w0rd9", "p%40ss%2Fw0rd9 ok", "Rz9kkq81 cache", "Kx77!aaqq shop",
         "Qp8-zzkL0m eu-central-1", "postgres localhost"],
    )  # fmt: skip

    assert ["CACHE", "CONNECTION", "DATABASE_URL", "SETTINGS"] == labels
    assert 6 == collected.env
    assert [
        "app at db.internal [redacted:known-value:DATABASE_URL]",
        "[redacted:known-value:DATABASE_URL] ok",
        "[redacted:known-value:CACHE] cache",
        "[redacted:known-value:CONNECTION] shop",
        "[redacted:known-value:SETTINGS] eu-central-1",
        "postgres localhost",
    ] == out


def test_mounted_files_are_registered(tmp_path: Path) -> None:
    """
    Files in the folders of secrets count under their name: what is named like a secret, what looks
    random, keys in armour, and what rules find in documents. Names, certificates and words stay.
    """
    run = tmp_path / "run"
    write(run / "db_password", "Falcon7x+31!\n")
    write(run / "nested/kubernetes.io/serviceaccount/token", JWT)
    write(run / "nested/kubernetes.io/serviceaccount/namespace", "shop-backend")
    write(
        run / "nested/kubernetes.io/serviceaccount/ca.crt",
        KEY.replace("PRIVATE KEY", "CERTIFICATE"),
    )
    write(run / "nested/..2026_01/token", JWT)
    write(run / "username", "app_admin")
    write(run / "something", "S3ss10n-Key-x9")
    write(run / "tls.key", KEY)
    write(run / "raw.bin", bytes(range(128, 160)))
    write(run / "empty", "")
    write(
        run / "account.json", json.dumps({"type": "service_account", "private_key": KEY}, indent=2)
    )

    collected, labels, out = process(
        tmp_path,
        {},
        ["Falcon7x+31!", JWT.encode().hex(), "shop-backend app_admin", "S3ss10n-Key-x9",
         f"x {KEY_BODY} y", repr(bytes(range(128, 160))), '"type": "service_account"'],
        [str(run)],
    )  # fmt: skip

    assert ["account.json", "db_password", "raw.bin", "something", "token"] == [
        label for label in labels if label != "tls.key"
    ]
    assert collected.files >= 6
    assert [
        "[redacted:known-value:db_password]",
        "[redacted:jwt]",
        "shop-backend app_admin",
        "[redacted:known-value:something]",
        "x [redacted:known-value:account.json] y",
        "b'[redacted:known-value:raw.bin]'",
        '"type": "service_account"',
    ] == out


def test_files_that_variables_name_are_registered(tmp_path: Path) -> None:
    """
    A variable that names a file with a secret is followed, and gives its name to the value.
    """
    collected, labels, out = process(
        tmp_path,
        {
            "PGPASSWORD_FILE": write(tmp_path / "one", "S3ss10n-Key-x9\n"),
            "GOOGLE_APPLICATION_CREDENTIALS": write(
                tmp_path / "g.json", '{"client_secret": "Qp8-zzkL0m"}'
            ),
            "TLS_PRIVATE_KEY": write(tmp_path / "tls.key", KEY),
            "LOG_FILE": write(tmp_path / "log", "Zx80alphaQ9bcdefghij"),
            "API_TOKEN_PATH": str(tmp_path / "missing"),
        },
        ["S3ss10n-Key-x9", "Qp8-zzkL0m", KEY_BODY, "Zx80alphaQ9bcdefghij"],
    )  # fmt: skip

    assert ["GOOGLE_APPLICATION_CREDENTIALS", "PGPASSWORD_FILE", "TLS_PRIVATE_KEY"] == labels
    assert (0, 3) == collected[:2]
    assert [
        "[redacted:known-value:PGPASSWORD_FILE]",
        "[redacted:known-value:GOOGLE_APPLICATION_CREDENTIALS]",
        "[redacted:known-value:TLS_PRIVATE_KEY]",
        "Zx80alphaQ9bcdefghij",
    ] == out


def test_what_the_policy_names_is_registered(tmp_path: Path) -> None:
    """
    Variables and files that the policy names count whatever they look like, those of a pattern
    when they are worth it; what it calls safe does not count.
    """
    write(tmp_path / "shop/pin.txt", "4711\n")
    write(tmp_path / "shop/other.txt", "swordfish-and-more")
    collected, labels, out = process(
        tmp_path,
        {
            "LICENSE": "abcd",
            "VAULT_ADDR": "http://vault:8200",
            "VAULT_ROLE_ID": "Qw88ErTy99",
            "SESSION_SECRET": "Kx77!aaqq",
        },
        ["abcd", "http://vault:8200 Qw88ErTy99", "Kx77!aaqq", "4711 47110", "swordfish-and-more"],
        env=["LICENSE", "VAULT_*"],
        files=["shop/*.txt"],
        safe=["SESSION_*", "other.txt"],
    )

    assert ["LICENSE", "VAULT_ROLE_ID", "pin.txt"] == labels
    assert Collected(2, 1, 1) == collected
    assert [
        "[redacted:known-value:LICENSE]",
        "http://vault:8200 [redacted:known-value:VAULT_ROLE_ID]",
        "Kx77!aaqq",
        "[redacted:known-value:pin.txt] 47110",
        "swordfish-and-more",
    ] == out


def test_the_policys_own_names_and_key_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    Names in ``fields.secret`` count for variables too, those in ``fields.safe`` do not, and the key
    of ``hmac`` is a secret of the process.
    """
    monkeypatch.setattr(sources, "FOLDERS", ())
    for name in list(os.environ):
        if name not in ("PATH", "HOME", "TMPDIR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SHOP_VOUCHER", "Kx77!aaqq")
    monkeypatch.setenv("PAGE_TOKEN", "Zx80alphaQ9bcdefghij")
    monkeypatch.setenv("FINGERPRINTS", "f" * 8 + "0123456789abcdef")
    write(tmp_path / "hmac.key", "0a1b2c3d4e5f60718293a4b5c6d7e8f9")
    store = KnownValues()

    collected = collect(
        store,
        Policy(
            fields=Fields(secret=("voucher",), safe=("page token",)),
            hmac=Hmac(key_env="FINGERPRINTS", key_file="hmac.key"),
            base=str(tmp_path),
        ),
    )

    assert ("FINGERPRINTS", "SHOP_VOUCHER", "hmac.key") == store.labels
    assert (2, 1) == collected[:2]


def test_nothing_is_looked_up_when_the_policy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With ``collect = false`` the environment is left alone.
    """
    monkeypatch.setenv("DB_PASSWORD", "Falcon7x+31!")
    store = KnownValues()

    assert Collected(0, 0, 0) == collect(store, Policy(known=Known(collect=False)))
    assert 0 == len(store)


def test_what_cannot_be_read_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    Missing, unreadable, oversized and odd files, pipes and folders are counted and raise nothing.
    """
    run = tmp_path / "run"
    write(run / "password-large", b"x" * (sources.LARGEST + 1))
    write(run / "password-fine", "Falcon7x+31!")
    write(run / "large.bin", bytes(range(256)) * 32)
    (run / "folder").mkdir()
    if hasattr(os, "mkfifo"):
        os.mkfifo(run / "password-pipe")
    (run / "password-gone").symlink_to(tmp_path / "nowhere")
    (run / "loop").symlink_to(run)
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        (run / "password-locked").write_text("Kx77!aaqq")
        (run / "password-locked").chmod(0)
    monkeypatch.setattr(sources, "FOLDERS", (str(run), str(run), str(tmp_path / "none")))
    store = KnownValues()

    collected = collect(store, Policy(known=Known(files=("nothing/*", "\ud800"))))

    assert "password-fine" in store.labels
    assert 1 == collected.files
    assert collected.skipped >= 5


@pytest.mark.parametrize("where", ["environment", "files"])
def test_one_odd_value_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, where: str
) -> None:
    """
    When looking at one value fails, it is counted, and all others are registered.
    """
    from redactor.known import collecting as module

    real: Any = module._Look._secrets

    def failing(self: Any, text: str, *args: Any, **kwargs: Any) -> Any:
        if "odd" in text:
            raise RuntimeError(text)
        return real(self, text, *args, **kwargs)

    monkeypatch.setattr(module._Look, "_secrets", failing)
    monkeypatch.setattr(sources, "FOLDERS", (str(tmp_path),))
    if where == "environment":
        monkeypatch.setenv("A_PASSWORD", "odd-Falcon7x+31!")
        monkeypatch.setenv("B_PASSWORD", "Kx77!aaqq")
    else:
        write(tmp_path / "a_password", "odd-Falcon7x+31!")
        write(tmp_path / "b_password", "Kx77!aaqq")
    store = KnownValues()

    collected = collect(store, Policy())

    assert {"B_PASSWORD", "b_password"} & set(store.labels)
    assert not {"A_PASSWORD", "a_password"} & set(store.labels)
    assert collected.skipped >= 1


def test_collecting_twice_is_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A second look at the same process registers nothing more.
    """
    monkeypatch.setenv("DB_PASSWORD", "Falcon7x+31!")
    store = KnownValues()
    first = collect(store, Policy())
    before = len(store)

    second = collect(store, Policy())

    assert first.env >= 1
    assert (0, 0) == second[:2]
    assert before == len(store)
