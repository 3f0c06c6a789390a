"""
Lines of text: what of a line is metadata, and what is free text.

A line of JSON is a record. Of another line the front is taken off as far as it is a time, a level,
a process and a logger; pairs of a name and a value are taken off its end; what is between is free
text. Lines of access logs and of tracebacks are known as a whole.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from redactor.metadata.reduced import REDUCED, is_reduced
from redactor.metadata.shapes import FILE, FUNCTION, NAME, SHAPES, TIME

if TYPE_CHECKING:
    from redactor.metadata.mode import Mode

__all__ = ["LONGEST", "Lines"]

#: Longer lines, in characters, are free text as a whole.
LONGEST = 1 << 20
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_LEVEL = (
    "TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL|ALERT|EMERG"
    "|EXCEPTION"
)
_R = REDUCED.pattern
_FRONT_TIME = re.compile(rf"\[?(?:{TIME})\]?(?=[\s\]|,:-]|$)")
_POOL = "MainProcess|ForkPoolWorker-[0-9]{1,5}"
_FRONT_LEVEL = re.compile(
    rf"\[ *(?:{_LEVEL}) *\]|\( *(?:{_LEVEL}) *\)|< *(?:{_LEVEL}) *>"
    rf"|(?:{_LEVEL})(?:/(?:{_POOL})\])?(?![A-Za-z0-9_=/])",
    re.IGNORECASE,
)
_FRONT_NUMBER = re.compile(
    r"\[(?:pid[ :=]?)?[0-9]{1,10}(?:[#:][0-9]{1,10})?\]:?|(?:pid[ :=])?[0-9]{1,7}(?=[ |]|[:#,-] )"
)
_FRONT_THREAD = re.compile(
    r"\[?(?:MainThread|MainProcess|(?:Thread|Process|ForkPoolWorker|SpawnPoolWorker"
    r"|ThreadPoolExecutor)-[0-9_-]{1,20})\]?:?"
)
_LOGGER = rf"(?:{NAME})(?::(?:{FUNCTION}))?(?::[0-9]{{1,7}})?"
_FRONT_LOGGER = re.compile(rf"\[{_LOGGER}\]|{_LOGGER}(?= *(?:[:|-]|$))(?!=)")
_FRONT_PLACE = re.compile(rf"[\[(]?(?:{FILE}):[0-9]{{1,7}}[\])]?(?=[\s:|-]|$)")
_GAP = re.compile(r"(?:[ \t]*[|:,-]+(?=[ \t]|$)|:)?[ \t]*|[ \t]*[|-]+[ \t]*")
_NAMES = 2
_KEY = r"[A-Za-z_@][A-Za-z0-9_.@-]{0,63}"
_PAIR = re.compile(
    rf"[ \t,]*({_KEY})=({_R}|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\{{[^{{}}]*\}}|\[[^\[\]]*\]"
    r"|\([^()]*\)|[^\s\"',]*)(?=[\s,]|$)"
)
_PAIR_STARTS = re.compile(rf"(?:(?<=\s)|^){_KEY}=")
_TRIES = 4
#: How often a line is reduced until nothing of it changes any more.
_ROUNDS = 4
_REQUEST = (
    rf'"(?P<method>[A-Z]{{3,10}}) (?P<path>{_R}|[^ "]*)(?P<version> HTTP/[0-9](?:\.[0-9])?)?" '
    r"(?P<status>[1-5][0-9]{2})"
)
_ACCESS = re.compile(
    rf"(?P<client>{_R}|\S+) (?P<ident>{_R}|\S+) (?P<user>{_R}|\S+) "
    rf"\[(?P<time>[^\]]{{1,40}})\] {_REQUEST}"
    rf"(?: (?P<size>[0-9]{{1,18}}|-))?(?: \"(?P<referer>{_R}|(?:[^\"\\]|\\.)*)\""
    rf" \"(?P<agent>{_R}|(?:[^\"\\]|\\.)*)\")?(?P<rest>.*)"
)
_SERVED = re.compile(rf"(?P<client>{_R}|\S+) - {_REQUEST}(?P<phrase>(?: [A-Za-z'-]+)*)")
_PHRASES = frozenset(status.phrase for status in HTTPStatus) | {""}
_TRACE_TEXT = frozenset(
    {
        "Traceback (most recent call last):",
        "Stack (most recent call last):",
        "Exception Group Traceback (most recent call last):",
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
        "--- Logging error ---",
        "Call stack:",
    }
)
_BARS = r"[ \t|+>]*"
_FRAME = re.compile(rf'({_BARS})File "({_R}|[^"]*)", line ([0-9]{{1,7}})(?:, in (.*))?')
_RAISED = re.compile(rf"({_BARS})({NAME})(?:(: )(.*))?", re.DOTALL)
_SURE = re.compile(
    r"(?:Error|Exception|Warning|Exit|Interrupt|Timeout|Failure|Fault|DoesNotExist|ExceptionGroup)\Z"
)
_IN_THREAD = re.compile(rf"Exception in thread ({_R}|[^:]{{1,100}}):")
_JAVA = re.compile(rf"\s{{1,8}}at ({NAME}(?:\.<init>)?)\(({FILE}):([0-9]{{1,7}})\)")
_MEMBERS = re.compile(r"[ \t|+-]*(?:[0-9]{1,3})? ?-{4,}|[ \t|^~]*")


class Lines:
    """
    Reduces lines, one after the other: a traceback is known by the lines before.

    Args:
        mode: What reduces the parts.
        sites: Look for templates in the source of the running program.
    """

    def __init__(self, mode: Mode, *, sites: bool = True) -> None:
        self._mode = mode
        self._sites = sites
        self._in_trace = False

    def line(self, line: str) -> str | None:
        """
        Return *line*, which has no line break, reduced.

        Returns:
            ``None`` where nothing of it is left: source that a traceback shows.
        """
        if not line.strip() or self._mode.is_approved(line):
            return line
        if len(line) > LONGEST:
            return self._mode.reducer.text(line)
        if "\x1b" in line:
            line = _ESCAPES.sub("", line)
        text = line.rstrip()
        if not text or is_reduced(text):
            return text
        trace = self._of_trace(text)
        if trace is not _NOT:
            return trace  # type: ignore[return-value]  # a line, or nothing
        if text.lstrip()[0] in "{[":
            record = self._json(text)
            if record is not None:
                return record
        made = self._once(text)
        for _ in range(_ROUNDS):
            before, made = made, self._once(made)
            if made == before:
                return made
        return self._mode.reducer.text(text)

    def _once(self, text: str) -> str:
        """Return *text* reduced, in a form that may be read in another way."""
        if text.lstrip()[:1] in ("{", "["):
            record = self._json(text)
            if record is not None:
                return record
        return self._access(text) or self._plain(text)

    # Tracebacks -----------------------------------------------------------------------------------

    def _of_trace(self, text: str) -> object:
        bare = text.strip(" \t|+-")
        if bare in _TRACE_TEXT or text.strip() in _TRACE_TEXT:
            self._in_trace = True
            return text if len(text) - len(text.lstrip(" \t|+")) < 40 else bare
        thread = _IN_THREAD.fullmatch(text)
        if thread is not None:
            return f"Exception in thread {self._named('thread', thread[1])}:"
        frame = _FRAME.fullmatch(text)
        if frame is not None:
            self._in_trace = True
            bars, file, line, function = frame.groups()
            shown = self._named("file", file)
            where = f", in {self._named('function', function)}" if function is not None else ""
            return f'{bars[:40]}File "{shown}", line {line}{where}'
        java = _JAVA.fullmatch(text)
        if java is not None:
            return text
        if not self._in_trace:
            raised = _RAISED.fullmatch(text)
            if raised is not None and _SURE.search(raised[2]) is not None:
                return self._raised(raised)
            return _NOT
        if text[:4].isspace() and not text.lstrip().startswith("|"):
            return None  # a line of source, or marks below it
        if _MEMBERS.fullmatch(text) is not None:
            return text if len(text) < 60 and "^" not in text and "~" not in text else None
        if re.match(r"[ \t]*\| {3,}", text):
            return None
        raised = _RAISED.fullmatch(text)
        self._in_trace = text.lstrip().startswith("|")
        return self._raised(raised) if raised is not None else _NOT

    def _raised(self, raised: re.Match[str]) -> str:
        bars, name, colon, said = raised.groups()
        if colon is None or said.startswith("<exception "):
            return f"{bars[:40]}{name}"
        return f"{bars[:40]}{name}: {self._mode.reducer.text(said) if said else ''}".rstrip()

    def _named(self, shape: str, value: str) -> str:
        return value if SHAPES[shape](value) else self._mode.reducer.text(value)

    # Records --------------------------------------------------------------------------------------

    def _json(self, text: str) -> str | None:
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            return None
        reduced = self._mode.record(record, sites=self._sites)
        if reduced is record:
            return text
        compact = '": ' not in text
        return json.dumps(
            reduced,
            ensure_ascii=text.isascii(),
            separators=(",", ":") if compact else (", ", ": "),
        )

    def _access(self, text: str) -> str | None:
        front, rest = "", text
        match = _ACCESS.fullmatch(rest)
        if match is None:
            front, rest = self._front(text)
            match = _SERVED.fullmatch(rest)
            if match is None or match["phrase"].strip() not in _PHRASES:
                return None
        size = self._mode.reducer.text
        found = match.groupdict()
        path = found["path"]
        request = (
            f'"{self._fit("method", found["method"])} {path if is_reduced(path) else size(path)}'
            f'{found["version"] or ""}" {found["status"]}'
        )
        client = found["client"]
        client = client if is_reduced(client) else size(client)
        if "time" not in found:
            return f"{front}{client} - {request}{found['phrase']}"
        if not SHAPES["time"](found["time"]):
            return None
        who = " ".join(
            each if each == "-" or is_reduced(each) else size(each)
            for each in (found["ident"], found["user"])
        )
        out = f"{client} {who} [{found['time']}] {request}"
        if found["size"] is not None:
            out += f" {found['size']}"
        if found["referer"] is not None:
            for name in ("referer", "agent"):
                value = found[name]
                out += f' "{value if value == "-" else size(value)}"'
        rest = found["rest"].strip()
        return f"{out} {rest if rest == '-' else size(rest)}" if rest else out

    def _fit(self, shape: str, value: str) -> str:
        return value if SHAPES[shape](value) else self._mode.reducer.text(value)

    # Everything else ------------------------------------------------------------------------------

    def _plain(self, text: str) -> str:
        mode = self._mode
        whole = mode.known_text(text, sites=self._sites)
        if whole is not None:
            return whole
        front, rest = self._front(text)
        if not rest:
            return front.rstrip()
        said, pairs = self._pairs(rest)
        if said.strip():
            said = _like(said, mode.free(said.strip(), sites=self._sites))
        return f"{front}{said}{pairs}"

    def _front(self, text: str) -> tuple[str, str]:
        """Return the metadata that *text* begins with, and the rest."""
        at = names = numbers = 0
        timed = leveled = False
        for _ in range(10):
            match = None
            if not timed:
                match = _FRONT_TIME.match(text, at)
                timed = match is not None
            if match is None and not leveled:
                match = _FRONT_LEVEL.match(text, at)
                leveled = match is not None
            if match is None and (timed or leveled):
                match = _FRONT_THREAD.match(text, at) or _FRONT_PLACE.match(text, at)
                if match is None and numbers < 2:
                    match = _FRONT_NUMBER.match(text, at)
                    numbers += match is not None
                if match is None and leveled and names < _NAMES:
                    match = _FRONT_LOGGER.match(text, at)
                    if match is not None:
                        name = match[0].strip("[]").partition(":")[0]
                        # One word may be the first of a sentence: a logger has a mark behind it.
                        if not SHAPES["logger"](name):
                            match = None
                    names += match is not None
            if match is None:
                break
            gap = _GAP.match(text, match.end())
            at = gap.end() if gap is not None else match.end()
        return text[:at], text[at:]

    def _pairs(self, text: str) -> tuple[str, str]:
        """Return the free text that *text* begins with, and the pairs behind it, reduced."""
        for tries, start in enumerate(_PAIR_STARTS.finditer(text)):
            if tries >= _TRIES:
                break
            at = start.start()
            pairs: list[tuple[str, str]] = []
            while at < len(text):
                pair = _PAIR.match(text, at)
                if pair is None or pair.end() == at:
                    break
                pairs.append((pair[1], pair[2]))
                at = pair.end()
            if text[at:].strip():
                continue
            return text[: start.start()], " ".join(self._pair(*pair) for pair in pairs)
        return text, ""

    def _pair(self, key: str, value: str) -> str:
        bare, quote = value, ""
        if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
            quote = value[0]
            bare = value[1:-1]
        record = {key: _unescaped(bare) if quote else bare}
        reduced = self._mode.record(record, sites=self._sites)
        ((name, made),) = reduced.items()
        if name == key and made == record[key]:
            return f"{key}={value}"
        quote = quote or '"'
        shown = str(made).replace("\\", "\\\\").replace(quote, "\\" + quote).replace("\n", "\\n")
        return f"{name.replace(' ', '_')}={quote}{shown}{quote}"


_NOT: Any = object()


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


def _like(said: str, made: str) -> str:
    """Return *made* with the white space around it that *said* has."""
    front = len(said) - len(said.lstrip())
    back = len(said) - len(said.rstrip())
    return said[: min(front, 80)] + made + (" " * min(back, 80) if back else "")
