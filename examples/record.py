"""Start the programs of ``programs/``, let them log, and keep their logs in ``logs/``.

Each recording starts one or more real programs below ``/srv/app``, sends them requests, and
takes what they logged, byte for byte. The secrets in it are made up (``programs/made_up.py``).
Which of them got into the log, and in which spelling (percent-escaped, JSON-escaped, cut off ...),
is looked up in the log afterwards and written to ``planted.json``.

Run it as root (the servers change to their own users). ``README.md`` says what to install.

    python3 record.py               record everything
    python3 record.py nginx batch   record only these
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, quote_plus

HERE = Path(__file__).resolve().parent
APP = Path("/srv/app")
OUT, RUN = APP / "out", APP / "run"
PYTHON = APP / "venv" / "bin" / "python"
PG_BIN = Path("/usr/lib/postgresql/15/bin")
HOST = "app-1"
# What must not get into a log: the name of this machine, and folders of its users.
NOT_IN_LOGS = re.compile(
    "|".join(
        [
            *(re.escape(f"{path}/") for path in (HERE.parent, Path.home(), "/home", "/root")),
            re.escape(f"{tempfile.gettempdir()}/"),
            rf"(?<![\w.-]){re.escape(socket.gethostname())}(?![\w.-])",
        ]
    ).encode()
)
# Kinds whose values have the form of a vendor: they are written in parts into planted.json.
IN_PARTS = {
    "telegram_token", "stripe_key", "github_token", "slack_webhook", "slack_token", "aws_key_id",
    "aws_secret_key", "session_token", "sendgrid_key", "npm_token", "google_api_key",
}  # fmt: skip
# Kinds that are short numbers: they count only where their name stands before them.
NAMED = {"cvv", "otp"}
NAMED_BEFORE = r"(?i:cvv|cvc|otp|code)\W[^\n]{0,60}?(?<![\w.])"
# Kinds that are never looked for cut off.
WHOLE = {"card", "cvv", "otp", "private_key"}
TOKEN_CHARACTER = re.compile(r"[\w+/=%-]")
Planted = dict[str, str | list[str]]


# Running programs -----------------------------------------------------------------------------


def neutral(command: list[str]) -> list[str]:
    """The command, run with a neutral host name."""
    return ["unshare", "--uts", "sh", "-c", f'hostname {HOST}; exec "$@"', "sh", *command]


def environment(**extra: str) -> dict[str, str]:
    """The environment of the programs: nothing of the caller's, but the path."""
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(RUN),
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        "PLANTED_FILE": str(RUN / "planted.jsonl"),
        **extra,
    }


def run(*command: str, log: str = "", **extra: str) -> None:
    """Run a program to its end; its output goes to the log ``log`` if one is named."""
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(open(OUT / log, "wb")) if log else None
        subprocess.run(
            neutral(list(command)), cwd=APP, env=environment(**extra), stdout=out,
            stderr=subprocess.STDOUT if log else None, check=True,
        )  # fmt: skip


def program(name: str, *arguments: str, log: str = "", **extra: str) -> None:
    """Run a Python program of ``programs/``."""
    run(str(PYTHON), f"{APP}/{name}.py", *arguments, log=log, **extra)


@contextlib.contextmanager
def server(*command: str, port: int = 0, log: str = "", **extra: str) -> Iterator[None]:
    """Run a server while the block runs; wait until its port answers."""
    with open(OUT / log if log else os.devnull, "wb") as out:
        process = subprocess.Popen(
            neutral(list(command)), cwd=APP, env=environment(**extra), stdout=out,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            for _ in range(100):
                time.sleep(0.1)
                if process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended with {process.returncode}")
                with contextlib.suppress(OSError):
                    if port:
                        socket.create_connection(("127.0.0.1", port), 1).close()
                    break
            yield
            time.sleep(1)
        finally:
            process.send_signal(signal.SIGINT if "postgres" in command[-1] else signal.SIGTERM)
            process.wait(20)


# The recordings -------------------------------------------------------------------------------


def web_files() -> None:
    """The files that the web servers serve."""
    www = APP / "www"
    (www / "static").mkdir(parents=True, exist_ok=True)
    (www / "img").mkdir(exist_ok=True)
    (www / "index.html").write_text("<!doctype html><title>shop</title>" + "<p>item" * 400)
    (www / "favicon.ico").write_bytes(b"\0" * 1406)
    (www / "robots.txt").write_text("User-agent: *\nDisallow: /admin/\n")
    (RUN / "htpasswd").write_text("ops:{SHA}2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n")


def nginx() -> None:
    """nginx: access log and error log."""
    web_files()
    with server("/usr/sbin/nginx", "-e", f"{OUT}/nginx-error.log", "-c", f"{APP}/nginx.conf",
                port=8080):  # fmt: skip
        program("web_traffic", "nginx", "8080", "560")


def nginx_rotated() -> None:
    """nginx: an access log with tokens in the form of vendors."""
    web_files()
    with server("/usr/sbin/nginx", "-e", f"{OUT}/nginx-error.log", "-c", f"{APP}/nginx.conf",
                port=8080):  # fmt: skip
        program("web_traffic", "nginx-rotated", "8080", "420")
    (OUT / "nginx-access.log").rename(OUT / "nginx-access-1.log")


def apache() -> None:
    """Apache: access log, error log and forensic log."""
    web_files()
    with server("/usr/sbin/apache2", "-D", "FOREGROUND", "-f", f"{APP}/apache.conf", port=8081):
        program("web_traffic", "apache", "8081", "330")


def postgresql() -> None:
    """PostgreSQL: the text log, the CSV log and the JSON log of the same run."""
    data = RUN / "pg"
    data.mkdir()
    shutil.chown(data, "postgres", "postgres")
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    run(*as_user, f"{PG_BIN}/initdb", "-D", str(data), "--locale=C.UTF-8", "--auth-local=trust",
        "--auth-host=scram-sha-256", log="initdb.txt")  # fmt: skip
    settings = {
        "listen_addresses": "127.0.0.1", "port": "5544", "unix_socket_directories": str(data),
        "logging_collector": "on", "log_directory": "log", "log_filename": "postgresql.log",
        "log_destination": "stderr,csvlog,jsonlog", "log_statement": "all",
        "log_connections": "on", "log_disconnections": "on", "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_min_duration_statement": "2ms", "log_timezone": "UTC",
    }  # fmt: skip
    text = "".join(f"{key} = '{value}'\n" for key, value in settings.items())
    (data / "postgresql.auto.conf").write_text(text)
    with server(*as_user, f"{PG_BIN}/postgres", "-D", f"{data}", port=5544):
        program("postgres_traffic", str(data), "5544")
    for ending, name in (("log", ""), ("csv", "-csv"), ("json", "-json")):
        shutil.copy(data / "log" / f"postgresql.{ending}", OUT / f"postgresql{name}.log")


def shop_secrets(name: str) -> dict[str, str]:
    """Settings with secrets for the FastAPI shop."""
    code = (
        "import json, made_up; m = made_up.MadeUp('fastapi-%s');"
        "print(json.dumps({'DATABASE_URL': m.dsn(), 'PAYMENT_SECRET':"
        " m.jwt(iss='https://login.example.com', aud='payments', scope='charge refund limits')}))"
    )
    out = subprocess.run(
        [str(PYTHON), "-c", code % name],
        cwd=APP,
        env=environment(),
        capture_output=True,
        check=True,
    ).stdout
    secrets: dict[str, str] = json.loads(out)
    return secrets


def fastapi() -> None:
    """FastAPI and uvicorn: JSON lines of Loguru."""
    with server(f"{APP}/venv/bin/uvicorn", "fastapi_app:app", "--port", "8082", port=8082,
                log="fastapi-loguru.log", LOGS="json", **shop_secrets("json")):  # fmt: skip
        program("fastapi_traffic", "json", "8082", "128")


def uvicorn() -> None:
    """FastAPI and uvicorn: the plain text logs of both."""
    with server(f"{APP}/venv/bin/uvicorn", "fastapi_app:app", "--port", "8083", "--use-colors",
                port=8083, log="uvicorn.log", LOGS="text", **shop_secrets("text")):  # fmt: skip
        program("fastapi_traffic", "text", "8083", "330")


def django() -> None:
    """Django's development server, with SQL at level DEBUG."""
    code = (
        "import json, made_up; m = made_up.MadeUp('django');"
        "head, tail = m.password(safe=True), m.password(safe=True);"
        "m.note('password', head + '/' + tail);"
        "key = m.b64_token(40);"
        "print(json.dumps({'DATABASE_URL': 'postgres://shop:%s/%s@db.example.com:5432/shop'"
        " % (head, tail), 'SECRET_KEY': key}))"
    )
    out = subprocess.run(
        [str(PYTHON), "-c", code], cwd=APP, env=environment(), capture_output=True, check=True
    ).stdout
    secrets: dict[str, str] = json.loads(out)
    program("django_app", "migrate", log="migrate.txt", **secrets)
    with server(str(PYTHON), f"{APP}/django_app.py", "runserver", "--noreload", "--nothreading",
                "8084", port=8084, log="django.log", SQL_LEVEL="DEBUG", **secrets):  # fmt: skip
        program("django_traffic", "8084", "230")


def celery() -> None:
    """A Celery worker at level DEBUG."""
    for name in ("queue", "control"):
        (RUN / name).mkdir(exist_ok=True)
    program("celery_app", "84")
    with server(f"{APP}/venv/bin/celery", "-A", "celery_app", "worker", "-P", "solo", "-l", "DEBUG",
                "-n", f"worker1@{HOST}", log="celery-worker.log",
                CELERY_QUIET="1"):  # fmt: skip
        for _ in range(60):
            time.sleep(1)
            if not any((RUN / "queue").iterdir()):
                break
        time.sleep(3)


def simple(name: str, log: str, *arguments: str) -> Callable[[], None]:
    """A recording of one program that logs to its output."""
    return lambda: program(name, *arguments, log=log)


RECORDINGS: dict[str, tuple[Callable[[], None], tuple[str, ...]]] = {
    "nginx": (nginx, ("nginx-access.log", "nginx-error.log")),
    "nginx_rotated": (nginx_rotated, ("rotated/nginx-access-1.log.gz",)),
    "apache": (apache, ("apache-access.log", "apache-error.log", "apache-forensic.log")),
    "postgresql": (
        postgresql,
        ("postgresql.log", "postgresql-csv.log", "postgresql-json.log"),
    ),
    "fastapi": (fastapi, ("fastapi-loguru.log",)),
    "uvicorn": (uvicorn, ("uvicorn.log",)),
    "structlog": (simple("structlog_app", "structlog.log"), ("structlog.log",)),
    "django": (django, ("django.log",)),
    "celery": (celery, ("celery-worker.log",)),
    "httpx": (simple("httpx_client", "httpx.log", "services"), ("httpx.log",)),
    "bot": (simple("httpx_client", "httpx-bot.log", "bot"), ("rotated/httpx-bot.log.gz",)),
    "boto": (simple("boto_client", "botocore-debug.log"), ("rotated/botocore-debug.log.gz",)),
    "batch": (simple("batch_job", "batch-job.log"), ("batch-job.log",)),
    "logfmt": (simple("logfmt_app", "logfmt.log"), ("logfmt.log",)),
    "deploy": (simple("deploy_traffic", "deploy.log"), ("rotated/deploy.log.gz",)),
}


# What was planted -----------------------------------------------------------------------------


def spellings(value: str) -> set[str]:
    """The spellings in which a log may write ``value``: as it is, or escaped once, or twice."""
    escapes: list[Callable[[str], str]] = [
        lambda text: quote(text, safe=""),
        lambda text: quote(text, safe="/"),
        quote_plus,
        lambda text: json.dumps(text)[1:-1],
        lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
        lambda text: repr(text)[1:-1],
        lambda text: text.replace("'", "''"),
        lambda text: text.replace('"', '""'),
        lambda text: text.replace('"', r"\x22").replace("\\", r"\x5C"),
        lambda text: re.sub(r"%([0-9A-F]{2})", lambda m: m.group(0).lower(), quote(text, safe="")),
        lambda text: text.replace(":", "%3a"),
    ]
    once = {value} | {escape(value) for escape in escapes}
    twice = once | {escape(text) for escape in escapes for text in once}
    return twice | {escape(text) for escape in escapes[3:6] for text in twice}


def found(kind: str, value: str, text: str) -> set[str]:
    """What ``text`` holds of a secret: whole, in any spelling, or cut off at its end."""
    if kind in NAMED:
        return {value} if re.search(NAMED_BEFORE + value + r"(?!\w)", text) else set()
    if kind == "private_key" and value not in text:
        whole = {spelled for spelled in spellings(value) if spelled in text}
        return whole or {line for line in value.split("\n") if line in text}
    hits = {spelled for spelled in spellings(value) if spelled in text}
    if kind in WHOLE or len(value) < 12:
        return hits
    complete = tuple(hits)
    for spelled in spellings(value):
        head = spelled[:10]
        start = text.find(head)
        while start >= 0:
            length = len(head)
            while length < len(spelled) and text.startswith(spelled[: length + 1], start):
                length += 1
            cut = spelled[:length]
            after = text[start + length : start + length + 1]
            if not text.startswith(complete, start) and not TOKEN_CHARACTER.match(after):
                hits.add(cut)
            start = text.find(head, start + 1)
    return hits


def parts(value: str) -> list[str]:
    """Cut a value with the form of a vendor, so that no part of it has that form."""
    cuts = [0, *[index for index in (3, 9, 19, 32, 60) if index < len(value)], len(value)]
    return [value[start:end] for start, end in pairwise(cuts)]


def look_up(data: bytes, notes: list[tuple[str, str]], rotated: bool) -> list[Planted]:
    """The planted secrets that are in a log."""
    text = data.decode("utf-8", "surrogateescape")
    rows: list[Planted] = []
    seen: set[str] = set()
    for kind, value in notes:
        for hit in sorted(found(kind, value, text), key=text.index):
            if hit in seen:
                continue
            seen.add(hit)
            row: Planted = {"kind": kind, "value": hit}
            if rotated and kind in IN_PARTS:
                row["value"] = parts(hit)
            match = re.search(NAMED_BEFORE + hit + r"(?!\w)", text) if kind in NAMED else None
            if match:
                row["before"] = match.group(0)[: -len(hit)][-16:]
            rows.append(row)
    return rows


def whole_value(row: Planted) -> str:
    """The value of a row of planted.json."""
    value = row["value"]
    return value if isinstance(value, str) else "".join(value)


def report(name: str, data: bytes, rows: list[Planted]) -> None:
    """Say how large a log is and how much of it leaks."""
    text = data.decode("utf-8", "surrogateescape")
    leaking: set[int] = set()
    for row in rows:
        value = str(row.get("before", "")) + whole_value(row)
        start = text.find(value)
        while start >= 0:
            first = text.count("\n", 0, start)
            leaking.update(range(first, first + value.count("\n") + 1))
            start = text.find(value, start + 1)
    lines = text.count("\n")
    share = 100 * len(leaking) / max(lines, 1)
    print(
        f"{name:32} {lines:5} lines {len(data):8} bytes {len(rows):4} planted {share:5.1f} % leak"
    )


def record(name: str, planted: dict[str, list[Planted]]) -> None:
    """Make one recording, and put its logs and its planted secrets where they belong."""
    shutil.rmtree(RUN, ignore_errors=True)
    shutil.rmtree(OUT, ignore_errors=True)
    for folder in (RUN, OUT):
        folder.mkdir()
        folder.chmod(0o755)
    for file in (HERE / "programs").iterdir():
        if file.is_file():
            shutil.copy(file, APP)
    function, logs = RECORDINGS[name]
    function()
    notes = []
    for line in (RUN / "planted.jsonl").read_text(encoding="utf-8").splitlines():
        note = json.loads(line)
        if note["value"]:
            notes.append((note["kind"], note["value"]))
    for log in logs:
        data = (OUT / Path(log).name.removesuffix(".gz")).read_bytes()
        bad = NOT_IN_LOGS.search(data)
        if bad:
            around = data[max(0, bad.start() - 80) : bad.end() + 80]
            sys.exit(f"{log} has a name of this machine in it: {around!r}")
        target = HERE / "logs" / log
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(data, mtime=0) if log.endswith(".gz") else data)
        planted[log] = look_up(data, notes, log.endswith(".gz"))
        report(log, data, planted[log])


def main() -> None:
    """Record what was asked for; keep what was planted in the other logs."""
    parser = argparse.ArgumentParser(description="Record the example logs again.")
    parser.add_argument("names", nargs="*", choices=[[], *RECORDINGS], help="recordings")
    names = parser.parse_args().names or list(RECORDINGS)
    file = HERE / "planted.json"
    planted = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for name in names:
        record(name, planted)
        ordered = {log: planted[log] for log in sorted(planted)}
        file.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
