"""
Shapes: what the value of a declared field may look like.

All are narrow on purpose. None has a space in it, all are ASCII and bounded, and none lets more
than three words of letters stand side by side, so that no sentence fits through a name.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["LISTED", "SHAPES", "enum_of", "fits_name"]

_WORDS = 3
_LETTERS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")

_UUID = r"\{?[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}\}?"
_ULID = r"[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}"
_INTEGER = r"-?[0-9]{1,20}"
_HEX = r"(?:0x)?[0-9a-f]{8,64}|(?:0x)?[0-9A-F]{8,64}"
_SLUG = r"[A-Za-z0-9]+(?:[-_.:][A-Za-z0-9]+){0,5}"
#: ``req_01hzx4...``, ``cus_9s6XKzkNRiz8i3``: a short prefix and a run that has digits.
_CODE = r"[A-Za-z]{1,12}[-_](?=[A-Za-z0-9]{0,40}[0-9])[A-Za-z0-9]{6,40}"
_ZONE = r"(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
TIME = (
    rf"[0-9]{{4}}[-/][0-9]{{2}}[-/][0-9]{{2}}(?:[T ]{_CLOCK}{_ZONE})?"
    rf"|[0-9]{{1,2}}/{_MONTH}/[0-9]{{4}}:{_CLOCK}{_ZONE}"
    rf"|(?:{_DAY},? )?{_MONTH} {{1,2}}[0-9]{{1,2}} {_CLOCK}(?: [0-9]{{4}})?"
    rf"|{_DAY}, [0-9]{{2}} {_MONTH} [0-9]{{4}} {_CLOCK}{_ZONE}"
)
_EPOCH = r"[0-9]{10}(?:[0-9]{3}){0,3}(?:\.[0-9]{1,9})?"
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,12})?"
_DURATION = (
    rf"{_NUMBER} ?(?:ns|us|µs|μs|ms|s|sec|secs|seconds?|min|mins|minutes?|m|h|hours?|d|days?)?"
    r"|P(?:[0-9]{1,9}D)?(?:T(?:[0-9]{1,9}H)?(?:[0-9]{1,9}M)?(?:[0-9]{1,9}(?:\.[0-9]{1,9})?S)?)?"
    r"|(?:[0-9]{1,6} days?, )?[0-9]{1,3}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?"
)
_SIZE = rf"{_NUMBER} ?(?:[kKMGT]i?)?(?:B|b|bytes?)?"
_RATIO = r"[01](?:\.[0-9]{1,12})?|0?\.[0-9]{1,12}|[0-9]{1,3}(?:\.[0-9]{1,6})? ?%"
_VERSION = (
    r"v?[0-9]{1,5}(?:\.[0-9]{1,6}){0,4}(?:[-+._]?(?:a|b|rc|alpha|beta|dev|post|pre|final)"
    r"\.?[0-9]{0,6})?(?:[-+.][0-9a-f]{1,40})?(?:\.[0-9]{1,6})?"
    r"|[0-9a-f]{7,40}|[A-Za-z][A-Za-z0-9_-]{0,30}@[0-9]{1,5}(?:\.[0-9]{1,6}){0,4}"
    r"(?:[-+][0-9a-f]{1,40})?"
)
_HASH = r"(?:(?:sha1|sha256|sha384|sha512|md5|blake2b|crc32)[:=-])?[0-9a-fA-F]{8,128}"
_LABEL = "[A-Za-z0-9_][A-Za-z0-9_-]{0,62}"
_HOST = rf"{_LABEL}(?:\.{_LABEL}){{0,7}}(?::[0-9]{{1,5}})?"
_IDENTIFIER = "[A-Za-z_][A-Za-z0-9_]{0,79}"
NAME = rf"{_IDENTIFIER}(?:\.{_IDENTIFIER}){{0,9}}"
_SEGMENT = "[A-Za-z_][A-Za-z0-9]{0,60}(?:_[A-Za-z0-9]{1,30}){0,2}"
_CLASS = rf"{_SEGMENT}(?:\.{_SEGMENT}){{0,7}}"
FUNCTION = (
    rf"<(?:module|lambda|listcomp|genexpr|dictcomp|setcomp)>|{_IDENTIFIER}"
    rf"(?:\.(?:{_IDENTIFIER}|<locals>|<lambda>)){{0,9}}"
)
FILE = (
    r"<(?:string|stdin|unknown|frozen [A-Za-z0-9_.]{1,60})>"
    r"|(?:[A-Za-z]:)?[A-Za-z0-9_.@+~/\\-]{0,300}\.(?:py|pyc|pyx|pyw|so|pyd|js|ts|go|rs|java|rb|c|cc)"
)
_THREAD = (
    r"(?:MainThread|MainProcess|Dummy|asyncio|AnyIO worker thread|waitress|Thread"
    r"|ThreadPoolExecutor|ForkPoolWorker|SpawnPoolWorker|SpawnProcess|ForkProcess|Process|PoolWorker|Task|Worker|worker"
    r"|MediaWorker|QueueFeederThread|loguru-worker|OtelBatchSpanRecordProcessor"
    rf"|OtelBatchLogRecordProcessor|{_IDENTIFIER})(?:[-_:#][0-9]{{1,10}}){{0,4}}"
    r"(?: \([A-Za-z_][A-Za-z0-9_.]{0,60}\))?"
)
_ROUTE_WORD = r"[A-Za-z0-9_.-]{1,40}"
_ROUTE_HOLE = (
    rf"\{{[A-Za-z_][A-Za-z0-9_:]{{0,40}}\}}|<[A-Za-z_][A-Za-z0-9_:]{{0,40}}>|:{_IDENTIFIER}|\*"
)
_ROUTE = re.compile(
    rf"\^?/?(?:(?:{_ROUTE_WORD}|{_ROUTE_HOLE})/){{0,12}}(?:{_ROUTE_WORD}|{_ROUTE_HOLE})?/?\$?"
)
_HOLE = re.compile(_ROUTE_HOLE)
_MIME = r"(?:application|audio|font|image|message|model|multipart|text|video)/[A-Za-z0-9.+-]{1,80}"
_METHODS = frozenset(
    "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT PROPFIND REPORT MKCOL _OTHER".split()
)
_LEVELS = frozenset(
    """
    trace debug info information notice success warn warning error err critical crit fatal alert
    emerg emergency panic severe verbose fine finer finest notset exception log
    """.split()
)
_STATUSES = frozenset(
    """
    ok okay error success successful succeeded fail failed failure pending running done complete
    completed finished started starting stopped stopping queued scheduled retry retrying retried
    timeout timed_out cancelled canceled aborted active inactive open opened closed up down healthy
    unhealthy degraded unknown skipped created updated deleted accepted rejected denied granted
    allowed blocked partial ready not_ready waiting idle busy processing processed received sent
    delivered dropped expired invalid valid unset enabled disabled unhandled handled not_found
    exists missing conflict unauthenticated permission_denied unavailable internal unimplemented
    deadline_exceeded resource_exhausted already_exists failed_precondition invalid_argument
    out_of_range data_loss ok_with_warnings in_progress uploaded downloaded indexed archived
    internal_error exited crashed abnormal
    """.split()
)
_KINDS = frozenset(
    "internal server client producer consumer span_kind_internal span_kind_server http grpc sql "
    "default python javascript native manual auto web cli cron job task event transaction".split()
)


def _words(text: str) -> int:
    """Return how many words of letters stand in *text*, with those of camel case."""
    return len(_LETTERS.findall(text))


def _text(pattern: str, *, words: int | None = None) -> Callable[[Any], bool]:
    matches = re.compile(pattern).fullmatch

    def fits(value: Any) -> bool:
        if type(value) is not str or not value.isascii() or len(value) > 400:
            return False
        return matches(value) is not None and (words is None or _words(value) <= words)

    return fits


def _number(low: float, high: float, *, whole: bool = False) -> Callable[[Any], bool]:
    def fits(value: Any) -> bool:
        if type(value) is int:
            return low <= value <= high
        return type(value) is float and not whole and math.isfinite(value) and low <= value <= high

    return fits


def _either(*shapes: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: any(fits(value) for fits in shapes)


def enum_of(words: Iterable[str], *, fold: bool = False) -> Callable[[Any], bool]:
    """Return the shape of a value that is one of *words*; with *fold* in any case."""
    allowed = frozenset(words)

    def fits(value: Any) -> bool:
        if type(value) is not str or len(value) > 100:
            return False
        return value in allowed or (fold and value.strip().lower() in allowed)

    return fits


def _is_route(value: Any) -> bool:
    if type(value) is not str or not value.isascii() or len(value) > 200 or "/" not in value:
        return False
    if _ROUTE.fullmatch(value) is None:
        return False
    # Without a hole it may be the path itself: few words, and no number that is somebody's.
    if _HOLE.search(value) is not None:
        return max(map(_words, _HOLE.split(value))) <= _WORDS + 1
    return _words(value) <= _WORDS and re.search(r"[0-9]{3}", value) is None


def _is_operation(value: Any) -> bool:
    """A method, a method with a route, or a name of up to three words."""
    if type(value) is not str:
        return False
    method, _, route = value.partition(" ")
    if method in _METHODS:
        return not route or _is_route(route) or _slug(route)
    return _slug(value)


def _is_status(value: Any) -> bool:
    if type(value) is int:
        return 0 <= value <= 999
    if type(value) is bool:
        return True
    if type(value) is not str or len(value) > 40:
        return False
    name = value.lower().replace("-", "_").removeprefix("status_code_")
    return name in _STATUSES or re.fullmatch(r"[0-9]{1,3}", value) is not None


def _is_host(value: Any) -> bool:
    if not _host(value):
        return False
    # A name that a machine was given has digits in it; three words may stand side by side.
    return all(
        sum(_words(part) for part in re.split("[-_]", label) if part.isalpha()) <= _WORDS
        for label in value.split(".")
    )


def _is_duration(value: Any) -> bool:
    return type(value) is str and len(value) < 60 and _duration(value) is not None


_duration = re.compile(_DURATION).fullmatch
_host = _text(_HOST)
_slug = _text(_SLUG, words=_WORDS)
_short_slug = _text(r"[A-Za-z0-9]+(?:[-_.:][A-Za-z0-9]+){0,5}(?<!.{65})", words=_WORDS)
_integer = _either(_number(-(10**19), 10**20, whole=True), _text(_INTEGER))
_time = _either(_text(TIME), _text(_EPOCH), _number(10**8, 10**20))
_trace = _either(
    _text(r"[0-9a-fA-F]{32}|0x[0-9a-f]{32}|[0-9]{1,39}"), _number(0, 2**128, whole=True)
)
_span = _either(_text(r"[0-9a-fA-F]{16}|0x[0-9a-f]{16}|[0-9]{1,20}"), _number(0, 2**64, whole=True))
_hex_id = _text(rf"(?=.{{0,66}}[0-9])(?:{_HEX})")

#: Each shape by its name: whether a value has it.
SHAPES: dict[str, Callable[[Any], bool]] = {
    "uuid": _text(_UUID),
    "ulid": _text(_ULID),
    "integer": _integer,
    "slug": _short_slug,
    "trace": _trace,
    "span": _span,
    "id": _either(_text(_UUID), _text(_ULID), _integer, _hex_id, _text(_CODE), _short_slug),
    "time": _time,
    "duration": _either(
        _number(-1, 10**15),
        _is_duration,
    ),
    "count": _either(_number(0, 10**15, whole=True), _text(r"[0-9]{1,15}")),
    "size": _either(_number(0, 10**18), _text(_SIZE)),
    "ratio": _either(_number(0, 1), _text(_RATIO)),
    "number": _either(_number(-(10**18), 10**18), _text(rf"-?{_NUMBER}")),
    "boolean": _either(
        lambda value: type(value) is bool, enum_of(("true", "false", "yes", "no"), fold=True)
    ),
    "status": _is_status,
    "level": _either(enum_of(_LEVELS, fold=True), _number(0, 100, whole=True)),
    "method": enum_of(_METHODS | {method.lower() for method in _METHODS}),
    "http-status": _either(_number(100, 599, whole=True), _text(r"[1-5][0-9]{2}")),
    "route": _is_route,
    "operation": _is_operation,
    "exception": _text(_CLASS),
    "logger": _either(_text(rf"__main__|{_CLASS}"), _text(r"[A-Za-z0-9_.:/-]{1,60}", words=_WORDS)),
    "module": _text(NAME),
    "function": _text(FUNCTION),
    "file": _text(FILE),
    "line": _either(_number(0, 10**7, whole=True), _text(r"[0-9]{1,7}")),
    "host": _is_host,
    "thread": _text(_THREAD, words=6),
    "version": _text(_VERSION, words=_WORDS),
    "hash": _text(_HASH),
    "mime": _text(rf"{_MIME}(?:; ?charset=[A-Za-z0-9-]{{1,20}})?", words=6),
    "kind": _either(enum_of(_KINDS, fold=True), _number(0, 99, whole=True)),
}

#: Shapes of which a list may stay: their values say nothing side by side either.
LISTED = frozenset({
    "uuid", "ulid", "integer", "trace", "span", "time", "duration", "count", "size", "ratio",
    "number", "boolean", "http-status", "line", "hash",
})  # fmt: skip
_KEY = re.compile(r"[A-Za-z_@$][A-Za-z0-9_.@$:/-]{0,63}")


@lru_cache(4_096)
def fits_name(key: str) -> bool:
    """Say whether *key* may be the name of a field that nothing declares: three words at most."""
    return _KEY.fullmatch(key) is not None and _words(key) <= _WORDS
