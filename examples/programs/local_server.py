"""A server for the clients of this folder: it answers anything, and it is on the loopback only.

It runs in a thread of the client's own process. With a socket path it speaks TLS with a
throw-away certificate, so that a client can use the real address of a service and still never
leave the machine.
"""

from __future__ import annotations

import datetime
import json
import socketserver
import ssl
import tempfile
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Answer = tuple[int, dict[str, str], bytes]


def json_answer(data: Any, status: int = 200, **headers: str) -> Answer:
    """An answer with a JSON body."""
    names = {key.replace("_", "-"): value for key, value in headers.items()}
    return status, {"Content-Type": "application/json", **names}, json.dumps(data).encode()


def handler(answer: Callable[[str, str, bytes, Any], Answer]) -> type[BaseHTTPRequestHandler]:
    """A request handler that calls ``answer`` with method, path, body and headers."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "example"
        sys_version = ""

        def handle_any(self) -> None:
            """Answer one request."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, data = answer(self.command, self.path, body, self.headers)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        def address_string(self) -> str:
            """No address for a socket in a file."""
            return "local"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PUT", "HEAD", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    return Handler


def start(answer: Callable[[str, str, bytes, Any], Answer], port: int) -> None:
    """Serve HTTP on a loopback port."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(answer))
    threading.Thread(target=server.serve_forever, daemon=True).start()


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A server on a socket in a file."""

    daemon_threads = True


def start_tls(answer: Callable[[str, str, bytes, Any], Answer], path: str) -> None:
    """Serve HTTP over TLS on a socket in a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "local")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(certificate.public_bytes(serialization.Encoding.PEM))
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        file.flush()
        context.load_cert_chain(file.name)
    server = UnixServer(path, handler(answer))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
