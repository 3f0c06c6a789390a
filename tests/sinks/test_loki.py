from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from redactor import InputError, MissingExtraError
from redactor.sinks import DeliveryError, LokiSink, open_sink

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def sink_for(loki: Any, **settings: Any) -> LokiSink:
    return LokiSink(loki.url, **{"attempts": 4, "backoff": 0.01, "timeout": 10.0, **settings})


def test_lines_arrive_in_order_with_rising_times(loki: Any) -> None:
    """
    Every line arrives once, in order, with a time of its own in nanoseconds.
    """
    before = time.time_ns()
    sink = sink_for(loki, labels={"job": "shop", "env": "test"})
    sink.write(b"one\ntwo\r\n\nthr")
    sink.write(b"ee\nlast")
    sink.close()

    assert loki.lines == ["one", "two", "", "three", "last"]
    times = [at for _, at, _ in loki.entries]
    assert times == sorted(set(times))
    assert before <= times[0] <= times[-1] <= time.time_ns()
    assert {labels for labels, _, _ in loki.entries} == {'{"job": "shop", "env": "test"}'}


def test_equal_lines_are_all_kept(loki: Any) -> None:
    """
    Loki drops exact repeats, so equal lines differ by their time.
    """
    sink = sink_for(loki)
    sink.write(b"same\n" * 5000)
    sink.close()

    assert loki.lines == ["same"] * 5000
    assert loki.repeats == 0


def test_a_push_has_one_stream_is_packed_and_names_the_tenant(loki: Any) -> None:
    """
    The request has the headers that Loki wants, and one stream: with more, a 204 proves nothing.
    """
    sink = sink_for(loki, tenant="team-a")
    sink.write(b"x\n")
    sink.close()

    [(headers, body)] = loki.requests
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Encoding"] == "gzip"
    assert headers["X-Scope-Orgid"] == "team-a"
    [stream] = json.loads(body)["streams"]
    assert stream["stream"] == {"job": "redactor"}
    [[at, line]] = stream["values"]
    assert (type(at), line) == (str, "x")


def test_batches_stay_below_a_mebibyte(loki: Any) -> None:
    """
    A batch has less than a mebibyte before packing, whatever the lines hold.
    """
    sink = sink_for(loki)
    sink.write(b'{"level":"info","text":"\\u00e9 \xc3\xa9 \x01"}\n' * 60_000)
    sink.close()

    assert len(loki.lines) == 60_000
    assert len(loki.requests) > 1
    assert max(len(body) for _, body in loki.requests) < 1 << 20


def test_nothing_is_pushed_when_there_is_nothing(loki: Any) -> None:
    """
    Loki answers 422 to an empty push: none is sent.
    """
    sink = sink_for(loki)
    sink.write(b"")
    sink.flush()
    sink.close()

    assert loki.requests == []


def test_flush_delivers_whole_lines_only(loki: Any) -> None:
    """
    A line that has not ended yet waits for its end, a flush in between or not.
    """
    sink = sink_for(loki)
    sink.write(b"one\ntw")
    sink.flush()
    assert loki.lines == ["one"]
    sink.write(b"o\n")
    sink.close()

    assert loki.lines == ["one", "two"]


def test_old_lines_are_pushed_with_the_next_write(loki: Any, monkeypatch: Any) -> None:
    """
    A line waits for company for a second, also where nobody calls flush.
    """
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    sink = sink_for(loki)
    sink.write(b"one\n")
    now[0] += 0.9
    sink.write(b"two\n")
    assert loki.lines == []
    now[0] += 0.2
    sink.write(b"three\n")

    assert loki.lines == ["one", "two", "three"]
    monkeypatch.undo()
    sink.close()


@pytest.mark.parametrize("extra", [0, 1, 5_000_000])
def test_long_lines_are_cut_with_a_mark(loki: Any, extra: int) -> None:
    """
    Loki takes lines of 262,144 bytes; longer ones are cut, say so, and do not harm the others.
    """
    long = b"\xc3\xa9" * 131_072 + b"x" * extra
    sink = sink_for(loki)
    for piece in (b"before\n" + long[:1000], long[1000:-3], long[-3:] + b"\nafter\n"):
        sink.write(piece)
    sink.close()

    before, line, after = loki.lines
    assert (before, after) == ("before", "after")
    if extra:
        mark = f" [cut by redactor: the line has {len(long)} bytes]"
        assert line.endswith(mark)
        assert long.decode().startswith(line.removesuffix(mark))
        assert 262_140 < len(line.encode()) <= 262_144
    else:
        assert line == long.decode()


def test_bytes_that_are_no_text_do_not_poison_the_batch(loki: Any) -> None:
    """
    Invalid UTF-8 and encoded lone surrogates become U+FFFD; NUL and control characters stay.
    """
    sink = sink_for(loki)
    sink.write(b"good\n\xff\xfe bad\n\xed\xa0\x80 lone\nnul \0 esc \x1b[0m\n")
    sink.close()

    assert loki.lines == [
        "good",
        "\ufffd\ufffd bad",
        "\ufffd\ufffd\ufffd lone",
        "nul \0 esc \x1b[0m",
    ]


@pytest.mark.parametrize(
    "answers",
    [
        [(500, {})],
        [(503, {}), (502, {}), (504, {})],
        [(429, {})],
        [(0, {})],
        [(-1, {})],
        [(429, {"Retry-After": "soon"}), (500, {"Retry-After": "-5"})],
    ],
    ids=["500", "5xx", "429", "reset", "reset after storing", "malformed Retry-After"],
)
def test_passing_failures_lose_and_repeat_nothing(loki: Any, answers: list[Any]) -> None:
    """
    After 429, 5xx and broken connections the same batch is sent again, with the same times.
    """
    loki.answers.extend(answers)
    sink = sink_for(loki)
    sink.write(b"one\ntwo\n")
    sink.close()

    assert loki.lines == ["one", "two"]
    assert len(loki.requests) == len(answers) + 1
    assert len({body for _, body in loki.requests}) == 1


def test_retry_after_is_honoured(loki: Any) -> None:
    """
    The next try comes no sooner than the server asks for.
    """
    loki.answers.append((429, {"Retry-After": "1"}))
    sink = sink_for(loki)
    sink.write(b"one\n")
    started = time.monotonic()
    sink.close()

    assert time.monotonic() - started >= 1.0
    assert loki.lines == ["one"]


def test_giving_up_is_counted_and_the_next_batch_goes_on(loki: Any) -> None:
    """
    After the last try the lines are counted in an error without content; the sink works on.
    """
    loki.answers.extend([(500, {})] * 4)
    sink = sink_for(loki)
    sink.write(b"password in clear\n" * 3)
    with pytest.raises(DeliveryError) as caught:
        sink.flush()
    sink.write(b"next\n")
    sink.close()

    assert str(caught.value) == (
        f"loki:{loki.url}: 3 lines were not delivered (status 500). "
        "Check that Loki is up and how much it takes, and filter that part again."
    )
    assert (caught.value.lines, caught.value.final) == (3, False)
    assert loki.lines == ["next"]


def test_no_server_is_counted(loki: Any) -> None:
    """
    Where nobody listens, the lines are counted after the last try.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sink = LokiSink(f"http://127.0.0.1:{port}", attempts=2, backoff=0.01)
    sink.write(b"one\ntwo\n")

    with pytest.raises(DeliveryError) as caught:
        sink.close()
    assert caught.value.lines == 2
    assert "2 lines were not delivered (no answer (" in str(caught.value)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 301])
def test_refusals_are_not_sent_again(loki: Any, status: int) -> None:
    """
    What will be refused again is not repeated; the count is told, and nothing of the answer.
    """
    loki.answers.append((status, {"Location": "/elsewhere"}))
    sink = sink_for(loki)
    sink.write(b"password in clear\n" * 7)

    with pytest.raises(DeliveryError) as caught:
        sink.close()
    assert len(loki.requests) == 1
    assert caught.value.lines == 7
    assert f"status {status}" in str(caught.value)
    assert "in clear" not in str(caught.value)


def test_write_takes_all_even_when_a_batch_in_it_fails(loki: Any) -> None:
    """
    When one of several batches in a write is refused, the others arrive and the count is exact.
    """
    loki.answers.extend([(204, {}), (400, {})])
    sink = sink_for(loki)
    with pytest.raises(DeliveryError) as caught:
        sink.write(b"".join(b"%06d %s\n" % (number, b"x" * 500) for number in range(6000)))
    sink.close()

    assert len(loki.lines) + caught.value.lines == 6000
    assert loki.lines == sorted(loki.lines)
    assert loki.lines[-1].startswith("005999")


def test_credentials_in_the_address_are_sent_and_never_shown(loki: Any) -> None:
    """
    User name and password of the address become a header, and are in no message and no repr.
    """
    loki.answers.append((401, {}))
    sink = open_sink(f"loki:http://user:hunter2@{loki.address}/")
    sink.write(b"x\n")

    with pytest.raises(DeliveryError) as caught:
        sink.close()
    assert loki.requests[0][0]["Authorization"] == "Basic dXNlcjpodW50ZXIy"
    assert "hunter2" not in str(caught.value) + repr(sink) + repr(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"labels": {"a-b": "c"}}, 'sink loki: label "a-b": it is no label name.'),
        ({"labels": {f"l{n}": "x" for n in range(16)}}, "sink loki: labels: there are 16."),
        ({"labels": {"a": "x" * 2049}}, 'sink loki: label "a": its value is too long.'),
        ({"tenant": "a/b"}, "sink loki: tenant: it holds a character that Loki refuses."),
        ({"url": "http://"}, "sink loki: the address has no host."),
    ],
)
def test_what_loki_would_refuse_is_refused_before(settings: dict[str, Any], message: str) -> None:
    """
    Labels, tenant and address are checked when the sink is made.
    """
    with pytest.raises(InputError, match=re.escape(message)):
        LokiSink(**{"url": "http://localhost:3100", **settings})


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Without urllib3 the error says which extra brings it.
    """
    monkeypatch.setitem(sys.modules, "urllib3", None)

    with pytest.raises(MissingExtraError, match=re.escape("pip install 'redactor-pipeline[loki]'")):
        open_sink("loki:http://localhost:3100")


def _filter(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        [sys.executable, "-m", "redactor", "filter", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "REDACTOR_ENGINE": "reference"},
    )  # fmt: skip


def test_the_filter_pushes_redacted_lines_while_its_input_is_open(
    loki: Any, tmp_path: Path
) -> None:
    """
    A line reaches Loki although the producer says nothing more, without its secret.
    """
    process = _filter(tmp_path, "--to", f"loki:{loki.url}", "--label", "job=shop")
    assert process.stdin is not None
    process.stdin.write(b"login password=hunter2 ok\n")
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not loki.entries:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    out, err = process.communicate(timeout=60)

    assert loki.entries[0][0] == '{"job": "shop"}'
    assert loki.lines == ["login password=[redacted:password] ok"]
    assert (process.returncode, out, err) == (0, b"", b"")
    assert all(b"hunter2" not in body for _, body in loki.requests)


def test_the_filter_says_what_loki_refused(loki: Any, tmp_path: Path) -> None:
    """
    A refused batch gives a message with the count and exit code 4; other sinks get everything.
    """
    loki.answers.append((400, {}))
    process = _filter(tmp_path, "--to", f"loki:{loki.url}", "--to", "-")
    out, err = process.communicate(b"card 4111 1111 1111 1111\n" * 5, timeout=60)

    assert process.returncode == 4
    assert out == b"card [redacted:card]\n" * 5
    assert (
        err
        == (
            f"redactor: loki:{loki.url}: it refused a batch (status 400), 5 lines. "
            "Lines of it that are in order may be stored; the reason is in Loki's own log.\n"
        ).encode()
    )
