"""Long records that are no documents, made from a seed: what operators need to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.quality.long_errors import LONG_ERRORS
from bench.quality.long_reports import LONG_REPORTS
from bench.quality.long_words import VERBS, WORDS, camel, function, shaped

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["LONG_RECORDS"]

_ERRORS = (
    "connection refused by the server",
    "timed out after 30 seconds while waiting for the lock",
    "could not find the row",
    "index out of range",
    "unexpected end of input",
)


def _python(chance: random.Random) -> str:
    lines = ["Traceback (most recent call last):"]
    for _ in range(chance.randint(4, 25)):
        name, module = function(chance), chance.choice(WORDS)
        where = chance.choice((f"/srv/app/{module}.py", "<frozen importlib._bootstrap>"))
        lines.append(f'  File "{where}", line {chance.randint(1, 900)}, in {name}')
        if chance.random() < 0.8:
            lines.append(
                f"    return self.{function(chance)}(request, {module}={module}, retry=True)"
            )
            if chance.random() < 0.5:
                lines.append("           " + "^" * chance.randint(5, 30))
    if chance.random() < 0.3:
        lines += ["", "During handling of the above exception, another exception occurred:", ""]
        lines += lines[:5]
    lines.append(f"shop.errors.{camel(chance).title()}Error: {chance.choice(_ERRORS)}")
    return shaped("\n".join(lines), chance)


def _java(chance: random.Random) -> str:
    lines = [f"java.lang.IllegalStateException: {chance.choice(_ERRORS)}"]
    for _ in range(chance.randint(8, 40)):
        kind = camel(chance).title()
        lines.append(
            f"\tat com.shop.{chance.choice(WORDS)}.{kind}Service.{camel(chance)}"
            f"({kind}Service.java:{chance.randint(1, 900)})"
        )
    lines.append(f"Caused by: java.io.IOException: {chance.choice(_ERRORS)}")
    lines.append("\t... 12 more")
    return shaped("\n".join(lines), chance)


def _go(chance: random.Random) -> str:
    lines = [f"panic: runtime error: {chance.choice(_ERRORS)}", "", "goroutine 1 [running]:"]
    for _ in range(chance.randint(5, 20)):
        lines.append(
            f"main.{camel(chance)}(0x{chance.getrandbits(32):x}, 0x2, 0x{chance.getrandbits(16):x})"
        )
        lines.append(
            f"\t/srv/app/{chance.choice(WORDS)}.go:{chance.randint(1, 900)} +0x{chance.randint(1, 999):x}"
        )
    return shaped("\n".join(lines), chance)


def _node(chance: random.Random) -> str:
    lines = [f"TypeError: Cannot read properties of undefined (reading '{chance.choice(WORDS)}')"]
    lines += [
        f"    at async {camel(chance).title()}.{camel(chance)} "
        f"(/srv/app/node_modules/{chance.choice(WORDS)}/lib/index.js:{chance.randint(1, 900)}:{chance.randint(1, 80)})"
        for _ in range(chance.randint(6, 20))
    ]
    return shaped("\n".join(lines), chance)


def _rust(chance: random.Random) -> str:
    lines = [
        f"thread 'main' panicked at src/{chance.choice(WORDS)}.rs:{chance.randint(1, 900)}:9:",
        chance.choice(_ERRORS),
        "stack backtrace:",
    ]
    for number in range(chance.randint(5, 25)):
        lines.append(f"  {number:2d}: shop::{chance.choice(WORDS)}::{function(chance)}")
        lines.append(
            f"             at /srv/app/src/{chance.choice(WORDS)}.rs:{chance.randint(1, 900)}:13"
        )
    return shaped("\n".join(lines), chance)


def _dotnet(chance: random.Random) -> str:
    lines = [f"System.InvalidOperationException: {chance.choice(_ERRORS)}"]
    for _ in range(chance.randint(5, 25)):
        kind = camel(chance).title()
        lines.append(
            f"   at Shop.{kind}.{kind}Service.{camel(chance).title()}(String id, Int32 count) "
            f"in /src/Shop/{kind}Service.cs:line {chance.randint(1, 900)}"
        )
    return shaped("\n".join(lines), chance)


def _sql(chance: random.Random) -> str:
    tables = chance.sample(WORDS, 4)
    columns = ", ".join(
        f"{chance.choice(tables)}.{chance.choice(WORDS)}" for _ in range(chance.randint(6, 40))
    )
    joins = "\n".join(
        f"LEFT JOIN {table}s {table} ON {table}.id = {tables[0]}.{table}_id" for table in tables[1:]
    )
    text = (
        f"SELECT {columns}\nFROM {tables[0]}s {tables[0]}\n{joins}\n"
        f"WHERE {tables[0]}.created_at >= '2026-01-01' AND {tables[1]}.status IN ('open', 'paid', 'sent')\n"
        f"GROUP BY {tables[0]}.id, {tables[1]}.name\nHAVING COUNT(*) > {chance.randint(1, 9)}\n"
        f"ORDER BY {tables[0]}.created_at DESC LIMIT {chance.randint(10, 500)}"
    )
    if chance.random() < 0.4:
        names = chance.sample(WORDS, 12)
        text = (
            f"INSERT INTO {tables[0]}s ({', '.join(names)}) VALUES "
            f"({', '.join('%s' for _ in names)}) ON CONFLICT (id) DO UPDATE SET "
            + ", ".join(f"{name} = EXCLUDED.{name}" for name in names)
        )
    return shaped(text if chance.random() < 0.5 else text.replace("\n", " "), chance)


def _plan(chance: random.Random) -> str:
    lines = [
        f"Sort  (cost={chance.randint(1, 999)}.42..912.11 rows={chance.randint(1, 999)} width=64)"
    ]
    for depth in range(1, chance.randint(5, 14)):
        pad = "  " * depth
        table = chance.choice(WORDS)
        lines.append(
            f"{pad}->  {chance.choice(('Hash Join', 'Nested Loop', 'Seq Scan', 'Index Scan'))} on {table}s {table}"
            f"  (cost={depth}.29..{chance.randint(10, 999)}.01 rows={chance.randint(1, 9999)} width=16) "
            f"(actual time=0.0{depth}..1.{depth} rows=12 loops=1)"
        )
        lines.append(f"{pad}      Index Cond: ({table}.id = {chance.choice(WORDS)}.{table}_id)")
    lines += ["Planning Time: 0.412 ms", "Execution Time: 12.118 ms"]
    return shaped("\n".join(lines), chance)


def _yaml(chance: random.Random) -> str:
    lines = []
    for section in chance.sample(WORDS, chance.randint(6, 12)):
        lines.append(f"{section}:")
        for key in chance.sample(WORDS, chance.randint(3, 6)):
            value = chance.choice(
                ("true", "false", "30s", "info", "redis", "10", "0.0.0.0:8080", "[a, b]")
            )
            lines.append(f"  {key}_{chance.choice(VERBS)}: {value}")
        lines.append(f"  {chance.choice(VERBS)}: {chance.choice(WORDS)}")
    return shaped("\n".join(lines), chance)


def _ini(chance: random.Random) -> str:
    lines = []
    for section in chance.sample(WORDS, chance.randint(5, 10)):
        lines.append(f"[{section}]")
        lines += [
            f"{key} = {chance.choice(('yes', 'no', '30', 'auto', chance.choice(WORDS)))}"
            for key in chance.sample(WORDS, chance.randint(3, 7))
        ]
    return shaped("\n".join(lines), chance)


def _toml(chance: random.Random) -> str:
    lines = []
    for section in chance.sample(WORDS, chance.randint(5, 10)):
        lines.append(f"[tool.{section}]")
        lines += [
            f"{key} = {chance.choice(('true', '30', chr(34) + chance.choice(WORDS) + chr(34), '[1, 2, 3]'))}"
            for key in chance.sample(WORDS, chance.randint(3, 7))
        ]
    return shaped("\n".join(lines), chance)


def _env(chance: random.Random) -> str:
    pairs = [
        f"{first.upper()}_{second.upper()}={chance.choice(('1', 'true', 'eu-west-1', '/srv/app', second))}"
        for first, second in zip(chance.sample(WORDS, 18), chance.sample(WORDS, 18), strict=True)
    ]
    return shaped(chance.choice(("\n", " ", ", ")).join(pairs), chance)


def _url(chance: random.Random) -> str:
    query = urlencode(
        {
            f"{function(chance)}[{number}]": f"{chance.choice(WORDS)} {chance.choice(WORDS)}"
            for number in range(chance.randint(12, 50))
        }
    )
    return f'10.0.0.7 - - [27/Nov/2026:10:12:13 +0000] "GET /v1/{chance.choice(WORDS)}?{query} HTTP/1.1" 200 512'


def _metrics(chance: random.Random) -> str:
    lines = []
    for _ in range(chance.randint(6, 30)):
        name = f"{chance.choice(WORDS)}_{chance.choice(VERBS)}_seconds"
        if chance.random() < 0.3:
            lines += [
                f"# HELP {name} Time that it took to {chance.choice(VERBS)} one {chance.choice(WORDS)}.",
                f"# TYPE {name} histogram",
            ]
        lines.append(
            f'{name}_bucket{{path="/v1/{chance.choice(WORDS)}",code="200",le="0.{chance.randint(1, 9)}"}} {chance.randint(1, 9999)}'
        )
    return shaped("\n".join(lines), chance)


def _kernel(chance: random.Random) -> str:
    lines = []
    for number in range(chance.randint(6, 25)):
        at = f"[{chance.randint(1, 99999):5d}.{chance.randint(0, 999999):06d}]"
        lines.append(
            at
            + chance.choice(
                (
                    f" BUG: unable to handle page fault for address: ffff{chance.getrandbits(48):012x}",
                    f" CPU: {number} PID: {chance.randint(2, 9999)} Comm: {chance.choice(WORDS)} Not tainted 6.1.0-13-amd64 #1",
                    f"  {function(chance)}+0x{chance.randint(1, 999):x}/0x{chance.randint(1, 999):x} [nf_tables]",
                    " Out of memory: Killed process 4242 (java) total-vm:8123456kB, anon-rss:4012345kB",
                    f" usb 1-{number % 9}: new high-speed USB device number {number} using xhci_hcd",
                    " eth0: renamed from veth12ab34c",
                    " device veth98fe entered promiscuous mode",
                )
            )
        )
    return "\n".join(lines)


def _ids(chance: random.Random) -> str:
    ids = [
        chance.choice((f"ord_{chance.getrandbits(40):010x}", f"{chance.getrandbits(128):032x}"))
        for _ in range(chance.randint(15, 80))
    ]
    if chance.random() < 0.5:
        return json.dumps({"event": "batch", "ids": ids, "count": len(ids)})
    rows = [{"id": each, "status": "open", "n": number} for number, each in enumerate(ids)]
    return json.dumps({"event": "batch", "items": rows})


def _logfmt(chance: random.Random) -> str:
    pairs = [
        f"{function(chance)}={chance.choice(('12ms', 'true', 'ok', '200', 'GET', '/v1/x', '0.5'))}"
        for _ in range(chance.randint(20, 60))
    ]
    message = f"{chance.choice(VERBS)} of {chance.choice(WORDS)} finished for 12 of 40 items"
    return f'ts=2026-11-27T10:12:13Z level=info msg="{message}" ' + " ".join(pairs)


def _event(chance: random.Random) -> str:
    record = {
        "timestamp": "2026-11-27T10:12:13Z", "level": "warning", "logger": f"shop.{chance.choice(WORDS)}",
        "message": f"Could not {chance.choice(VERBS)} the {chance.choice(WORDS)} because the {chance.choice(_ERRORS)}; will try again in {chance.randint(1, 60)} seconds",
        **{function(chance): chance.choice((1, True, "ok", 0.5, None, chance.choice(WORDS))) for _ in range(chance.randint(8, 25))},
        "tags": chance.sample(WORDS, 10),
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    }  # fmt: skip
    return json.dumps(record)


def _validation(chance: random.Random) -> str:
    errors = [
        {
            "type": "missing",
            "loc": ["body", chance.choice(WORDS)],
            "msg": "Field required",
            "input": {},
        }
        for _ in range(chance.randint(4, 12))
    ]
    return json.dumps({"event": "request refused", "status": 422, "errors": errors})


def _help(chance: random.Random) -> str:
    lines = [
        f"usage: shop {chance.choice(VERBS)} [-h] [--{chance.choice(WORDS)} N] FILE",
        "",
        "options:",
    ]
    for _ in range(chance.randint(6, 12)):
        option = chance.choice(WORDS)
        lines.append(
            f"  --{option} {option.upper():<12} {chance.choice(VERBS)} the {option} first (default: {chance.randint(1, 99)})"
        )
    return shaped("\n".join(lines), chance)


#: Long records, by kind.
LONG_RECORDS: dict[str, Callable[[random.Random], str]] = {
    "Python traceback": _python,
    "Java stack trace": _java,
    "Go panic": _go,
    "Node.js stack": _node,
    "Rust backtrace": _rust,
    ".NET stack trace": _dotnet,
    "SQL statement": _sql,
    "query plan": _plan,
    "YAML configuration": _yaml,
    "INI configuration": _ini,
    "TOML configuration": _toml,
    "environment": _env,
    "long URL": _url,
    "metrics": _metrics,
    "kernel messages": _kernel,
    "JSON of ids": _ids,
    "logfmt": _logfmt,
    "JSON event": _event,
    "validation errors": _validation,
    "usage": _help,
    **LONG_ERRORS,
    **LONG_REPORTS,
}
