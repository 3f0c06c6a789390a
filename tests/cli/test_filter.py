from __future__ import annotations

import gzip
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from redactor.engines import native_available

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, bytes, bytes]]

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRET = b"login password=hunter2 ok\n"
CLEAN = b"login password=[redacted:password] ok\n"


def test_every_byte_that_is_no_secret_is_kept(run: Run) -> None:
    """
    CRLF, NUL, invalid UTF-8, empty lines and a missing final line break come out as they went in.
    """
    log = b"a\0b\r\n\r\n\n\xff\xfe caf\xc3\xa9 \xed\xa0\x80\tx\x1b[0m\r\npassword=hunter2\r\nlast"

    assert run("filter", data=log) == (0, log.replace(b"hunter2", b"[redacted:password]"), b"")


def test_nothing_in_nothing_out(run: Run) -> None:
    """
    An empty input gives an empty output and exit code 0.
    """
    assert run("filter") == (0, b"", b"")


def test_files_and_standard_input_follow_each_other(run: Run, tmp_path: Path) -> None:
    """
    Files are read in the order of the arguments, and - among them is standard input.
    """
    (tmp_path / "a.log").write_bytes(b"a " + SECRET)
    (tmp_path / "b.log").write_bytes(b"b " + SECRET)

    code, out, err = run("filter", "a.log", "-", "b.log", data=b"stdin " + SECRET)

    assert (code, out, err) == (0, b"a " + CLEAN + b"stdin " + CLEAN + b"b " + CLEAN, b"")


@pytest.mark.parametrize("name", ["app.log.gz", "app.log"])
def test_gzip_is_unpacked_whatever_the_name(run: Run, tmp_path: Path, name: str) -> None:
    """
    Packed logs, of several members too, are known by their first bytes and come out as text.
    """
    packed = gzip.compress(SECRET * 1000) + gzip.compress(b"end\n")
    (tmp_path / name).write_bytes(packed)

    assert run("filter", name) == (0, CLEAN * 1000 + b"end\n", b"")
    assert run("filter", data=packed) == (0, CLEAN * 1000 + b"end\n", b"")


def test_damaged_gzip_is_reported_and_the_next_file_read(run: Run, tmp_path: Path) -> None:
    """
    A packed file that ends too early is an input error; the other files come out.
    """
    (tmp_path / "cut.gz").write_bytes(gzip.compress(SECRET * 10)[:-9])
    (tmp_path / "b.log").write_bytes(b"b " + SECRET)

    code, out, err = run("filter", "cut.gz", "b.log")

    assert code == 3
    assert out.endswith(b"b " + CLEAN)
    assert err.startswith(b"redactor: cut.gz: its gzip data ends too early. ")


def test_other_packings_are_refused_by_name(run: Run) -> None:
    """
    Packed bytes that cannot be looked into are not passed on; the message says what unpacks them.
    """
    code, out, err = run("filter", data=b"\x28\xb5\x2f\xfd\x04\x00secret")

    assert (code, out) == (3, b"")
    assert b"it is packed with zstd. Unpack it first: zstd -dc FILE | redactor filter." in err


def test_missing_files_do_not_stop_the_others(run: Run, tmp_path: Path) -> None:
    """
    A file that cannot be opened is reported; the others are read; the exit code is 3.
    """
    (tmp_path / "a.log").write_bytes(SECRET)

    code, out, err = run("filter", "nope.log", ".", "a.log")

    assert (code, out) == (3, CLEAN)
    assert err == (
        b"redactor: nope.log: it cannot be opened (No such file or directory). "
        b"Check the path and its permissions.\n"
        b"redactor: .: it is a folder. Name the files in it.\n"
    )


def test_an_output_that_is_an_input_is_refused(run: Run, tmp_path: Path) -> None:
    """
    A file is never read and written at once, by whatever way it was named; it keeps its bytes.
    """
    log = tmp_path / "app.log"
    log.write_bytes(SECRET)
    (tmp_path / "link.log").hardlink_to(log)

    with log.open("ab") as appended:
        by_redirection = run("filter", "app.log", stdout=appended)
    by_option = run("filter", "app.log", "--output", "link.log")
    by_sink = run("filter", "app.log", "--to", "file:app.log")

    for code, _, err in (by_redirection, by_option, by_sink):
        assert code == 2
        assert err == (
            b"redactor: app.log: it is an input and an output at once. Write to another file.\n"
        )
    assert log.read_bytes() == SECRET


def test_output_option_writes_the_file_anew(run: Run, tmp_path: Path) -> None:
    """
    --output replaces what was in the file and keeps a missing final line break missing.
    """
    (tmp_path / "out.log").write_bytes(b"old and much longer than what comes now\n" * 9)

    assert run("filter", "--output", "out.log", data=SECRET.strip()) == (0, b"", b"")
    assert (tmp_path / "out.log").read_bytes() == CLEAN.strip()


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_files_are_made_for_their_owner_only(run: Run, tmp_path: Path) -> None:
    """
    Files that the filter makes have mode 0600.
    """
    run("filter", "--output", "a.log", "--to", "file:b.log", data=SECRET)

    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.log", "b.log")}
    assert modes == {0o600}


def test_several_sinks_get_the_same(run: Run, tmp_path: Path) -> None:
    """
    Every --to gets the whole log.
    """
    code, out, err = run("filter", "--to", "-", "--to", "file:b.log", data=SECRET * 3)

    assert (code, out, err) == (0, CLEAN * 3, b"")
    assert (tmp_path / "b.log").read_bytes() == CLEAN * 3


def test_sinks_of_the_policy_are_used(run: Run, tmp_path: Path) -> None:
    """
    Without --to and --output the policy's sinks are used; paths start from the policy's folder.
    """
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/redactor.toml").write_text('[[sinks]]\nto = "file:clean.log"\n')

    assert run("filter", "--config", "etc/redactor.toml", data=SECRET) == (0, b"", b"")
    assert (tmp_path / "etc/clean.log").read_bytes() == CLEAN


def test_preset_and_policy_decide_what_is_redacted(run: Run, tmp_path: Path) -> None:
    """
    The nearest policy file is used unless --no-config; its actions and exceptions hold.
    """
    (tmp_path / "redactor.toml").write_text('disable = ["password"]\n')

    assert run("filter", data=SECRET) == (0, SECRET, b"")
    assert run("filter", "--no-config", data=SECRET) == (0, CLEAN, b"")


def test_stats_as_json(run: Run) -> None:
    """
    --stats=json prints one line of JSON with counts for each rule, and nothing of the log.
    """
    code, out, err = run("filter", "--stats=json", data=SECRET * 2 + b"x\n")

    stats = json.loads(err)
    assert (code, out) == (0, CLEAN * 2 + b"x\n")
    assert stats["findings"] == {"password": 2}
    assert (stats["lines"], stats["withheld"], stats["dropped"]) == (3, 0, 0)
    assert stats["bytes_in"] == len(SECRET * 2 + b"x\n")
    assert stats["bytes_out"] == len(out)
    assert stats["engine"] == "reference"


def test_stats_as_text_take_no_file_for_a_value(run: Run, tmp_path: Path) -> None:
    """
    In --stats app.log the file is a file: the form of the statistics needs an equals sign.
    """
    (tmp_path / "app.log").write_bytes(SECRET)

    code, out, err = run("filter", "--stats", "app.log")

    assert (code, out) == (0, CLEAN)
    first, second = err.decode().splitlines()
    assert first.startswith("1 lines, 26 bytes in, 38 bytes out, 1 findings, ")
    assert second.split() == ["password", "1"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "strit"], "Did you mean 'strict'?"),
        (["--preste", "strict"], "Did you mean '--preset'?"),
        (["--config", "a", "--no-config"], "--config and --no-config exclude each other."),
        (["--to", "flie:x"], "Did you mean 'file'?"),
        (["--to", "http://x"], "Write it as loki:http://HOST:3100."),
        (["--to", "loki:http://x", "--label", "a-b=c"], "it is no label name."),
        (["--label", "job"], "Write it as NAME=VALUE."),
        (["--config", "nope.toml"], "redactor: nope.toml: it cannot be read"),
        (["--config", "bad.toml"], "bad.toml: presett: unknown key. Did you mean 'preset'?"),
        (["--stats=xml"], "'xml' is not one of 'text', 'json'."),
    ],
)
def test_mistakes_on_the_command_line_are_sentences(
    run: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    """
    A wrong option or policy reads nothing, writes one line that says what to do, and exits with 2.
    """
    (tmp_path / "bad.toml").write_text('presett = "strict"\n')

    code, out, err = run("filter", *arguments, data=SECRET)

    assert (code, out) == (2, b"")
    assert err.startswith(b"redactor: ")
    assert err.count(b"\n") == 1
    assert message in err.decode()


def test_a_policy_without_its_key_stops_the_start(run: Run, tmp_path: Path) -> None:
    """
    The filter never starts with less than the policy asks for.
    """
    (tmp_path / "redactor.toml").write_text(
        '[actions]\ncard = "hmac"\n[hmac]\nkey_env = "NO_SUCH_KEY"\n'
    )

    code, out, err = run("filter", data=SECRET)

    assert (code, out) == (2, b"")
    assert b"hmac.key_env: NO_SUCH_KEY: the environment variable is not set." in err


def test_an_engine_that_is_unknown_or_missing_is_an_error(
    run: Run, environment: dict[str, str]
) -> None:
    """
    REDACTOR_ENGINE with an unknown name stops the filter before it reads.
    """
    environment["REDACTOR_ENGINE"] = "turbo"

    code, out, err = run("filter", data=SECRET)

    assert (code, out) == (2, b"")
    assert b"REDACTOR_ENGINE=turbo: there is no such engine. Use native or reference." in err


def test_a_line_that_makes_the_engine_fail_is_withheld(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """
    When looking at a line fails, its place is taken by a message; the exit code is 1.
    """
    (tmp_path / "sitecustomize.py").write_text(
        "from redactor.engines.reference.engine import ReferenceEngine\n"
        "scan = ReferenceEngine.scan\n"
        "def fail(self, data, state=0):\n"
        "    if b'boom' in data: raise ValueError(data)\n"
        "    return scan(self, data, state)\n"
        "ReferenceEngine.scan = fail\n"
    )
    environment["PYTHONPATH"] = os.pathsep.join((str(tmp_path), environment["PYTHONPATH"]))

    code, out, err = run("filter", data=SECRET + b"boom password=hunter2\n" + SECRET)

    assert code == 1
    assert out == CLEAN + b"redactor: record withheld: ValueError (21 bytes)\n" + CLEAN
    assert b"1 lines were withheld" in err
    assert b"hunter2" not in err


def test_a_mistake_of_ours_is_reported_without_content(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """
    An unknown exception gives its type and place, no text of it, no traceback, and exit code 70.
    """
    (tmp_path / "sitecustomize.py").write_text(
        "from redactor.stream import LineStream\n"
        "def fail(self, piece): raise KeyError(piece)\n"
        "LineStream.feed = fail\n"
    )
    environment["PYTHONPATH"] = os.pathsep.join((str(tmp_path), environment["PYTHONPATH"]))

    code, out, err = run("filter", data=SECRET)

    assert (code, out) == (70, b"")
    assert err.startswith(b"redactor: KeyError at sitecustomize.py:2: a mistake in redactor itself")
    assert err.count(b"\n") == 1
    assert b"hunter2" not in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_is_an_output_error(run: Run) -> None:
    """
    An output that cannot be written gives one message and exit code 4.
    """
    with Path("/dev/full").open("wb") as full:
        code, _, err = run("filter", data=SECRET, stdout=full)

    assert code == 4
    assert err == (
        b"redactor: standard output: it cannot be written (No space left on device). "
        b"What came after is missing there.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="descriptors are closed by the shell")
def test_closed_descriptors_are_errors_and_no_file_takes_their_number(
    run: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    """
    With standard output closed nothing is written into whatever is opened next.
    """
    command = f'"{sys.executable}" -m redactor filter --to - --to file:b.log'
    closed_output = subprocess.run(
        ["sh", "-c", f"{command} >&-"],
        input=SECRET, capture_output=True, cwd=tmp_path, env=environment, check=False,
    )  # fmt: skip
    closed_input = subprocess.run(
        ["sh", "-c", f"{command} <&-"],
        capture_output=True, cwd=tmp_path, env=environment, check=False,
    )  # fmt: skip

    assert closed_output.returncode == 4
    assert (tmp_path / "b.log").read_bytes() == CLEAN
    assert closed_input.returncode == 3
    assert b"standard input: it cannot be read" in closed_input.stderr


@pytest.mark.skipif(not native_available(), reason="the native engine is not installed")
def test_both_engines_give_the_same_bytes(run: Run) -> None:
    """
    --engine chooses the engine; what comes out is the same.
    """
    for path in sorted((EXAMPLES / "logs").glob("*.log"))[:6]:
        data = b"".join(path.read_bytes().splitlines(keepends=True)[:150])

        native = run("filter", "--engine", "native", data=data)

        assert native == run("filter", "--engine", "reference", data=data)
        assert native[0] == 0
