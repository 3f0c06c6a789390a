"""One HTTP POST with a deadline for the whole exchange, on a connection that is kept."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import socket
import ssl
import threading
import time
import urllib.parse
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Address", "Answer", "HttpClient", "NoAnswerError", "address_of", "retry_after"]

#: How much of an answer is read, in bytes.
_ANSWER_LIMIT = 1 << 16


class Address(NamedTuple):
    """
    A receiver's address, taken apart.

    Attributes:
        secure: Whether it is HTTPS.
        host: Host name or number.
        port: Its port.
        path: Path and query.
        authorization: Basic authentication from the user name and password in the address.
        name: ``scheme://host:port/path`` as messages show it: without user name and password.
    """

    secure: bool
    host: str
    port: int
    path: str
    authorization: str
    name: str


class Answer(NamedTuple):
    """
    What came back.

    Attributes:
        status: The status code.
        headers: The headers, names in lower case.
        body: The first 64 KiB. It may hold what we sent: never to be shown.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswerError(Exception):
    """
    There was no answer; whether the request arrived is not known.

    Attributes:
        reason: Why, in words.
        untrusted: The other side's certificate was not accepted.
    """

    def __init__(self, reason: str, *, untrusted: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.untrusted = untrusted


def address_of(url: str, where: str, example: str) -> Address:
    """
    Take *url* apart.

    Args:
        url: The address.
        where: What the error is about.
        example: How it is written.

    Raises:
        InputError: It is no address. The message does not repeat it.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urllib.parse.SplitResult("", "", "", "", "")
    if not host or parts.scheme not in ("http", "https"):
        raise InputError(where, "the address has no host", f"Write it as {example}")
    secure = parts.scheme == "https"
    authorization = ""
    if parts.username is not None:
        user, password = (
            urllib.parse.unquote(part or "") for part in (parts.username, parts.password)
        )
        authorization = basic(user, password)
    shown = f"[{host}]" if ":" in host else host
    shown += f":{port}" if port else ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return Address(
        secure,
        host,
        port or (443 if secure else 80),
        path,
        authorization,
        f"{parts.scheme}://{shown}{parts.path.rstrip('/')}",
    )


def basic(user: str, password: str) -> str:
    """Return the value of ``Authorization`` for *user* and *password*."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read ``Retry-After``: seconds or a date; nothing where it is missing or malformed."""
    given = headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit() and len(given) < 12:
        return float(given)
    try:
        from email.utils import parsedate_to_datetime

        return max(0.0, parsedate_to_datetime(given).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


class HttpClient:
    """
    Posts to one receiver, one request at a time. Never follows a redirect.

    Args:
        address: The receiver.
        headers: Headers of every request.
        timeout: Seconds for a whole exchange, from connecting to the last byte of the answer.
        ca_file: Certificates that may have signed the receiver's. Default: those of the system.

    Raises:
        InputError: *ca_file* cannot be read.
    """

    def __init__(
        self,
        address: Address,
        headers: Mapping[str, str],
        *,
        timeout: float = 10.0,
        ca_file: str = "",
    ) -> None:
        self._address = address
        self._headers = {"User-Agent": "redactor", **headers}
        self._timeout = timeout
        self._context: ssl.SSLContext | None = None
        if address.secure:
            try:
                self._context = ssl.create_default_context(cafile=ca_file or None)
            except (OSError, ssl.SSLError):
                raise InputError(
                    f"certificates {ca_file}", "they cannot be read", "Name a file in PEM format"
                ) from None
        self._connection: http.client.HTTPConnection | None = None
        self._process = os.getpid()

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """
        Post *body*.

        A connection that was kept and turns out to be closed is opened anew once.

        Raises:
            NoAnswerError: There was no whole answer in time.
        """
        deadline = time.monotonic() + self._timeout
        while True:
            reused = self._kept()
            try:
                return self._exchange(path, body, headers or {}, deadline)
            except (http.client.HTTPException, OSError) as error:
                self.close()
                stale = isinstance(error, ConnectionError | http.client.RemoteDisconnected)
                if reused and stale and time.monotonic() < deadline:
                    continue
                if time.monotonic() >= deadline:
                    raise NoAnswerError("no answer in time") from None
                raise NoAnswerError(
                    _in_words(error), untrusted=isinstance(error, ssl.SSLCertVerificationError)
                ) from None

    def close(self) -> None:
        """Close the connection; the next request opens one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _kept(self) -> bool:
        """Say whether there is a connection; one from before a fork is not ours to use."""
        if self._process != os.getpid():
            self._process = os.getpid()
            self.close()
        return self._connection is not None

    def _exchange(
        self, path: str, body: bytes, headers: Mapping[str, str], deadline: float
    ) -> Answer:
        connection = self._connection = self._connection or self._new()
        watch = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (connection,))
        watch.daemon = True
        with contextlib.suppress(RuntimeError):  # no threads any more: the interpreter is ending
            watch.start()
        try:
            try:
                connection.request("POST", path, body, {**self._headers, **headers})
            except (BrokenPipeError, ConnectionResetError):
                if connection.sock is None:
                    raise
                # Some servers refuse a body before they have read it: the answer may be there.
            with connection.getresponse() as response:
                content = response.read(_ANSWER_LIMIT)
                if not response.isclosed():
                    self.close()  # there is more than anybody wants to read
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, content)
        finally:
            watch.cancel()

    def _new(self) -> http.client.HTTPConnection:
        host, port = self._address.host, self._address.port
        if self._context is not None:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=self._timeout, context=self._context
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=self._timeout)
        connection.response_class = _WholeResponse
        return connection


class _Lines:
    """A file whose last line is remembered."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self._file.readline(limit)
        return self.last

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _WholeResponse(http.client.HTTPResponse):
    """A response whose head is whole: ``http.client`` takes the start of one for an answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = _Lines(self.fp)
        self.fp = self._lines  # type: ignore[assignment]  # it has all that is called

    def begin(self) -> None:
        super().begin()
        if self._lines.last not in (b"\r\n", b"\n"):
            raise http.client.IncompleteRead(b"")


def _cut(connection: http.client.HTTPConnection) -> None:
    """End an exchange that drags on byte by byte, which no timeout of a single read sees."""
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not accepted"
    if isinstance(error, ssl.SSLError):
        return "TLS failed"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(error, ConnectionError | http.client.RemoteDisconnected):
        return "the connection was closed"
    if isinstance(error, http.client.IncompleteRead):
        return "the answer broke off"
    if isinstance(error, http.client.HTTPException):
        return "the answer was no HTTP"
    return f"no answer ({type(error).__name__})"
