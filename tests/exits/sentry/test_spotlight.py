"""Everything at once, sent to Spotlight: what a real receiver of the Sentry protocol stored."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.exits.sentry.everything import PROGRAM, SECRETS
from tests.exits.sentry.programs import run
from tests.exits.sentry.receiver import leaked, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

SOURCES = Path(__file__).parent / "spotlight"


def installed() -> Path:
    """Return the folder with Spotlight installed, outside the repository; install it once."""
    lock = (SOURCES / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "redactor-tests")
    folder = cache / f"spotlight-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=cache))
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(SOURCES / name, made / name)
        subprocess.run(["npm", "ci"], cwd=made, check=True, capture_output=True, timeout=600)
        try:
            made.rename(folder)
        except OSError:
            shutil.rmtree(made)  # somebody else was faster
    shutil.copy(SOURCES / "server.mjs", folder / "server.mjs")
    return folder


class Spotlight:
    """The running receiver."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.dsn = f"http://{'ab' * 16}@127.0.0.1:{port}/42"

    def stream(self) -> list[Any]:
        """Return the envelopes that it has stored, as it understood them."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/stream?base64=1")
        answer = connection.getresponse()
        connection.sock.settimeout(2)  # it goes on for ever; what is stored comes at once
        data = b""
        try:
            while piece := answer.read1(1 << 20):
                data += piece
        except TimeoutError:
            pass
        finally:
            connection.close()
        return [
            json.loads(line.partition(b":")[2])
            for line in data.splitlines()
            if line.startswith(b"data:")
        ]

    def raw(self, envelope: Any) -> bytes:
        """Return the bytes of an envelope of the stream, as it has stored them."""
        number = envelope[0]["__spotlight_envelope_id"]
        url = f"http://127.0.0.1:{self.port}/envelope/{number}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            data: bytes = answer.read()
        return data


@pytest.fixture(scope="module")
def spotlight() -> Iterator[Spotlight]:
    """Spotlight on a free port of loopback."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Spotlight needs node and npm")
    process = subprocess.Popen(
        ["node", "server.mjs"],
        cwd=installed(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    line = ""
    while not line.strip().isdigit():
        line = process.stdout.readline()
        assert line, "Spotlight did not start"
    yield Spotlight(int(line))
    process.stdin.close()
    process.wait(20)
    process.stdout.close()


def test_nothing_that_it_stored_holds_a_secret(spotlight: Spotlight) -> None:
    """
    Everything that the SDK can send, sent to Spotlight: it understands each envelope, and no secret
    is in what it streams or has stored, in any form.
    """
    run(PROGRAM, dsn=spotlight.dsn, secrets=SECRETS)

    envelopes = spotlight.stream()
    stored = [spotlight.raw(envelope) for envelope in envelopes]
    streamed = [json.dumps(envelope).encode() for envelope in envelopes]
    decoded = [
        base64.b64decode(payload)
        for envelope in envelopes
        for _, payload in envelope[1]
        if isinstance(payload, str)
    ]
    types = {item.type for data in stored for item in parse(data).items}
    assert len(envelopes) > 10
    assert {"event", "transaction", "attachment", "check_in", "session", "profile"} <= types
    found = {
        place: leaked(secret, [*stored, *streamed, *decoded]) for place, secret in SECRETS.items()
    }
    assert {} == {place: forms for place, forms in found.items() if forms}


def test_without_redactor_it_stores_the_secrets(spotlight: Spotlight) -> None:
    """
    The same program without redactor leaves its secrets there: the search finds them.
    """
    request = urllib.request.Request(f"http://127.0.0.1:{spotlight.port}/clear", method="DELETE")
    with urllib.request.urlopen(request, timeout=10):
        pass
    run(PROGRAM, dsn=spotlight.dsn, install="never", secrets=SECRETS)

    stored = [spotlight.raw(envelope) for envelope in spotlight.stream()]
    found = [place for place, secret in SECRETS.items() if leaked(secret, stored)]
    assert len(found) > 35
