from __future__ import annotations

import ast
import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import redactor
import redactor_sinks
from redactor import InputError
from redactor.sinks import DeliveryError, FileSink, StdoutSink, open_sink
from redactor_sinks.lines import LineAssembler


def test_a_file_sink_writes_whole_lines_only(tmp_path: Path) -> None:
    """
    What is in the file ends at a line break at any time; the last line gets one at the end.
    """
    path = tmp_path / "a.log"
    sink = FileSink(path)
    sink.write(b"one\ntw")
    assert path.read_bytes() == b"one\n"
    sink.write(b"o")
    assert path.read_bytes() == b"one\n"
    sink.write(b"\nthree")
    assert path.read_bytes() == b"one\ntwo\n"
    sink.close()
    sink.close()

    assert path.read_bytes() == b"one\ntwo\nthree\n"


def test_a_file_sink_appends(tmp_path: Path) -> None:
    """
    What an earlier run wrote stays, and so does the mode of a file that existed.
    """
    path = tmp_path / "a.log"
    path.write_bytes(b"old\n")
    path.chmod(0o640)
    sink = FileSink(path)
    sink.write(b"new\n")
    sink.close()

    assert path.read_bytes() == b"old\nnew\n"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_line_of_many_mebibytes_passes_a_file_sink(tmp_path: Path) -> None:
    """
    A line too long to be held back goes through in pieces, none of it lost.
    """
    sink = FileSink(tmp_path / "a.log")
    for _ in range(50):
        sink.write(b"x" * 100_000)
    sink.write(b"\nend")
    sink.close()

    assert (tmp_path / "a.log").read_bytes() == b"x" * 5_000_000 + b"\nend\n"


def test_two_file_sinks_share_a_file(tmp_path: Path) -> None:
    """
    Lines of two sinks on one file are never mixed.
    """
    sinks = [FileSink(tmp_path / "a.log") for _ in range(2)]
    for number in range(100):
        for name, sink in zip(b"ab", sinks, strict=True):
            line = bytes([name]) * 50 + b" %d\n" % number
            sink.write(line[:20])
            sink.write(line[20:])
    for sink in sinks:
        sink.close()

    lines = (tmp_path / "a.log").read_bytes().splitlines()
    assert len(lines) == 200
    assert all(re.fullmatch(rb"a{50} \d+|b{50} \d+", line) for line in lines)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """
    The error names the file and the reason, and says that the sink is of no use.
    """
    with pytest.raises(DeliveryError, match="it cannot be opened for writing") as caught:
        FileSink(tmp_path / "nowhere" / "a.log")

    assert caught.value.final


def test_stdout_keeps_bytes_and_line_ends() -> None:
    """
    The sink of a descriptor writes what it gets, at once.
    """
    reader, writer = os.pipe()
    sink = StdoutSink(writer)
    sink.write(b"no line break")
    assert os.read(reader, 100) == b"no line break"
    sink.flush()
    sink.close()
    os.close(reader)

    with pytest.raises(BrokenPipeError):
        sink.write(b"x")
    os.close(writer)


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("flie:x.log", "sink 'flie': there is no such kind of sink. Did you mean 'file'?"),
        ("x.log", "Use - for standard output, file:PATH, loki:http://HOST:3100, "),
        ("loki://host:3100", "Write it as loki:http://HOST:3100."),
        ("loki+http://host:3100", "Write it as loki:http://HOST:3100."),
        ("https://host:3100", "Write it as loki:http://HOST:3100."),
    ],
)
def test_unknown_sinks_are_refused(to: str, message: str) -> None:
    """
    The error says which forms there are, and never repeats an address, which may hold a password.
    """
    with pytest.raises(InputError, match=re.escape(message)):
        open_sink(to)


@given(st.lists(st.binary(max_size=40).map(lambda data: data.replace(b"a", b"\n"))))
def test_lines_do_not_depend_on_pieces(pieces: list[bytes]) -> None:
    """
    The same bytes give the same lines, however they are cut, and no size is lost.
    """
    whole = b"".join(pieces)
    assembler = LineAssembler(limit=16)
    lines = [line for piece in pieces for line in assembler.feed(piece)]
    rest = assembler.finish()
    lines += [rest] if rest is not None else []

    expected = whole.split(b"\n")
    if not expected[-1]:
        expected.pop()
    expected = [line.removesuffix(b"\r") for line in expected]
    if rest is not None and whole.endswith(b"\r"):
        assert lines[-1].size == len(expected[-1])
    assert [line.head for line in lines] == [line[:16] for line in expected]
    assert [line.size for line in lines] == [len(line) for line in expected]


def test_sinks_import_only_public_names() -> None:
    """
    A sink cannot reach a private module of the library.
    """
    for path in Path(redactor_sinks.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                assert not any(name.name.split(".")[0] == "redactor" for name in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("redactor."):
                pytest.fail(f"{path.name} imports from {node.module}")
            elif isinstance(node, ast.ImportFrom) and node.module == "redactor":
                assert {name.name for name in node.names} <= set(redactor.__all__)
