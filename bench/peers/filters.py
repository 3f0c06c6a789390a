"""
Filters of lines: their commands and settings, and one run of one of them.

The time of a run is the whole run: from the start of the process to the last byte. What the start
takes is measured by a run over one line, and taken off later.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.yardsticks import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Run", "command", "run", "run_rsyslog", "version"]

_MARKER = "[redacted]"
#: Exit codes that say that no line matched.
_NOTHING_FOUND = {"rg": 1}


class Run(NamedTuple):
    """
    What one run of a filter took.

    Attributes:
        seconds: From the start of the process to the end of its output.
        kib: The most memory that it held; 0 where that cannot be read.
        output: What came out, when it was asked for.
    """

    seconds: float
    kib: int
    output: bytes


def plain_patterns() -> list[str]:
    """Return the patterns without look-around and needless escapes: some engines refuse both."""
    plain = (re.sub(r"\(\?<!\\d\)|\(\?!\\d\)", "", pattern) for pattern in PATTERNS)
    return [pattern.replace('\\"', '"') for pattern in plain]


def _one_by_one() -> tuple[str, ...]:
    """Return the patterns in the order for one after the other: that of cards would cut tokens."""
    return (*PATTERNS[1:], PATTERNS[0])


def _sed_script() -> str:
    lines = []
    for pattern in _one_by_one():
        flags = "gI" if pattern.startswith("(?i:") else "g"
        text, put = _extended(pattern), _MARKER
        if pattern.startswith(r"(?<!\d)"):
            # The digits that must not be there: what stands in their place is put back.
            text = rf"(^|[^0-9]){text}([^0-9]|$)"
            put = rf"\1{_MARKER}\{text.count('(')}"
        text = text.replace("~", r"\~")
        lines.append(f"s~{text}~{put}~{flags}")
    return "\n".join(lines)


def _perl_script() -> str:
    joined = "|".join(PATTERNS).replace("/", r"\/").replace("@", r"\@")
    return f"s/(?:{joined})/{_MARKER}/g"


def _syslog_ng_settings() -> str:
    joined = "|".join(PATTERNS).replace("\\", "\\\\").replace('"', '\\"')
    return f"""@version: 3.38
options {{ stats-freq(0); log-msg-size(1048576); use-dns(no); }};
source lines {{ stdin(flags(no-parse)); }};
rewrite secrets {{
  subst("{joined}", "{_MARKER}", value("MESSAGE"), type("pcre"), flags("global"));
}};
destination out {{ file("/dev/stdout" template("$MSG\\n")); }};
log {{ source(lines); rewrite(secrets); destination(out); flags(flow-control); }};
"""


def _rsyslog_settings(source: Path, target: Path, work: Path) -> str:
    cuts = ""
    for pattern in _one_by_one():
        posix = _posix(pattern)
        quoted = posix.replace("\\", "\\\\").replace("'", "\\'")
        cuts += f"""
if re_match($!text, '{quoted}') then {{
  set $!before = re_extract($!text, '^(.*)({quoted})(.*)$', 0, 1, "");
  set $!after = re_extract($!text, '^.*({quoted})', 0, 0, "");
  set $!rest = substring($!text, strlen($!after), strlen($!text));
  set $!text = $!before & "{_MARKER}" & $!rest;
}}"""
    return f"""global(workDirectory="{work}" maxMessageSize="1m"
  parser.escapeControlCharactersOnReceive="off")
module(load="imfile" mode="inotify")
template(name="line" type="string" string="%$!text%\\n")
input(type="imfile" file="{source}" tag="bench" ruleset="cut" freshStartTail="off")
main_queue(queue.type="LinkedList" queue.size="200000")
ruleset(name="cut") {{
set $!text = $msg;
{cuts}
action(type="omfile" file="{target}" template="line" ioBufferSize="64k")
}}
"""


def _extended(pattern: str) -> str:
    """Return *pattern* in the extended syntax of POSIX, with the extensions of glibc."""
    text = re.sub(r"\(\?<!\\d\)|\(\?!\\d\)", "", pattern)
    text = text.replace("(?i:", "(").replace("(?:", "(").replace(r"\"", '"')
    text = text.replace(r"[^\s", "[^[:space:]").replace(r"\s", "[[:space:]]")
    return text.replace(r"\d", "[0-9]")


def _posix(pattern: str) -> str:
    """Return *pattern* for an engine that has no flags: words are spelt in both cases."""
    if not pattern.startswith("(?i:"):
        return _extended(pattern)
    words, _, rest = pattern.removeprefix("(?i:").partition(")")
    both = re.sub("[a-z]", lambda found: f"[{found[0].upper()}{found[0]}]", words)
    return _extended(f"({both}){rest}")


def command(name: str, program: str, folder: Path) -> list[str]:
    """
    Return the command of the filter *name*.

    Args:
        name: A peer of the kind ``filter``, or ``redactor``.
        program: The path of its program.
        folder: Where it may keep settings.
    """
    if name == "redactor":
        return [sys.executable, "-m", "redactor", "filter", "--engine", "native"]
    if name == "sed":
        return [program, "-E", _sed_script()]
    if name == "perl":
        return [program, "-pe", _perl_script()]
    if name == "ripgrep":
        joined = "|".join(plain_patterns())
        options = ["--passthru", "--no-line-number", "--color", "never", "--text", "-j", "1"]
        return [program, "--no-config", *options, "--replace", _MARKER, "-e", joined, "-"]
    if name == "syslog-ng":
        settings = folder / "syslog-ng.conf"
        settings.write_text(_syslog_ng_settings(), encoding="utf-8")
        state = [f"--{what}={folder / what}" for what in ("persist-file", "pidfile", "control")]
        # Unpacked and not installed, it does not know where its modules are.
        modules = Path(program).parents[1].glob("lib/syslog-ng/[0-9]*")
        state += [f"--module-path={path}" for path in modules if path.is_dir()]
        return [program, "-F", "--no-caps", f"--cfgfile={settings}", *state]
    return [program]


def version(name: str, program: str, environment: dict[str, str]) -> str:
    """Return the version that a program tells of itself."""
    option = "-v" if name == "rsyslog" else "--version"
    done = subprocess.run(
        [program, option],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    found = re.search(r"\d+(?:\.\d+)+", done.stdout)
    return found[0] if found else ""


def run(
    arguments: list[str],
    data: Iterable[bytes],
    environment: dict[str, str],
    folder: Path | None = None,
    *,
    keep: bool = False,
) -> Run:
    """
    Send *data* through a command, from one pipe to another.

    Raises:
        OSError: The command ended with an error; the text has its code and its last message.
    """
    kept: list[bytes] = []
    before = time.perf_counter()
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            bufsize=0,
            cwd=folder,
            env={**os.environ, **environment},
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        drained = threading.Thread(
            target=_drain, args=(process.stdout.fileno(), kept.append if keep else None)
        )
        drained.start()
        try:
            for block in data:
                view = memoryview(block)
                while view:
                    view = view[os.write(process.stdin.fileno(), view) :]
            kib = _peak(process.pid)
            process.stdin.close()
        except BrokenPipeError:
            kib = 0
        drained.join()
        process.wait()
        seconds = time.perf_counter() - before
        if process.returncode not in (0, _NOTHING_FOUND.get(Path(arguments[0]).name)):
            complaints.seek(0)
            last = complaints.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise OSError(f"{arguments[0]} ended with {process.returncode}: {last[:200]}")
    return Run(seconds, kib, b"".join(kept))


def _drain(descriptor: int, keep: Callable[[bytes], None] | None) -> None:
    while piece := os.read(descriptor, 1 << 20):
        if keep is not None:
            keep(piece)


def _peak(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*(\d+)", text)
    return int(found[1]) if found else 0


def run_rsyslog(
    program: str, root: Path | None, data: Iterable[bytes], environment: dict[str, str]
) -> Run:
    """
    Send *data* through rsyslog, from a file to a file: it has no standard input.

    The file is written before the clock starts; the clock stops when the last line is there.

    Raises:
        OSError: It ended early, or wrote nothing for ten seconds.
    """
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        source, target, settings = work / "in.log", work / "out.log", work / "rsyslog.conf"
        lines = 0
        with source.open("wb") as file:
            for block in data:
                file.write(block)
                lines += block.count(b"\n")
        settings.write_text(_rsyslog_settings(source, target, work), encoding="utf-8")
        target.touch()
        options = ["-n", "-f", str(settings), "-i", str(work / "pid")]
        if root is not None:
            options += ["-M", str(next(root.rglob("imfile.so")).parent)]
        before = time.perf_counter()
        with (
            (work / "complaints").open("wb") as complaints,
            subprocess.Popen(
                [program, *options],
                stderr=complaints,
                stdout=complaints,
                env={**os.environ, **environment},
            ) as process,
        ):
            done, seconds = _await_lines(target, lines, process, before)
            kib = _peak(process.pid)
            process.send_signal(signal.SIGTERM)
            process.wait()
        if done < lines:
            said = (work / "complaints").read_text(errors="replace").strip().splitlines() or [""]
            raise OSError(f"{program} wrote {done} of {lines} lines: {said[0][:200]}")
        return Run(seconds, kib, target.read_bytes())


def _await_lines(
    target: Path, lines: int, process: subprocess.Popen[bytes], before: float
) -> tuple[int, float]:
    done = 0
    last = time.perf_counter()
    with target.open("rb") as file:
        while done < lines and process.poll() is None and time.perf_counter() - last < 10:
            piece = file.read(1 << 20)
            if piece:
                done += piece.count(b"\n")
                last = time.perf_counter()
            else:
                time.sleep(0.002)
    return done, time.perf_counter() - before
