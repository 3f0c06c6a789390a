"""One push to Loki: a body out of timed lines, and the request with its retries."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from redactor import InputError, MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import urllib3

__all__ = ["Client", "body_of", "entry"]

_PATH = "/loki/api/v1/push"
#: Longest wait between two tries, and longest wait that a server may ask for, in seconds.
_WAIT_LIMIT = 10.0
_ASKED_LIMIT = 60.0
#: How much of an answer is read, in bytes. Nothing of it is ever shown.
_ANSWER_LIMIT = 1 << 16
_RETRIED = (429, *range(500, 600))


def entry(nanoseconds: int, line: str) -> bytes:
    """
    Write one log entry as JSON.

    The time is a string, because Loki refuses a request with a number there.
    """
    text = json.dumps(line, ensure_ascii=False).encode("utf-8")
    return b'["%d",%s]' % (nanoseconds, text)


def body_of(labels: Mapping[str, str], entries: Sequence[bytes]) -> bytes:
    """
    Write the body of a push of one stream.

    One stream only: with several, Loki answers 204 when it kept those of the last one.
    """
    stream = json.dumps(dict(labels), ensure_ascii=False).encode("utf-8")
    return b'{"streams":[{"stream":%s,"values":[%s]}]}' % (stream, b",".join(entries))


class Client:
    """
    Sends bodies to one Loki.

    Args:
        url: Its address. A user name and password in it become a header and are never shown.
        tenant: Sent as ``X-Scope-OrgID``.
        attempts: Tries for each body, the first one included.
        backoff: Seconds before the second retry; doubled before each one after it.
        timeout: Seconds for connecting, and for each wait for bytes of the answer.

    Raises:
        InputError: *url* is no address.
        MissingExtraError: The package urllib3 is not installed.
    """

    def __init__(
        self, url: str, *, tenant: str, attempts: int, backoff: float, timeout: float
    ) -> None:
        try:
            import urllib3
            import urllib3.util
        except ImportError:
            raise MissingExtraError("sink loki", "urllib3", "loki") from None
        try:
            parsed = urllib3.util.parse_url(url)
        except urllib3.exceptions.LocationParseError:
            parsed = urllib3.util.Url()
        if not parsed.host or parsed.scheme not in ("http", "https"):
            raise InputError(
                "sink loki", "the address has no host", "Write it as loki:http://HOST:3100"
            )
        self.name = f"loki:{parsed.scheme}://{parsed.netloc}"
        self._headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        if tenant:
            self._headers["X-Scope-OrgID"] = tenant
        if parsed.auth:
            self._headers |= urllib3.make_headers(basic_auth=parsed.auth)
        path = (parsed.path or "").rstrip("/")
        path = path if path.endswith(_PATH) else path + _PATH
        self._url = urllib3.util.Url(
            scheme=parsed.scheme, host=parsed.host, port=parsed.port, path=path
        ).url
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=timeout, read=timeout))
        self._retries = _retry_policy(attempts, backoff)

    def send(self, body: bytes) -> str:
        """
        Send *body*, compressed, with retries.

        Returns:
            Nothing when it is stored, else why not, in words that hold nothing of the body or of
            the answer.
        """
        import urllib3

        try:
            answer = self._pool.request(
                "POST",
                self._url,
                body=gzip.compress(body, 6, mtime=0),
                headers=self._headers,
                retries=self._retries,
                redirect=False,
                preload_content=False,
            )
        except urllib3.exceptions.HTTPError as error:
            reason = getattr(error, "reason", None) or error
            return f"no answer ({type(reason).__name__})"
        try:
            answer.read(_ANSWER_LIMIT)
        except (urllib3.exceptions.HTTPError, OSError):
            answer.close()
        finally:
            answer.release_conn()
        return "" if 200 <= answer.status < 300 else f"status {answer.status}"

    def close(self) -> None:
        self._pool.clear()


def _retry_policy(attempts: int, backoff: float) -> urllib3.Retry:
    import urllib3

    class Patient(urllib3.Retry):
        """Believes ``Retry-After`` up to a minute, and does not fail on a malformed one."""

        def parse_retry_after(self, retry_after: str) -> float:
            try:
                asked = super().parse_retry_after(retry_after)
            except urllib3.exceptions.InvalidHeader:
                return 0.0
            return min(asked, _ASKED_LIMIT)

    settings: dict[str, Any] = {"backoff_max": _WAIT_LIMIT, "backoff_jitter": backoff / 2}
    return Patient(
        total=attempts - 1,
        redirect=0,
        status_forcelist=_RETRIED,
        allowed_methods=("POST",),
        backoff_factor=backoff / 2,
        raise_on_redirect=False,
        raise_on_status=False,
        **settings,
    )
