"""Standard output and standard error on request: text and bytes, whole lines and pieces of them."""

from __future__ import annotations

import os
import pty
import random
import re
import select
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from tests.exits.running import CARD, ROOT, SECRET, run, start

if TYPE_CHECKING:
    from pathlib import Path

_INSTALL = "import redactor\nguard = redactor.install(streams=True)\n"
TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"

CLEAN = {
    "print": "print('a', 1, None, sep='-')\nprint()",
    "no end": "print('a', end='')",
    "pieces": "for n in range(30): print(n, end=' ', flush=True)",
    "bar": "for n in range(30): print(f'\\r{n}/30 done', end='', flush=True)\nprint()",
    "bytes": "sys.stdout.buffer.write(bytes(range(256)) * 99)\nsys.stdout.buffer.write(b'\\n')",
    "memory": "print(sys.stdout.buffer.write(memoryview(b'abc')), sys.stdout.buffer.write(bytearray(3)))",
    "lines": "sys.stdout.writelines(['a\\n', 'b', 'c\\n'])\nsys.stdout.buffer.writelines([b'd\\n'])",
    "unicode": "print('ä漢字\\U0001f600')\nsys.stderr.write('\\udc80 lone\\n')",
    "error": "print('out')\n1/0",
    "stderr": "sys.stderr.write('partial')\nsys.stderr.write(' and more')",
    "names": "o = sys.stdout\nprint(o.name, o.mode, o.encoding, o.errors, o.fileno(), o.isatty(),"
    " o.line_buffering, o.write_through, o.newlines, o.buffer.name, o.buffer.mode, o.closed,"
    " o.readable(), o.writable(), sys.stderr.errors, sys.stderr.line_buffering, sys.stderr.name)",
    "identity": "print(sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)",
    "reconfigure": "sys.stdout.reconfigure(encoding='latin-1', line_buffering=True)\nprint('ä')",
    "detach": "import io\nsys.stdout = io.TextIOWrapper(sys.stdout.detach(), 'utf-8')\nprint('ä')",
    "wrap": "import codecs\nsys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)\nprint('ä')",
    "redirect": "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as f: print('in')"
    "\nprint(f.getvalue())\nwith contextlib.redirect_stdout(sys.stderr): print('to stderr')",
    "input": "print(repr(input('Name: ')))\nprint(repr(input('Password')))",
    "original": "sys.__stdout__.write('x\\n')\nsys.stdout = sys.__stdout__\nprint('y')",
    "close": "sys.stdout.write('last')\nsys.stdout.close()",
    "not str": "try: sys.stdout.write(b'x')\nexcept TypeError as e: print(e)\n"
    "try: sys.stdout.buffer.write('x')\nexcept TypeError as e: print(e)",
    "encoding error": "try: print('\\udc80')\nexcept UnicodeEncodeError as e: print(e)",
    "tell": "print(sys.stdout.seekable(), sys.stdout.buffer.seekable())",
    "child": "import subprocess\nsubprocess.run([sys.executable, '-c', 'print(1)'], stdout=sys.stdout)",
    "exit": "print('x', end='')\nsys.exit('bye')",
    "os exit": "import os\nprint('kept', flush=True)\nprint('lost')\nos._exit(0)",
    "at exit": "import atexit\natexit.register(print, 'late', end='')\nprint('early', end='')",
    "delete": "class A:\n    def __del__(self): print('very late abc12345', end='')\na = A()\nsys.a = a",
    "logging": "import logging\nlogging.basicConfig(level=0)\nlogging.info('logged')",
    "click": "import click\nclick.echo('a')\nclick.echo(b'b')\nclick.secho('c', fg='red')\n"
    "click.echo('d', nl=False, err=True)",
    "long": "print('x' * 3_000_000)\nprint('y ' * 700_000, end='')",
    "help": "help(len)",
    "faulthandler": "import faulthandler\nfaulthandler.enable(file=sys.stderr)\n"
    "faulthandler.dump_traceback(file=sys.stdout)",
}


@pytest.mark.parametrize(
    "options",
    [(), *(pytest.param(each, marks=pytest.mark.slow) for each in (("-u",), ("-X", "dev")))],
)
@pytest.mark.parametrize("name", CLEAN)
def test_without_secrets_all_is_as_before(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    """
    Every byte on both streams, and the exit code, are the same with and without the guard.
    """
    if name == "click":
        pytest.importorskip("click")
    ran = []
    for switch in ("off", "on"):
        text = "import sys\nif sys.argv[1] == 'on':\n" + textwrap.indent(_INSTALL, "    ")
        with start(text + CLEAN[name] + "\n", tmp_path, switch, options=options) as running:
            out, err = running.communicate(b"bob\nxyz\n")
        shown = (re.sub(rb"0x[0-9a-f]+", b"0x", data) for data in (out, err))
        ran.append((*shown, running.returncode))

    assert ran[0] == ran[1]


def test_what_is_printed_has_no_secret(tmp_path: Path) -> None:
    """
    Text and bytes, on both streams, in pieces without a line end, in blocks, over several lines.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import sys
        print("one password={SECRET}")
        print("two password", "{SECRET}", sep="=", end="")
        print()
        print("three {CARD}", file=sys.stderr)
        sys.stderr.write("four password=")
        sys.stderr.write("{SECRET}")
        sys.stderr.write("\\n")
        sys.stdout.buffer.write(b"five password={SECRET}\\nsix pass")
        sys.stdout.buffer.write(b"word={SECRET}\\n")
        sys.stdout.writelines(["seven password=", "{SECRET}", "\\n"])
        print('{{"password": "{SECRET}", "card": {CARD.replace(" ", "")}}}')
        print("-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\\n"
              "-----END PRIVATE KEY-----")
        print("last password={SECRET}", end="")
        sys.__stdout__.write(" and password={SECRET}x")
    """

    for options in ((), ("-u",)):
        ran = run(program, tmp_path, options=options)

        assert SECRET not in ran.both
        assert CARD not in ran.both
        assert "MIIE" not in ran.both
        for word in ("one", "two", "five", "six", "seven", "last"):
            assert f"{word} password=[redacted:password]" in ran.out
        assert '{"password": "[redacted:password]", "card": "[redacted:card]"}\n' in ran.out
        assert "three [redacted:card]\nfour password=[redacted:password]\n" == ran.err


@pytest.mark.parametrize("secret", [f"password={SECRET}", f"card {CARD}.", f"push {TOKEN} now",
                                    f"to postgres://app:{SECRET}@db.example.com/shop ok",
                                    f"The password is {SECRET}, he said."])  # fmt: skip
def test_a_secret_in_flushed_pieces_does_not_get_out(secret: str, tmp_path: Path) -> None:
    """
    However a line is cut, and though each piece is flushed, no more than six characters of a secret
    come out, and of a password whose name was there, none.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import random, sys
        chance = random.Random(7)
        for _ in range(40):
            text, at = {secret!r}, 0
            while at < len(text):
                size = chance.choice((1, 2, 3, 5, 8, 13))
                print(text[at:at + size], end="", flush=True)
                at += size
            print()
    """
    out = run(program, tmp_path).out
    hidden = (SECRET, CARD, CARD.replace(" ", ""), TOKEN)

    assert 40 == out.count("\n")
    assert not any(value in out for value in hidden)
    for line in out.splitlines():
        assert "[redacted:" in line
        for value in hidden:
            assert not any(value[at : at + 8] in line for at in range(len(value) - 7))
        if "password" in secret and "is" not in secret:
            assert "password=[redacted:password]" == line


def _read_until(fd: int, wanted: bytes, seen: bytes = b"") -> bytes:
    while wanted not in seen:
        ready, _, _ = select.select([fd], [], [], 60)
        assert ready, seen
        piece = os.read(fd, 65536)
        assert piece, seen
        seen += piece
    return seen


def test_prompts_come_out_before_the_answer(tmp_path: Path) -> None:
    """
    What is flushed leaves at once: a prompt, a word, a progress bar, a message of a protocol.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import sys
        for prompt in ("Name: ", "Continue? [y/N] ", "Password: ", ">>> ", "Working ", "12/100", " 50%"):
            print(prompt, end="", flush=True)
            sys.stdin.readline()
        print(input("Your name"))
        sys.stdout.write('Content-Length: 24\\r\\n\\r\\n{{"password": "{SECRET}"}}')
        sys.stdout.flush()
        sys.stdin.readline()
    """
    with start(program, tmp_path) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        out = running.stdout.fileno()
        for prompt in (b"Name: ", b"[y/N] ", b"Password: ", b">>> ", b"Working", b"12/100", b"50%"):
            _read_until(out, prompt)
            running.stdin.write(b"x\n")
            running.stdin.flush()
        _read_until(out, b"Your name")
        running.stdin.write(b"bob\n")
        running.stdin.flush()
        seen = _read_until(out, b"}")
        running.stdin.close()

    assert b'{"password": "[redacted:password]"}' in seen


def test_a_terminal_gets_lines_at_once(tmp_path: Path) -> None:
    """
    On a terminal, where a line leaves when it is complete, all is as on a pipe.
    """
    (tmp_path / "program.py").write_text(
        _INSTALL
        + f"print('password={SECRET}')\nprint(input('Name: '))\nprint('tty', guard.active)\n"
    )
    primary, secondary = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "program.py"], cwd=tmp_path, stdin=secondary, stdout=secondary,
        stderr=secondary, env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
    ) as running:  # fmt: skip
        seen = _read_until(primary, b"Name: ")
        os.write(primary, b"bob\n")
        seen = _read_until(primary, b"tty True", seen)
        running.wait()
    os.close(primary)
    os.close(secondary)

    assert b"password=[redacted:password]\r\n" in seen
    assert SECRET.encode() not in seen


def test_progress_without_line_ends_costs_the_same_each_time(tmp_path: Path) -> None:
    """
    Ten thousand flushes on one line are not ten thousand looks at all of it.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        seen = []
        real = guard.redactor.data
        def data(text, **options):
            seen.append(len(text))
            return real(text, **options)
        guard.redactor.data = data
        for n in range(10_000): print("#", end="", flush=True)
        print(" password={SECRET}")
        for n in range(3_000): print(f"\\r{{n:>60}} of 3000 done", end="", flush=True)
        print()
        import sys
        print(max(seen) < 20_000, file=sys.stderr)
    """

    ran = run(program, tmp_path)

    assert "True\n" == ran.err
    assert ran.out.startswith("#" * 10_000 + " password=[redacted:password]\n\r")
    assert 3_000 == ran.out.count(" of 3000 done")


def test_threads_that_print_do_not_break_each_others_lines(tmp_path: Path) -> None:
    """
    Lines of many threads come out whole, each once, and without secrets.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import sys, threading
        sys.setswitchinterval(1e-5)
        def work(number):
            for line in range(200):
                sys.stdout.write(f"thread {{number}} line {{line}} password={SECRET} end\\n")
                sys.stdout.buffer.write(b"bytes %d line %d password={SECRET} end\\n" % (number, line))
                if line % 10 == 0: sys.stdout.flush()
        threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    """

    out = run(program, tmp_path).out
    lines = out.splitlines()

    assert SECRET not in out
    assert 2400 == len(set(lines)) == len(lines)
    assert all(
        re.fullmatch(r"(thread|bytes) \d line \d+ password=\[redacted:password\] end", line)
        for line in lines
    )


def test_a_fork_writes_nothing_twice(tmp_path: Path) -> None:
    """
    What was not let out before a fork is written by the parent; the child starts empty, and knows
    what stands before on the line.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import os
        print("once a1b2c3d4e5", end="", flush=True)
        child = os.fork()
        if not child:
            print(" child", flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        print(" parent")
        print("password=", end="", flush=True)
        child = os.fork()
        if not child:
            print("{SECRET}", flush=True)
            os._exit(0)
        os.waitpid(child, 0)
        print("{SECRET}")
    """

    out = run(program, tmp_path).out

    assert (
        "once  child\na1b2c3d4e5 parent\npassword=[redacted:password]\n[redacted:password]\n" == out
    )


def test_signal_handlers_that_print_in_the_middle_of_a_print(tmp_path: Path) -> None:
    """
    A handler that interrupts a write and prints itself neither stops the program nor leaks.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import os, signal, sys
        fired = []
        def handler(*_):
            fired.append(1)
            os.write(2, guard.text("handler password={SECRET}\\n").encode())
            sys.stdout.buffer.write(b"handler password={SECRET}\\n")
        signal.signal(signal.SIGUSR1, handler)
        real = guard.redactor.stream
        lines = guard.redactor._engine.scan
        class Rest(bytes): pass
        from redactor.stream import LineStream
        feed = LineStream.feed
        def interrupted(self, piece):
            if b"now" in piece:
                os.kill(os.getpid(), signal.SIGUSR1)
            return feed(self, piece)
        LineStream.feed = interrupted
        sys.stdout.buffer.write(b"now password={SECRET}\\n")
        print("after", len(fired))
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    assert {
        "handler password=[redacted:password]",
        "now password=[redacted:password]",
        "after 1",
    } == set(ran.out.splitlines())


@pytest.mark.parametrize("broken", ["feed", "data", "finish"])
def test_when_redaction_fails_a_placeholder_leaves(broken: str, tmp_path: Path) -> None:
    """
    A line that cannot be redacted is replaced; the program goes on, and the failure is reported.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import sys
        from redactor import LineStream, Redactor
        def fail(*_, **__): raise LookupError("password={SECRET}")
        print("before", flush=True)
        setattr(*{{"feed": (LineStream, "feed"), "finish": (LineStream, "finish"),
                   "data": (Redactor, "data")}}[{broken!r}], fail)
        guard.redactor._engine = None
        print("password={SECRET}")
        print("partly password=", end="", flush=True)
        print("{SECRET}")
        sys.stderr.write("password={SECRET}\\n")
        sys.exit(3)
    """

    ran = run(program, tmp_path, code=3)

    assert SECRET not in ran.both
    assert ran.out.startswith("before\n")
    if broken == "feed":
        assert 2 <= ran.out.count("redactor: record withheld: LookupError (0 bytes)\n")
        assert 1 == ran.err.count("redactor: streams: a record was withheld because of LookupError")


def test_an_engine_that_fails_withholds_the_line(tmp_path: Path) -> None:
    """
    Where the engine fails on a line, its size and the reason leave; the others leave as they are.
    """
    program = f"""
        import redactor
        guard = redactor.install(engine="reference", streams=True)
        real = guard.redactor._engine.scan
        def scan(data, state=0):
            if b"bad" in data: raise LookupError("password={SECRET}")
            return real(data, state)
        guard.redactor._engine.scan = scan
        print("good password={SECRET}\\nbad password={SECRET}\\ngood too")
    """

    ran = run(program, tmp_path)

    assert (
        "good password=[redacted:password]\n"
        "redactor: record withheld: LookupError (22 bytes)\ngood too\n"
    ) == ran.out
    assert "redactor: streams: a record was withheld" in ran.err


def test_handlers_that_kept_the_old_stream_write_around(tmp_path: Path) -> None:
    """
    A logging handler made before ``install()`` holds the stream that was there; its records are
    guarded by the exit of logging.
    """
    program = f"""
        import logging, sys
        logging.basicConfig(level=0)
        {_INSTALL.replace(chr(10), "; ")}
        logging.info("password={SECRET}")
        logging.getLogger("x").addHandler(logging.StreamHandler(sys.stdout))
        logging.getLogger("x").info("new password={SECRET}")
    """

    ran = run(program, tmp_path)

    assert SECRET not in ran.both
    assert "INFO:root:password=[redacted:password]\n" in ran.err
    assert "new password=[redacted:password]\n" == ran.out


def test_streams_of_other_kinds(tmp_path: Path) -> None:
    """
    A stream of a notebook or an editor, which takes text only, is guarded; one in memory and one that
    is not there are left alone.
    """
    program = f"""
        import io, sys
        class Shown:
            encoding, errors, custom = "utf-8", "strict", 7
            def __init__(self): self.got = []
            def write(self, text): self.got.append(text)
            def isatty(self): return False
        shown = sys.stdout = Shown()
        sys.stderr = io.StringIO()
        import redactor
        redactor.install(streams=True)
        print("é漢", "password={SECRET}")
        print("partly", end="", flush=True)
        print("x" * 3_000_000 + "漢")
        assert sys.stdout.custom == 7
        memory = sys.stderr
        print("in memory password={SECRET}", file=sys.stderr)
        redactor.uninstall()
        assert sys.stdout is shown and sys.stderr is memory
        text = "".join(shown.got)
        assert text == "é漢 password=[redacted:password]\\npartly" + "x" * 3_000_000 + "漢\\n", text[:99]
        sys.__stdout__.write(memory.getvalue())
        sys.stdout = sys.stderr = None
        redactor.install(streams=True)
        print("nowhere")
    """

    assert f"in memory password={SECRET}\n" == run(program, tmp_path).out


def test_an_encoding_that_is_no_ascii_is_refused(tmp_path: Path) -> None:
    """
    A stream whose bytes the rules cannot read stops the program, with the reason.
    """
    program = "import redactor\nredactor.install(streams=True)\n"

    with start(program, tmp_path, PYTHONIOENCODING="utf-16") as running:
        _, err = running.communicate()

    assert 1 == running.returncode
    assert "exit streams: sys.stdout: its encoding utf-16 does not keep ASCII. Use UTF-8" in (
        err.decode("utf-16", "replace") + err.decode("latin-1").replace("\0", "")
    )


def test_uninstall_lets_everything_out_and_goes(tmp_path: Path) -> None:
    """
    What was kept back comes out, the streams are the old objects, and what others kept of the guard
    passes on unchanged.
    """
    program = f"""
        import sys
        before = sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__
        {_INSTALL.replace(chr(10), "; ")}
        kept = sys.stdout
        print("kept back a1b2c3d4e5", end="", flush=True)
        redactor.uninstall()
        print()
        assert before == (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)
        kept.write("as it is password={SECRET}\\n")
        kept.flush()
        del kept
        print("still open", sys.stdout.closed)
    """

    assert (
        f"kept back a1b2c3d4e5\nas it is password={SECRET}\nstill open False\n"
        == run(program, tmp_path).out
    )


def test_a_broken_pipe_is_the_programs_to_handle(tmp_path: Path) -> None:
    """
    Where nobody reads any more, ``print`` raises as before.
    """
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import os, sys
        sys.stdin.readline()
        try:
            print("x", flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.stderr.write("broken\\n")
    """
    with start(program, tmp_path) as running:
        assert running.stdout is not None
        running.stdout.close()
        running.stdout = None
        _, err = running.communicate(b"\n")

    assert b"broken\n" == err


def test_tqdm_like_bars_and_rich_work(tmp_path: Path) -> None:
    """
    A table of rich, with colours, comes out without secrets.
    """
    pytest.importorskip("rich")
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        from rich.console import Console
        console = Console(width=80)
        console.print({{"password": "{SECRET}", "user": "ada"}})
        console.log("password={SECRET}", log_locals=False)
        with console.status("working"): console.print("done")
    """

    out = run(program, tmp_path).out

    assert SECRET not in out
    assert "'user': 'ada'" in out
    assert "done\n" in out


def test_pieces_of_any_size_give_the_same_lines(tmp_path: Path) -> None:
    """
    Without flushes, what comes out does not depend on how it was written.
    """
    rng = random.Random(3)
    text = "".join(
        f"line {n} password={SECRET}{n} card {CARD} " + "x" * rng.randrange(300) + "\n"
        for n in range(400)
    )
    (tmp_path / "text").write_text(text)
    program = f"""
        {_INSTALL.replace(chr(10), "; ")}
        import random, sys
        chance, text, at = random.Random(int(sys.argv[1])), open("text", "rb").read(), 0
        while at < len(text):
            size = chance.choice((1, 7, 100, 5000, 70_000)) if sys.argv[1] != "0" else len(text)
            sys.stdout.buffer.write(text[at:at + size])
            at += size
    """
    whole = run(program, tmp_path, "0").out

    assert SECRET not in whole
    assert all(whole == run(program, tmp_path, str(seed)).out for seed in (1, 2, 3))
