"""Configurations of structlog as people have them. Each writes to standard output or out.log."""

from __future__ import annotations

import pytest

__all__ = ["ALL", "BRIDGED", "EACH", "NATIVE"]

_START = """
import contextvars, json, logging, structlog
from structlog import processors as p
from structlog.stdlib import ProcessorFormatter
"""
_SHARED = """
shared = [
    structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level,
    p.StackInfoRenderer(), p.TimeStamper(fmt="iso"),
]
"""


def _native(renderers: str, more: str = "") -> str:
    return f"{_START}{_SHARED}structlog.configure(processors=[*shared, {renderers}]{more})\n"


def _bridged(renderers: str, *, more: str = "", chain: str = "") -> str:
    return f"""{_START}{_SHARED}
chain = [*shared, structlog.stdlib.PositionalArgumentsFormatter(), {chain}]
structlog.configure(
    processors=[*chain, ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(), wrapper_class=structlog.stdlib.BoundLogger,
)
handler = logging.FileHandler("out.log")
handler.setFormatter(ProcessorFormatter(
    foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()], processors=[{renderers}]{more},
))
logging.basicConfig(handlers=[handler], level=0, force=True)
"""


_META = "ProcessorFormatter.remove_processors_meta"

#: Name to a program that configures structlog, with its own loggers.
NATIVE = {
    "defaults": _START,
    "console": _native("structlog.dev.ConsoleRenderer(colors=False)"),
    "console with colours": _native(
        "structlog.dev.ConsoleRenderer(colors=True, force_colors=True)"
    ),
    "console, plain tracebacks": _native(
        "structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)"
    ),
    "console, rich tracebacks": _native(
        "structlog.dev.ConsoleRenderer(exception_formatter="
        "structlog.dev.RichTracebackFormatter(show_locals=True, extra_lines=2, width=100))"
    ),
    "JSON": _native("p.format_exc_info, p.JSONRenderer()"),
    "JSON, dictionaries": _native("p.dict_tracebacks, p.JSONRenderer(sort_keys=True)"),
    "JSON, locals": _native(
        "p.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=True)), "
        "p.JSONRenderer()"
    ),
    "JSON, msgspec": f"""{_START}{_SHARED}
import msgspec
def hook(value):
    return vars(value) if hasattr(value, "__dict__") else repr(value)
def encode(event, default=None):
    return msgspec.json.encode(event, enc_hook=hook)
structlog.configure(
    processors=[*shared, p.dict_tracebacks, p.JSONRenderer(serializer=encode)],
    logger_factory=structlog.BytesLoggerFactory(open("out.log", "wb")),
)
""",
    "key and value": _native(
        'p.format_exc_info, p.KeyValueRenderer(key_order=["event", "password"])'
    ),
    "logfmt": _native(
        "p.format_exc_info, p.UnicodeEncoder(), p.UnicodeDecoder(), p.LogfmtRenderer()"
    ),
    "pretty printer": _native("p.ExceptionPrettyPrinter(), p.KeyValueRenderer()"),
    "text in the middle": _native(
        "p.format_exc_info, structlog.dev.ConsoleRenderer(colors=True, force_colors=True), "
        "lambda _, __, text: f'begin {text} end'"
    ),
    "a function as renderer": _native(
        "p.format_exc_info, lambda _, __, event: ', '.join(f'{k} is {v}' for k, v in event.items())"
    ),
    "write logger": _native(
        "p.format_exc_info, p.JSONRenderer()",
        ", logger_factory=structlog.WriteLoggerFactory(open('out.log', 'w'))",
    ),
    "no renderer": f"""{_START}{_SHARED}
class Printing:
    def msg(self, **event):
        print(event)
    debug = info = warning = error = critical = exception = msg
structlog.configure(
    processors=[*shared, p.format_exc_info], logger_factory=lambda *_: Printing()
)
""",
    "cached": _native(
        "p.format_exc_info, p.JSONRenderer()",
        ", cache_logger_on_first_use=True, wrapper_class=structlog.make_filtering_bound_logger(0)",
    ),
    "generic bound logger": _native(
        "p.format_exc_info, p.JSONRenderer()", ", wrapper_class=structlog.BoundLogger"
    ),
    "own bound logger": f"""{_START}{_SHARED}
class Own(structlog.BoundLoggerBase):
    def info(self, event, *args, **kw):
        if args:
            event = event % args
        args, kw = self._process_event("info", event, kw)
        return self._logger.info(*args, **kw)
    debug = warning = error = info
    def exception(self, event, *args, **kw):
        return self._proxy_to_logger("error", event, exc_info=True, **kw)
structlog.configure(processors=[*shared, p.format_exc_info, p.JSONRenderer()], wrapper_class=Own)
""",
}

#: The same for those that go through ``logging``.
BRIDGED = {
    "rendered before logging": f"""{_START}{_SHARED}
structlog.configure(
    processors=[
        *shared, structlog.stdlib.PositionalArgumentsFormatter(), p.format_exc_info,
        p.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(), wrapper_class=structlog.stdlib.BoundLogger,
)
logging.basicConfig(filename="out.log", format="%(message)s", level=0, force=True)
""",
    "keyword arguments": f"""{_START}{_SHARED}
structlog.configure(
    processors=[
        *shared, structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.render_to_log_kwargs,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(), wrapper_class=structlog.stdlib.BoundLogger,
)
known = vars(logging.makeLogRecord({{}}))
class Everything(logging.Formatter):
    def format(self, record):
        fields = {{k: v for k, v in vars(record).items() if k not in known}}
        return super().format(record) + repr(fields)
handler = logging.FileHandler("out.log")
handler.setFormatter(Everything())
logging.basicConfig(handlers=[handler], level=0, force=True)
""",
    "formatter, console": _bridged(f"{_META}, structlog.dev.ConsoleRenderer(colors=True)"),
    "formatter, JSON": _bridged(f"{_META}, p.dict_tracebacks, p.JSONRenderer()"),
    "formatter, text": _bridged(
        f"{_META}, p.format_exc_info, p.KeyValueRenderer()", more=", pass_foreign_args=False"
    ),
    "formatter, one processor": f"""{_START}{_SHARED}
structlog.configure(
    processors=[
        *shared, structlog.stdlib.PositionalArgumentsFormatter(), p.format_exc_info,
        ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(), wrapper_class=structlog.stdlib.BoundLogger,
)
handler = logging.FileHandler("out.log")
handler.setFormatter(ProcessorFormatter(
    processor=p.JSONRenderer(), foreign_pre_chain=[*shared, p.format_exc_info],
))
logging.basicConfig(handlers=[handler], level=0, force=True)
""",
    "recreated defaults": f"{_START}structlog.stdlib.recreate_defaults()\n",
}

ALL = NATIVE | BRIDGED

#: One of each way to render an exception, to make a logger and to hand on to ``logging``.
_QUICK = frozenset({
    "defaults", "console, rich tracebacks", "JSON, dictionaries", "JSON, locals",
    "own bound logger", "keyword arguments", "formatter, JSON",
})  # fmt: skip
#: All configurations for ``parametrize``; the default run takes the quick ones.
EACH = [pytest.param(name, marks=() if name in _QUICK else pytest.mark.slow) for name in ALL]
