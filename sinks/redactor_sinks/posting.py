"""One POST to one server, and how it ended: no repeats, no redirects, bounded in time and size."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from redactor import InputError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Address", "Answer", "Poster", "asked_to_wait", "is_posting", "parse_address"]

#: How much of an answer is read, in bytes. Nothing of it is ever shown.
_ANSWER_LIMIT = 1 << 20
#: The longest wait that a server may ask for, in seconds.
_LONGEST_WAIT = 3600.0

_here = threading.local()


def is_posting() -> bool:
    """
    Whether this thread is in the middle of a POST.

    What libraries log about one must not be sent by the next one: it would never end.
    """
    return getattr(_here, "posting", False)


class Answer(NamedTuple):
    """
    What a server said, or why it said nothing.

    Attributes:
        status: The status, or 0 when no answer came.
        headers: Its headers, names in lower case.
        body: Its first bytes.
        problem: Why there is none, in words without any content.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    problem: str = ""

    @property
    def is_page(self) -> bool:
        """Whether a page for people came: something else answered than the server meant."""
        return "html" in self.headers.get("content-type", "").lower()


class Address(NamedTuple):
    """
    The parts of a URL.

    Attributes:
        base: Scheme, host and port, without credentials.
        path: The path, without a slash at its end.
        user: What stands before the ``@``, decoded; it may hold a password.
        password: The part of it behind a colon, decoded.
    """

    base: str
    path: str
    user: str
    password: str


def parse_address(where: str, url: str, form: str) -> Address:
    """
    Take *url* apart.

    Args:
        where: What the message of an error is about.
        url: ``http`` or ``https``. It is in no message: it can hold a password.
        form: How to write it.

    Raises:
        InputError: It is no URL with a host.
    """
    from urllib.parse import unquote, urlsplit

    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise InputError(where, "the address is no http or https URL with a host", form)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    return Address(
        f"{parts.scheme}://{place}",
        parts.path.rstrip("/"),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class Poster:
    """
    Sends bodies to one server over connections that are kept.

    A forked child opens connections of its own. Redirects are not followed: they could lead the
    log to another host.

    Args:
        where: What messages are about, for example ``sink otlp``.
        base: Scheme, host and port.
        timeout: Seconds for connecting, for each wait for bytes, and for the whole answer.
        ca_file: Certificates to trust instead of those of the system.
        extra: The extra that brings what this needs.

    Raises:
        InputError: *ca_file* cannot be used.
        MissingExtraError: The package urllib3 is not installed.
    """

    def __init__(
        self, where: str, base: str, *, timeout: float, ca_file: str = "", extra: str
    ) -> None:
        try:
            import urllib3  # noqa: F401  # only looked for
        except ImportError:
            raise MissingExtraError(where, "urllib3", extra) from None
        self._where = where
        self._base = base
        self._timeout = timeout
        self._ca_file = ca_file
        self._process = -1
        self._pool = self._opened()

    def _opened(self) -> object:
        import urllib3
        import urllib3.util

        context = None
        if self._ca_file:
            try:
                context = urllib3.util.create_urllib3_context()
                context.load_verify_locations(self._ca_file)
            except (OSError, ValueError):
                raise InputError(
                    f"{self._where}: ca_file",
                    "it cannot be read as certificates",
                    "Name a file in PEM form",
                ) from None
        self._process = os.getpid()
        return urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=self._timeout, read=self._timeout),
            ssl_context=context,
            retries=False,
        )

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """
        Send *body*.

        Returns:
            The answer; its status is 0 when none came. Whether the server has the body is not
            known then.
        """
        if self._process != os.getpid():
            # The sockets are the parent's: bytes of both would be mixed.
            self._pool = self._opened()
        with _posting():
            return self._post(path, body, headers)

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        import urllib3

        deadline = time.monotonic() + self._timeout
        pool: urllib3.PoolManager = self._pool  # type: ignore[assignment]  # as _opened made it
        try:
            answer = pool.request(
                "POST",
                self._base + path,
                body=body,
                headers=dict(headers),
                redirect=False,
                preload_content=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            reason = getattr(error, "reason", None) or error
            return Answer(0, {}, b"", f"no answer ({type(reason).__name__})")
        told = {name.lower(): value for name, value in answer.headers.items()}
        pieces: list[bytes] = []
        left = _ANSWER_LIMIT
        try:
            while left > 0 and (piece := answer.read1(min(left, 1 << 16))):
                pieces.append(piece)
                left -= len(piece)
                if time.monotonic() > deadline:
                    left = 0
        except (urllib3.exceptions.HTTPError, OSError) as error:
            answer.close()
            if 200 <= answer.status < 300:
                # The status is there: the body would only have said more about it.
                return Answer(answer.status, told, b"")
            return Answer(0, {}, b"", f"no whole answer ({type(error).__name__})")
        if left <= 0:
            answer.close()
        answer.release_conn()
        return Answer(answer.status, told, b"".join(pieces))

    def close(self) -> None:
        """Let go of the connections; a POST after it opens them anew."""
        if self._process == os.getpid():
            self._pool.clear()  # type: ignore[attr-defined]  # of a PoolManager


@contextmanager
def _posting() -> Iterator[None]:
    before = is_posting()
    _here.posting = True
    try:
        yield
    finally:
        _here.posting = before


def asked_to_wait(value: str | None) -> float | None:
    """
    Return the seconds that a ``Retry-After`` header asks for, at most an hour.

    Returns:
        ``None`` when there is no header, or it says nothing that can be read.
    """
    if value is None:
        return None
    value = value.strip()
    try:
        seconds = float(value)
    except ValueError:
        from email.utils import parsedate_to_datetime

        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except (TypeError, ValueError, OverflowError, IndexError):
            return None
    if seconds != seconds:  # noqa: PLR0124  # not a number
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)
