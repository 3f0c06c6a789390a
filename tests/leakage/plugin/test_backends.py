"""Requests to log back-ends: which are watched, and what is read of their bodies."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from redactor.errors import PolicyError
from redactor.leakage.backends import Backends
from redactor.leakage.observers.http_content import LONGEST, Body, content_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.leakage.plugin.running import Run

_OTHERS = "https://example.com/login", "http://127.0.0.1:8080/v1/users", "https://blog.example.com/"


def test_log_backends_are_known_and_other_services_are_none() -> None:
    """
    Told by path or by host, without any setting.
    """
    known = Backends()

    for url in (
        "http://127.0.0.1:3100/loki/api/v1/push",
        "https://otel.example.com/v1/metrics",
        "https://http-intake.logs.example.com/api/v2/logs",
        "https://o1.example.com/api/42/envelope/",
    ):
        assert url in known
    for url in _OTHERS:
        assert url not in known


def test_the_setting_adds_and_takes_away() -> None:
    """
    By host, path or both, with and without a scheme and a port; what is taken away stays away.
    """
    backends = Backends(
        ["audit.example.com", "/ship", "https://*.example.org/a*", "127.0.0.1:9000",
         "!search.example.com", "!/*/_doc"]
    )  # fmt: skip

    for url in (
        "https://audit.example.com/anything?x=1",
        "https://audit.example.com:8443",
        "http://shop.example.com/ship",
        "http://shop.example.com/ship/today",
        "https://eu.example.org/archive/1",
        "http://127.0.0.1:9000/",
        "http://127.0.0.1:3100/loki/api/v1/push",
    ):
        assert url in backends
    for url in (
        *_OTHERS,
        "http://shop.example.com/shipping",
        "http://example.org/archive",
        "http://127.0.0.1:9001/",
        "https://search.example.com/_bulk",
        "http://127.0.0.1:9200/shop/_doc",
    ):
        assert url not in backends


@pytest.mark.parametrize("line", ["!", "", "/", "two words"])
def test_a_line_that_is_no_address_is_refused(line: str) -> None:
    """
    With what to write in its place.
    """
    with pytest.raises(PolicyError, match=r"neither a host nor a path\. Write"):
        Backends([line])


def test_the_setting_counts_in_a_run_and_in_its_children(run: Run) -> None:
    """
    A body to an address that the setting names is looked at, also in a process that a test starts;
    one that it takes away is not.
    """
    tests = """
    PROGRAM = '''
    from http.client import HTTPConnection

    def send(secret):
        for path in ("/ship", "/gelf"):
            connection = HTTPConnection("127.0.0.1", 9)
            connection.sock = type("Sock", (), {"sendall": lambda *_: None})()
            connection.request("POST", path, ("password=" + secret).encode())
            try:
                connection.getresponse()
            except AttributeError:  # nobody answers
                pass

    if __name__ == "__main__":
        send("hunter" + "2zz")
    '''
    import textwrap

    pathlib.Path("shipper.py").write_text(textwrap.dedent(PROGRAM))

    def test_here():
        sys.path.insert(0, os.getcwd())
        import shipper
        shipper.send(SECRET)

    def test_in_a_child():
        subprocess.run([sys.executable, "shipper.py"], check=True)
    """
    ran = run(tests, ini="leakage_backends =\n    /ship\n    !/gelf\n")

    assert [
        ("password", "http", "test_here"),
        ("password", "http", "test_in_a_child"),
    ] == ran.leaks


def test_a_setting_that_cannot_be_used_ends_the_run_at_its_start(run: Run) -> None:
    """
    With the line, and what to write.
    """
    ran = run("", ini="leakage_backends = two words\n")

    assert 4 == ran.result.ret
    assert "leakage_backends: 'two words': it is neither a host nor a path" in ran.text


def _zstd(data: bytes) -> bytes:
    zstd: Any = pytest.importorskip("backports.zstd")
    return bytes(zstd.compress(data))


def _snappy(data: bytes) -> bytes:
    return bytes(pytest.importorskip("cramjam").snappy.compress_raw(data))


def _framed(data: bytes) -> bytes:
    return bytes(pytest.importorskip("cramjam").snappy.compress(data))


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", _deflated),
        ("zstd", _zstd),
        ("", _zstd),
        ("snappy", _snappy),
        ("snappy", _framed),
        ("gzip, zstd", lambda data: _zstd(gzip.compress(data))),
        ("gzip", bytes),  # not what the header says
    ],
)
def test_bodies_are_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    """
    As the header says, or as the bytes themselves do.
    """
    assert "user=bob" == content_of(Body(pack(b"user=bob"), "/_bulk", encoding))


@pytest.mark.parametrize("pack", [gzip.compress, _zstd, _snappy])
def test_a_body_that_unpacks_to_very_much_takes_no_more_than_it_may(
    pack: Callable[[bytes], bytes],
) -> None:
    """
    Memory is bounded.
    """
    body = Body(pack(bytes(LONGEST + 1)), "/_bulk", "snappy" if pack is _snappy else "")

    assert len(content_of(body)) <= LONGEST


@pytest.mark.parametrize("path", ["/loki/api/v1/push", "/v1/logs", "/v1/traces", "/v1/metrics"])
@pytest.mark.parametrize(
    "data", [b"password=hunter", b"\x0a\xff", b'{"password": "hunter"', b"\x7a\x03abc"]
)
def test_what_is_no_message_is_looked_at_as_text(path: str, data: bytes) -> None:
    """
    Nothing is passed over because its form is not known.
    """
    assert data.decode("utf-8", "replace") == content_of(Body(data, path))


def test_metrics_are_told_once_for_each_measurement(run: Run) -> None:
    """
    A point is exported again with every collection, and is the leak of the test that measured it.
    """
    ran = run("""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    READER = InMemoryMetricReader()
    LOGINS = MeterProvider([READER]).get_meter("shop").create_counter("logins")

    def test_leaks():
        LOGINS.add(1, {"user.password": SECRET})
        READER.collect()
        READER.collect()

    def test_clean():
        LOGINS.add(1, {"plan": "free"})
        READER.collect()

    def test_leaks_too():
        LOGINS.add(1, {"user.password": SECRET})
        READER.collect()
    """)

    assert [
        ("password", "opentelemetry", "test_leaks"),
        ("password", "opentelemetry", "test_leaks_too"),
    ] == ran.leaks
    assert {"logins.attributes.user.password"} == {leak["field"] for leak in ran.report["leaks"]}
    lines = [leak["site"]["line"] for leak in ran.report["leaks"]]
    assert 9 == abs(lines[0] - lines[1])  # each has its own
