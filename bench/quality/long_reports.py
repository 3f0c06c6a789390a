"""Long records of other kinds that are no documents: output of tools, configuration, data, ids."""

from __future__ import annotations

import base64
import json
import uuid
from typing import TYPE_CHECKING

from bench.quality.long_errors import message
from bench.quality.long_words import VERBS, WORDS, camel, function, shaped

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["LONG_REPORTS"]


def _base64(chance: random.Random) -> str:
    """Base64 of what is no file: digests, keys of caches, protocol buffers, JSON, cursors."""
    size = chance.randint(40, 700)
    held = chance.choice(
        (
            chance.randbytes(size),
            json.dumps(
                {function(chance): chance.getrandbits(40) for _ in range(size // 25)}
            ).encode(),
            bytes(chance.choice(b"\x08\x12\x1a\x00\x01\x7f abc") for _ in range(size)),
        )
    )
    text = base64.b64encode(held).decode()
    if chance.random() < 0.3:
        return f"state of {chance.choice(WORDS)} {text} is kept until the next run"
    return json.dumps({"event": function(chance), "cursor": text, "count": size})


def _minified(chance: random.Random) -> str:
    rows = [
        {"i": str(uuid.UUID(int=chance.getrandbits(128))), "n": chance.getrandbits(20),
         "t": chance.sample(WORDS, 2), "s": chance.choice(("open", "paid", None))}
        for _ in range(chance.randint(5, 60))
    ]  # fmt: skip
    return json.dumps(
        chance.choice(({"rows": rows}, rows, {"a": {"b": {"c": rows}}})), separators=(",", ":")
    )


def _numbers(chance: random.Random) -> str:
    count = chance.randint(60, 600)
    values = [round(chance.uniform(-1, 1), chance.randint(1, 12)) for _ in range(count)]
    if chance.random() < 0.5:
        return json.dumps({"embedding": values, "model": "small-3", "index": 0})
    return f"weights of {chance.choice(WORDS)}: {values}"


def _integers(chance: random.Random) -> str:
    ids = [chance.randint(1, 10**7) for _ in range(chance.randint(60, 300))]
    return chance.choice(
        (
            f"deleted {len(ids)} rows of {chance.choice(WORDS)}s: {', '.join(map(str, ids))}",
            f"SELECT * FROM {chance.choice(WORDS)}s WHERE id IN ({','.join(map(str, ids))})",
            json.dumps({"ids": ids}),
        )
    )


def _several_lines(chance: random.Random) -> str:
    """Lines of a log in one text, each with a sentence."""
    lines = []
    for number in range(chance.randint(6, 40)):
        at = f"2026-11-27 10:{number // 60:02d}:{number % 60:02d},{chance.randint(0, 999):03d}"
        level = chance.choice(("INFO", "DEBUG", "WARNING", "ERROR"))
        lines.append(f"{at} {level} shop.{chance.choice(WORDS)} {message(chance)}")
    return "\n".join(lines)


def _levels(chance: random.Random) -> str:
    """Lines of a log without times."""
    lines = [
        f"{chance.choice(('INFO', 'DEBUG', 'WARN', 'ERROR'))}: {message(chance)}"
        for _ in range(chance.randint(6, 40))
    ]
    return shaped("\n".join(lines), chance)


def _states(chance: random.Random) -> str:
    """What an orchestrator says of a container, as JSON."""
    state = {
        "kind": "Pod", "apiVersion": "v1",
        "metadata": {"name": f"{chance.choice(WORDS)}-{chance.getrandbits(32):08x}", "uid": str(uuid.UUID(int=chance.getrandbits(128))), "labels": {each: chance.choice(WORDS) for each in chance.sample(WORDS, 4)}},
        "status": {
            "phase": "Running",
            "conditions": [
                {"type": each.title(), "status": "True", "lastTransitionTime": "2026-11-27T10:12:13Z", "reason": camel(chance).title(), "message": chance.choice(("", message(chance)))}
                for each in chance.sample(WORDS, chance.randint(3, 8))
            ],
            "containerStatuses": [{"name": each, "ready": True, "restartCount": chance.randint(0, 9), "image": f"registry.example/{each}:1.2"} for each in chance.sample(WORDS, 6)],
        },
    }  # fmt: skip
    return json.dumps(state)


def _events(chance: random.Random) -> str:
    """Events of an orchestrator, as its client prints them."""
    lines = ["LAST SEEN   TYPE      REASON      OBJECT      MESSAGE"]
    lines += [
        f"{chance.randint(1, 59)}m         {chance.choice(('Normal', 'Warning'))}    {camel(chance).title()}   pod/{chance.choice(WORDS)}-{chance.getrandbits(20):05x}   {message(chance)}"
        for _ in range(chance.randint(5, 20))
    ]
    return shaped("\n".join(lines), chance)


def _checks(chance: random.Random) -> str:
    rows = [
        {"name": f"{chance.choice(WORDS)} {chance.choice(WORDS)}", "ok": chance.random() < 0.9, "ms": chance.randint(1, 900)}
        for _ in range(chance.randint(5, 15))
    ]  # fmt: skip
    return json.dumps({"event": "health", "checks": rows})


def _compiler(chance: random.Random) -> str:
    lines = []
    for _ in range(chance.randint(3, 15)):
        lines += [
            f"src/{chance.choice(WORDS)}.c:{chance.randint(1, 900)}:7: {chance.choice(('error', 'warning'))}: {message(chance)} [-Wunused-{chance.choice(WORDS)}]",
            f"  {chance.randint(1, 900)} |     int {function(chance)} = {function(chance)}({chance.choice(WORDS)});",
            "      |         ^~~~~~~~~~~",
        ]
    return shaped("\n".join(lines), chance)


def _tests(chance: random.Random) -> str:
    lines = ["=" * 27 + " short test summary info " + "=" * 27]
    lines += [
        f"FAILED tests/test_{chance.choice(WORDS)}.py::test_{function(chance)} - AssertionError: {message(chance)}"
        for _ in range(chance.randint(5, 30))
    ]
    lines.append(f"{'=' * 20} {chance.randint(1, 30)} failed, 120 passed in 12.31s {'=' * 20}")
    return shaped("\n".join(lines), chance)


def _diff(chance: random.Random) -> str:
    path = f"shop/{chance.choice(WORDS)}.py"
    lines = [f"diff --git a/{path} b/{path}", f"--- a/{path}", f"+++ b/{path}"]
    for _ in range(chance.randint(2, 8)):
        at = chance.randint(1, 400)
        lines.append(f"@@ -{at},7 +{at},9 @@ def {function(chance)}(self, {chance.choice(WORDS)}):")
        lines += [
            f"{chance.choice(' +-')}    {chance.choice(WORDS)} = self.{function(chance)}({chance.choice(WORDS)}, {chance.choice(WORDS)}={chance.randint(0, 9)})"
            for _ in range(chance.randint(3, 8))
        ]
    return shaped("\n".join(lines), chance)


def _processes(chance: random.Random) -> str:
    lines = ["USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"]
    lines += [
        f"{chance.choice(('root', 'www-data', 'app'))}      {chance.randint(1, 99999):5d}  {chance.randint(0, 9)}.{chance.randint(0, 9)}  0.{chance.randint(0, 9)} {chance.randint(1000, 900000):6d} {chance.randint(100, 90000):5d} ?        Ss   Nov26   0:0{chance.randint(0, 9)} /usr/bin/{chance.choice(WORDS)} --{chance.choice(VERBS)} {chance.choice(WORDS)}"
        for _ in range(chance.randint(6, 25))
    ]
    return shaped("\n".join(lines), chance)


def _files(chance: random.Random) -> str:
    lines = [f"total {chance.randint(10, 900)}"]
    lines += [
        f"-rw-r--r-- 1 app app {chance.randint(10, 90000):6d} Nov 27 10:{chance.randint(10, 59)} {chance.choice(WORDS)}_{chance.choice(WORDS)}.{chance.choice(('py', 'log', 'txt'))}"
        for _ in range(chance.randint(8, 30))
    ]
    return shaped("\n".join(lines), chance)


def _install(chance: random.Random) -> str:
    lines = []
    for each in chance.sample(WORDS, chance.randint(5, 15)):
        lines += [
            f"Collecting {each}>={chance.randint(1, 9)}.0 (from shop=={chance.randint(1, 9)}.1)",
            f"  Downloading {each}-{chance.randint(1, 9)}.2.1-py3-none-any.whl.metadata ({chance.randint(2, 60)} kB)",
            f"Requirement already satisfied: {chance.choice(WORDS)} in ./lib/python3.11/site-packages (from {each}) (1.2.1)",
        ]
    lines.append(
        "Successfully installed "
        + " ".join(f"{each}-{chance.randint(1, 9)}.1" for each in chance.sample(WORDS, 15))
    )
    return shaped("\n".join(lines), chance)


def _repr(chance: random.Random) -> str:
    def one() -> str:
        kind = camel(chance).title()
        members = ", ".join(
            f"{function(chance)}={chance.choice((repr(chance.choice(WORDS)), 'None', '12', 'True', 'datetime.datetime(2026, 11, 27, 10, 12)', '<Status.OPEN: 1>'))}"
            for _ in range(chance.randint(3, 9))
        )
        return f"{kind}({members})"

    return f"could not {chance.choice(VERBS)} [{', '.join(one() for _ in range(chance.randint(3, 12)))}]"


def _query(chance: random.Random) -> str:
    """A query in GraphQL."""

    def level(depth: int) -> str:
        pad = "  " * depth
        return "\n".join(
            f"{pad}{each}(first: {chance.randint(1, 50)}) {{\n{level(depth + 1)}\n{pad}}}"
            if depth < 3 and chance.random() < 0.5
            else f"{pad}{each}"
            for each in chance.sample(WORDS, chance.randint(3, 6))
        )

    text = f"query {camel(chance).title()}($id: ID!) {{\n{level(1)}\n}}"
    if len(text) < 400:
        text += "\n" + text
    return shaped(text, chance)


def _schema(chance: random.Random) -> str:
    columns = ",\n".join(
        f"    {function(chance)} {chance.choice(('bigint NOT NULL', 'text', 'timestamptz DEFAULT now()', 'numeric(10, 2)', 'boolean NOT NULL DEFAULT false'))}"
        for _ in range(chance.randint(8, 30))
    )
    return shaped(f"CREATE TABLE IF NOT EXISTS {chance.choice(WORDS)}s (\n{columns}\n);", chance)


def _server(chance: random.Random) -> str:
    """Configuration of a web server."""
    lines = []
    for _ in range(chance.randint(3, 9)):
        lines += [
            "server {", "    listen 443 ssl;", f"    server_name {chance.choice(WORDS)}.example;",
            f"    location /{chance.choice(WORDS)} {{", f"        proxy_pass http://{chance.choice(WORDS)}:8080;",
            f"        proxy_read_timeout {chance.randint(5, 90)}s;", "    }", "}",
        ]  # fmt: skip
    return shaped("\n".join(lines), chance)


def _policy(chance: random.Random) -> str:
    """Headers of a response: content security policy and others."""
    sources = " ".join(
        f"https://{chance.choice(WORDS)}.example" for _ in range(chance.randint(4, 12))
    )
    headers = {
        "Content-Security-Policy": f"default-src 'self'; script-src 'self' {sources}; img-src 'self' data: {sources}",
        "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store, max-age=0",
        "Date": "Fri, 27 Nov 2026 10:12:13 GMT", "X-Request-Id": f"{chance.getrandbits(64):016x}",
        "Permissions-Policy": ", ".join(f"{each}=()" for each in chance.sample(WORDS, 8)),
    }  # fmt: skip
    if chance.random() < 0.5:
        return f"response headers: {headers}"
    return shaped("\n".join(f"{key}: {value}" for key, value in headers.items()), chance)


def _plan_of_changes(chance: random.Random) -> str:
    lines = ["Terraform will perform the following actions:", ""]
    for _ in range(chance.randint(2, 8)):
        lines.append(f"  # aws_{function(chance)}.{chance.choice(WORDS)} will be updated in-place")
        lines.append(f'  ~ resource "aws_{function(chance)}" "{chance.choice(WORDS)}" {{')
        lines += [
            f'      ~ {function(chance)} = "{chance.choice(WORDS)}" -> "{chance.choice(WORDS)}"'
            for _ in range(chance.randint(2, 6))
        ]
        lines.append("        # (11 unchanged attributes hidden)")
        lines.append("    }")
    lines.append(
        f"Plan: {chance.randint(0, 9)} to add, {chance.randint(1, 9)} to change, 0 to destroy."
    )
    return shaped("\n".join(lines), chance)


def _warnings(chance: random.Random) -> str:
    lines = [
        f"/srv/app/lib/{chance.choice(WORDS)}.py:{chance.randint(1, 900)}: DeprecationWarning: "
        f"{function(chance)} is deprecated, use {function(chance)} instead; it will be removed in version {chance.randint(2, 9)}.0\n"
        f"  {function(chance)}({chance.choice(WORDS)})"
        for _ in range(chance.randint(4, 15))
    ]
    return shaped("\n".join(lines), chance)


def _templates(chance: random.Random) -> str:
    """Messages of a program with their parameters, as JSON."""
    record = {
        "message": message(chance), "template": message(chance), "error": message(chance),
        "hint": message(chance), "detail": message(chance), "path": f"/v1/{chance.choice(WORDS)}",
        "logger": f"shop.{chance.choice(WORDS)}", "thread": "MainThread", "line": chance.randint(1, 900),
        "context": {each: chance.choice(WORDS) for each in chance.sample(WORDS, 8)},
    }  # fmt: skip
    return json.dumps(record)


def _serialized(chance: random.Random) -> str:
    """A record as Loguru serializes it, with the line that it would be in a file."""
    said = f"{message(chance)} ({function(chance)} of {', '.join(chance.sample(WORDS, 12))}) {message(chance)}"
    line = f"2026-11-27 10:12:13.482 | ERROR    | shop.{chance.choice(WORDS)}:{function(chance)}:{chance.randint(1, 900)} - {said}"
    record = {
        "text": f"{line}\n",
        "record": {"elapsed": {"repr": "0:00:01.2", "seconds": 1.2}, "exception": None, "extra": {},
                   "file": {"name": "app.py", "path": "/srv/app/app.py"}, "message": said},
    }  # fmt: skip
    return json.dumps(record)


#: Long records of other kinds, by kind.
LONG_REPORTS: dict[str, Callable[[random.Random], str]] = {
    "base64 of no file": _base64,
    "minified JSON": _minified,
    "numbers": _numbers,
    "integers": _integers,
    "lines of a log": _several_lines,
    "lines with levels": _levels,
    "state of a container": _states,
    "events of a cluster": _events,
    "checks": _checks,
    "output of a compiler": _compiler,
    "failed tests": _tests,
    "diff of code": _diff,
    "processes": _processes,
    "list of files": _files,
    "installation": _install,
    "reprs": _repr,
    "GraphQL query": _query,
    "schema": _schema,
    "server configuration": _server,
    "headers of a response": _policy,
    "plan of changes": _plan_of_changes,
    "deprecations": _warnings,
    "record of sentences": _templates,
    "serialized record": _serialized,
}
