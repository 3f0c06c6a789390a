"""Long reports of errors: chains and groups of every language, with messages that are sentences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench.quality.long_words import VERBS, WORDS, camel, function, shaped

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["LONG_ERRORS"]

_WHAT = (
    "could not {verb} the {word} because the {other} was closed by another worker",
    "the {word} that was asked for does not exist or has been removed",
    "failed to {verb} {word}: the server closed the connection without a response",
    "no such file or directory",
    "timed out after {number} seconds while waiting for a lock on the {word}",
    "cannot {verb} a {word} that is not open; call {verb}_{word}() first",
    "the {word} has {number} items, expected {other}",
    "please check that the {other} is running and accepts connections on this port",
    "unsupported operand type(s) for +: 'int' and 'NoneType'",
    "{verb} is not possible in the state 'closed' of the {word}",
    "a value is required for the field {word}, but nothing was given",
    "connection to the {other} was lost in the middle of a transaction and will not be tried again",
    "{word}_id {number} is out of range",
    "maximum recursion depth exceeded while calling a Python object",
    "the {other} refused the {word} with status {number}",
)
_BETWEEN = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)


def message(chance: random.Random) -> str:
    """Return what an error says: a sentence, mostly."""
    return chance.choice(_WHAT).format(
        verb=chance.choice(VERBS),
        word=chance.choice(WORDS),
        other=chance.choice(WORDS),
        number=chance.randint(2, 900),
    )


def _kind(chance: random.Random) -> str:
    return chance.choice(
        (
            "ValueError", "RuntimeError", "KeyError", "OSError", "Exception",
            f"shop.errors.{camel(chance).title()}Error", "sqlalchemy.exc.OperationalError",
        )
    )  # fmt: skip


def _frames(chance: random.Random, least: int, most: int) -> list[str]:
    lines = []
    for _ in range(chance.randint(least, most)):
        where = f"/srv/app/shop/{chance.choice(WORDS)}.py"
        lines.append(f'  File "{where}", line {chance.randint(1, 900)}, in {function(chance)}')
        if chance.random() < 0.8:
            lines.append(
                chance.choice(
                    (
                        f"    return self.{function(chance)}(request)",
                        f"    raise {_kind(chance)}(text) from error",
                        f'    raise RuntimeError("{message(chance)}")',
                        f"    assert {chance.choice(WORDS)} in {chance.choice(WORDS)}",
                        f"    for {chance.choice(WORDS)} in self.{chance.choice(WORDS)}s:",
                    )
                )
            )
            if chance.random() < 0.3:
                lines.append("    " + "~" * chance.randint(3, 9) + "^" * chance.randint(3, 20))
    return lines


def _python_chain(chance: random.Random) -> str:
    lines: list[str] = []
    for place in range(chance.choice((2, 3, 6, 20, 100))):
        if place:
            lines += ["", chance.choice(_BETWEEN), ""]
        lines.append("Traceback (most recent call last):")
        lines += _frames(chance, 1, 3)
        lines.append(f"{_kind(chance)}: {message(chance)}")
        if chance.random() < 0.2:
            lines.append(f"{message(chance)} ({function(chance)})")
    return shaped("\n".join(lines), chance)


def _python_group(chance: random.Random) -> str:
    lines = ["  + Exception Group Traceback (most recent call last):"]
    lines += ["  |" + line[1:] for line in _frames(chance, 1, 4)]
    count = chance.randint(2, 15)
    lines.append(f"  | ExceptionGroup: {message(chance)} ({count} sub-exceptions)")
    for number in range(1, count + 1):
        head = "  +-+" if number == 1 else "    +"
        lines.append(f"{head}---------------- {number} ----------------")
        lines.append("    | Traceback (most recent call last):")
        lines += ["    | " + line for line in _frames(chance, 1, 3)]
        lines.append(f"    | {_kind(chance)}: {message(chance)}")
    lines.append("    +------------------------------------")
    return shaped("\n".join(lines), chance)


def _java_frame(chance: random.Random) -> str:
    kind = camel(chance).title()
    return f"at com.shop.{chance.choice(WORDS)}.{kind}.{camel(chance)}({kind}.java:{chance.randint(1, 900)})"


def _java_chain(chance: random.Random) -> str:
    lines = [f'Exception in thread "main" java.lang.IllegalStateException: {message(chance)}']
    lines += ["\t" + _java_frame(chance) for _ in range(chance.randint(1, 4))]
    for _ in range(chance.choice((2, 4, 8, 30))):
        if chance.random() < 0.3:
            lines.append(f"\tSuppressed: java.io.IOException: {message(chance)}")
            lines += ["\t\t" + _java_frame(chance) for _ in range(chance.randint(1, 2))]
        lines.append(
            f"Caused by: org.shop.{chance.choice(WORDS)}.{camel(chance).title()}Exception: "
            f"{message(chance)}; nested exception is java.io.IOException: {message(chance)}"
        )
        lines += ["\t" + _java_frame(chance) for _ in range(chance.randint(1, 3))]
        lines.append(f"\t... {chance.randint(2, 90)} more")
    return shaped("\n".join(lines), chance)


def _java_threads(chance: random.Random) -> str:
    lines = ["Full thread dump OpenJDK 64-Bit Server VM (21.0.2+13 mixed mode):", ""]
    for number in range(chance.randint(3, 12)):
        lines.append(
            f'"{chance.choice(WORDS)}-{number}" #{number} daemon prio=5 os_prio=0 cpu=1.20ms '
            f"elapsed=9.1s tid=0x{chance.getrandbits(48):012x} nid=0x{number:x} waiting on condition"
        )
        lines.append("   java.lang.Thread.State: WAITING (parking)")
        lines += ["\t" + _java_frame(chance) for _ in range(chance.randint(2, 6))]
        lines.append("\t- parking to wait for <0x000000070e8f4a20> (a java.lang.Object)")
        lines.append("")
    return shaped("\n".join(lines), chance)


def _dotnet_chain(chance: random.Random) -> str:
    depth = chance.choice((2, 4, 12))
    names = [f"Shop.{camel(chance).title()}Exception" for _ in range(depth)]
    head = " ---> ".join(f"{each}: {message(chance)}" for each in names)
    lines = [f"System.AggregateException: One or more errors occurred. ({message(chance)})"]
    lines[0] += f"\n ---> {head}"
    for _ in range(depth):
        kind = camel(chance).title()
        lines += [
            f"   at Shop.{kind}.{camel(chance).title()}(String id) in /src/Shop/{kind}.cs:line {chance.randint(1, 900)}"
            for _ in range(chance.randint(1, 3))
        ]
        lines.append("   --- End of inner exception stack trace ---")
    return shaped("\n".join(lines), chance)


def _node_chain(chance: random.Random) -> str:
    lines = [f"AggregateError: {message(chance)}"]
    for depth in range(chance.choice((2, 4, 10))):
        pad = "  " * depth
        lines += [
            f"{pad}    at async {camel(chance).title()}.{camel(chance)} (/srv/app/lib/{chance.choice(WORDS)}.js:{chance.randint(1, 900)}:{chance.randint(1, 80)})"
            for _ in range(chance.randint(1, 4))
        ]
        lines[-1] += " {"
        lines.append(f"{pad}  [cause]: Error: {message(chance)}")
    lines.append("    code: 'ECONNREFUSED', errno: -111, syscall: 'connect'")
    return shaped("\n".join(lines), chance)


def _go_chain(chance: random.Random) -> str:
    parts = [message(chance) for _ in range(chance.choice((4, 8, 16)))]
    text = "rpc error: code = Unavailable desc = " + ": ".join(parts)
    return f'{{"level":"error","ts":1764238333.12,"caller":"shop/{chance.choice(WORDS)}.go:41","msg":"request failed","error":{json.dumps(text)}}}'


def _rust_chain(chance: random.Random) -> str:
    lines = [f"Error: {message(chance)}", "", "Caused by:"]
    lines += [f"    {place}: {message(chance)}" for place in range(chance.choice((4, 8, 16)))]
    lines += ["", "Stack backtrace:"]
    for place in range(chance.randint(2, 8)):
        lines.append(f"  {place:2d}: shop::{chance.choice(WORDS)}::{function(chance)}")
        lines.append(f"             at ./src/{chance.choice(WORDS)}.rs:{chance.randint(1, 900)}:13")
    return shaped("\n".join(lines), chance)


def _ruby(chance: random.Random) -> str:
    lines = [f"{camel(chance).title()}Error ({message(chance)}):", ""]
    lines += [
        f"app/models/{chance.choice(WORDS)}.rb:{chance.randint(1, 900)}:in `{function(chance)}'"
        for _ in range(chance.randint(5, 25))
    ]
    for _ in range(chance.randint(0, 4)):
        lines += ["", f"Caused by: PG::Error ({message(chance)})"]
        lines.append(
            f"lib/{chance.choice(WORDS)}.rb:{chance.randint(1, 900)}:in `block in {function(chance)}'"
        )
    return shaped("\n".join(lines), chance)


def _php(chance: random.Random) -> str:
    lines = [f"PHP Fatal error:  Uncaught Exception: {message(chance)} in /srv/app/index.php:12"]
    for _ in range(chance.randint(1, 6)):
        lines.append("Stack trace:")
        lines += [
            f"#{place} /srv/app/src/{chance.choice(WORDS)}.php({chance.randint(1, 900)}): Shop\\{camel(chance).title()}->{camel(chance)}(Object(Shop\\Order), 'open')"
            for place in range(chance.randint(2, 8))
        ]
        lines.append("#9 {main}")
        lines.append(f"\nNext RuntimeException: {message(chance)} in /srv/app/src/a.php:90")
    return shaped("\n".join(lines), chance)


def _structured(chance: random.Random) -> str:
    """Chains as structlog, Sentry and OpenTelemetry write them."""
    values = [
        {
            "type": _kind(chance), "exc_value": message(chance),
            "is_cause": False, "exc_notes": [message(chance)] if chance.random() < 0.3 else [],
            "frames": [
                {"filename": f"/srv/app/{chance.choice(WORDS)}.py", "lineno": chance.randint(1, 900),
                 "name": function(chance), "locals": {each: repr(chance.choice((1, None, "open", [1, 2]))) for each in chance.sample(WORDS, 4)}}
                for _ in range(chance.randint(1, 5))
            ],
        }
        for _ in range(chance.choice((1, 3, 10)))
    ]  # fmt: skip
    return json.dumps({"event": "request failed", "level": "error", "exception": values})


def _locals(chance: random.Random) -> str:
    """A traceback with the values of its variables, as Loguru and rich show them."""
    lines = ["Traceback (most recent call last):", ""]
    for _ in range(chance.randint(3, 12)):
        lines.append(
            f'> File "/srv/app/{chance.choice(WORDS)}.py", line {chance.randint(1, 900)}, in {function(chance)}'
        )
        first, second = chance.sample(WORDS, 2)
        lines.append(f"    return {function(chance)}({first}, {second}.{chance.choice(WORDS)})")
        lines.append(
            f"           │ {' ' * 8}│ {' ' * 4}└ <shop.{first}.{first.title()} object at 0x7f{chance.getrandbits(40):010x}>"
        )
        lines.append(
            f"           │ {' ' * 8}└ {{'{first}': {chance.randint(1, 99)}, '{second}': None, 'status': 'open'}}"
        )
        lines.append(
            f"           └ <function {function(chance)} at 0x7f{chance.getrandbits(40):010x}>"
        )
    lines += ["", f"{_kind(chance)}: {message(chance)}"]
    return shaped("\n".join(lines), chance)


#: Long reports of errors, by kind.
LONG_ERRORS: dict[str, Callable[[random.Random], str]] = {
    "Python chain": _python_chain,
    "Python exception group": _python_group,
    "Python locals": _locals,
    "Java chain": _java_chain,
    "Java thread dump": _java_threads,
    ".NET chain": _dotnet_chain,
    "Node.js chain": _node_chain,
    "Go wrapped errors": _go_chain,
    "Rust chain": _rust_chain,
    "Ruby backtrace": _ruby,
    "PHP stack": _php,
    "structured exceptions": _structured,
}
