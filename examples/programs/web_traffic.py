"""Send requests to a web server on the loopback interface: shoppers, robots, and some leaks.

Usage: ``web_traffic.py nginx|apache|nginx-rotated PORT COUNT``
"""

from __future__ import annotations

import base64
import json
import socket
import sys
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

from made_up import WORDS, MadeUp

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.6 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.6 Mobile/15E148 Safari/604.1",
    "curl/8.9.1",
    "python-requests/2.32.3",
    "okhttp/4.12.0",
    "kube-probe/1.30",
    "ExampleBot/2.1 (+https://bot.example.org/about)",
)
SITE = "https://shop.example.com"


class Traffic:
    """Requests to one server."""

    def __init__(self, name: str, port: int) -> None:
        self.port = port
        self.made = MadeUp(f"web-{name}")
        self.rng = self.made.rng
        self.apache = name == "apache"

    def raw(self, data: bytes) -> None:
        """Send bytes and wait for the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(data)
            connection.settimeout(5)
            try:
                while connection.recv(65536):
                    pass
            except (TimeoutError, ConnectionResetError):
                pass

    def send(
        self,
        target: str,
        method: str = "GET",
        referer: str = "",
        agent: str = "",
        headers: dict[str, str] | None = None,
        body: str = "",
    ) -> None:
        """Send one request; ``target`` goes out as it is."""
        lines = [
            f"{method} {target} HTTP/1.1",
            "Host: shop.example.com",
            f"User-Agent: {agent or self.rng.choice(AGENTS)}",
            "Accept: */*",
            f"X-Forwarded-For: {self.made.ip()}",
            "Connection: close",
        ]
        if referer:
            lines.append(f"Referer: {referer}")
        lines += [f"{key}: {value}" for key, value in (headers or {}).items()]
        if body:
            lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"]
        self.raw(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    # Ordinary requests ----------------------------------------------------------------------------

    def ordinary(self) -> None:
        """What most lines of an access log look like."""
        rng, made = self.rng, self.made
        word, number = rng.choice(WORDS), rng.randint(1, 90000)
        page = rng.choice(
            (
                "/",
                "/",
                f"/products/{word}-{number}",
                f"/products?category={word}&page={rng.randint(1, 40)}&sort=price_asc",
                f"/static/js/app.{made.hex(8)}.js",
                f"/static/css/main.{made.hex(20)}.css",
                f"/img/{made.hex(32)}.webp?w=640&q=80",
                "/favicon.ico",
                "/robots.txt",
                "/healthz",
                f"/api/v1/orders/{made.order()}",
                f"/api/v1/products/{number}?fields=id,name,price&currency=EUR",
                f"/api/v1/carts/{made.hex(8)}-{made.hex(4)}-4{made.hex(3)}-a{made.hex(3)}-"
                f"{made.hex(12)}",
                f"/search?q={word}+{rng.choice(WORDS)}&utm_source=news&utm_campaign=autumn",
                f"/search?q={word}&tokens=3&max_tokens=120&page_token=2",
                "/account/password/reset",
                "/login",
                "/docs/api/tokens.html",
                f"/commits/{made.hex(40)}",
                f"/track?ts=17{made.chars(11, '0123456789')}&ev=view&sid={number}",
                f"/old/page-{number}.html",
                "/wp-login.php",
                "/.env",
                "/admin/",
            )
        )
        method = "POST" if page == "/login" and rng.random() < 0.5 else "GET"
        method = "HEAD" if page == "/healthz" and rng.random() < 0.3 else method
        referer = ""
        if rng.random() < 0.5:
            referer = SITE + rng.choice(
                (
                    "/",
                    f"/products/{word}-{number}",
                    f"/search?q={word}",
                    "/checkout",
                    "/login?next=/",
                )
            )
        self.send(page, method, referer)

    # Leaks ----------------------------------------------------------------------------------------

    def leaks(self) -> list[Callable[[], None]]:
        """One function for each form in which a secret gets into a request."""
        rng, made, send = self.rng, self.made, self.send

        def login_query() -> None:
            key = rng.choice(("password", "passwd", "pwd", "pass", "user[password]", "j_password"))
            send("/login?" + urlencode({"username": made.user(), key: made.password()}))

        def login_failed_post_as_get() -> None:
            query = urlencode({"email": made.email(), "password": made.password(), "remember": 1})
            send(f"/legacy/session?{query}", referer=f"{SITE}/login?{query}")

        def reset_link() -> None:
            token = made.b64_token(24)
            send(
                f"/reset-password?token={token}&email={quote(made.email(), safe='')}",
                referer="https://mail.example.org/",
            )
            for file in ("css/reset.css", "js/reset.js", "img/lock.svg")[: 3 if self.apache else 1]:
                send(f"/static/{file}", referer=f"{SITE}/reset-password?token={token}")

        def reset_path() -> None:
            send(f"/accounts/reset/{made.chars(4)}/{made.hex_token(32)}/")

        def access_token() -> None:
            key = rng.choice(("access_token", "auth_token", "api_key", "apikey", "key", "session"))
            send(f"/api/v1/orders?{key}={made.hex_token(40)}&limit={rng.randint(5, 50)}")

        def client_secret() -> None:
            send(
                "/oauth/token?grant_type=client_credentials&client_id=partner-7"
                f"&client_secret={made.b64_token(32)}",
                "POST",
            )

        def oauth_code() -> None:
            code, state = made.token(30, "oauth_code"), made.hex(16)
            send(f"/oauth/callback?code={code}&state={state}", referer="https://login.example.org/")

        def id_token() -> None:
            send(f"/sso/callback?id_token={made.jwt(aud='shop')}&token_type=Bearer")

        def socket_token() -> None:
            token = made.jwt(role="courier")
            send(f"/ws/?EIO=4&transport=websocket&token={token}", headers={"Upgrade": "websocket"})

        def nested_url() -> None:
            inner = f"https://app.example.com/cb?token={made.b64_token(24)}&lang=en"
            send(f"/sso/start?return_to={quote(inner, safe='')}")

        def card_query() -> None:
            card = made.card(separator=rng.choice((None, " ", "-")))
            form = {"card_number": card, "exp": "11/28", "cvv": made.cvv(), "amount": "49.90"}
            send("/checkout/pay?" + urlencode(form), referer=f"{SITE}/checkout")

        def card_in_search() -> None:
            send("/search?q=" + quote_plus(made.card(separator=rng.choice((None, " ")))))

        def basic_referer() -> None:
            address = (
                f"https://{made.user()}:{made.password(safe=True)}@staging.example.com/preview/"
            )
            send("/static/js/preview.js", referer=address)

        def basic_header() -> None:
            send("/admin/reports", headers={"Authorization": f"Basic {made.basic()}"})

        def basic_in_query() -> None:
            send(f"/api/v1/stock?authorization=Basic%20{quote(made.basic(), safe='')}")

        def bearer_header() -> None:
            send("/legacy/me", headers={"Authorization": f"Bearer {made.b64_token(32)}"})

        def cookie_header() -> None:
            cookie = f"theme=dark; sessionid={made.token(32, 'cookie')}; lang=en"
            send("/legacy/cart", headers={"Cookie": cookie})

        def signed_download() -> None:
            send(
                f"/media/invoice-{rng.randint(100, 999)}.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                "&X-Amz-Credential=media-reader%2F20261120%2Fus-east-1%2Fs3%2Faws4_request"
                "&X-Amz-Date=20261120T091500Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
                f"&X-Amz-Signature={made.hex_token(64, 'signature')}"
            )

        def signed_cdn() -> None:
            signature = made.b64_token(96, "signature")
            send(f"/cdn/v/{rng.randint(1, 99)}.mp4?Expires=1795500000&Signature={signature}")

        def signed_short() -> None:
            signature = made.b64_key(32, "signature")
            send(f"/files/{made.hex(8)}.zip?se=2026-12-01&sp=r&sig={quote(signature, safe='')}")

        def graphql_get() -> None:
            query = (
                f'mutation{{login(email:"{made.email()}",password:"{made.password()}"){{token}}}}'
            )
            send("/graphql?query=" + quote(query, safe=""))

        def json_filter() -> None:
            data = json.dumps({"user": made.user(), "token": made.token(28)}, separators=(",", ":"))
            send("/api/v1/sync?payload=" + quote(data, safe=""))

        def json_not_escaped() -> None:
            send(f'/api/v1/sync?payload={{"user":"{made.user()}","pin_token":"{made.token(28)}"}}')

        def base64_payload() -> None:
            data = {"login": made.user(), "password": made.password()}
            text = base64.b64encode(json.dumps(data).encode()).decode()
            made.note("encoded_password", text)
            send(f"/api/v1/boot?data={quote(text, safe='')}")

        def one_time_code() -> None:
            send(f"/login/verify?user={made.user()}&otp={made.otp()}")

        def session_in_path() -> None:
            send(f"/cart.do;jsessionid={made.note('cookie', made.hex(32).upper())}?step=2")

        def session_in_query() -> None:
            send(f"/index.php?PHPSESSID={made.token(26, 'cookie').lower()}")

        def magic_link() -> None:
            send(
                f"/m/{made.b64_token(18, 'token_unmarked')}",
                referer="https://mail.example.org/inbox",
            )

        def absolute_target() -> None:
            address = f"http://{made.user()}:{made.password(safe=True)}@shop.example.com/private/"
            send(address)

        def agent_key() -> None:
            send("/api/v1/feed", agent=f"FeedReader/1.4 (api_key={made.hex_token(32)})")

        def too_large() -> None:
            send(
                f"/upload?upload_token={made.b64_token(24)}",
                "POST",
                body=json.dumps({"data": "x" * 3000}),
            )

        def redis_on_web_port() -> None:
            self.raw(f"AUTH {made.password(safe=True)}\r\n\r\n".encode())

        def double_escaped() -> None:
            password = made.password()
            inner = f"/login?user={made.user()}&password={quote(password, safe='')}"
            send(f"/legacy/redirect?next={quote(inner, safe='')}")

        def post_then_get() -> None:
            send(
                f"/account/change?old_password={quote(made.password(), safe='')}"
                f"&new_password={quote(made.password(), safe='')}&confirm=on"
            )

        plain = [
            login_query, login_failed_post_as_get, reset_link, reset_path, access_token,
            client_secret, oauth_code, id_token, socket_token, nested_url, card_query,
            card_in_search, basic_referer, basic_header, basic_in_query, bearer_header,
            cookie_header, signed_download, signed_cdn, signed_short, graphql_get, json_filter,
            json_not_escaped, base64_payload, one_time_code, session_in_path, session_in_query,
            magic_link, absolute_target, agent_key, too_large, double_escaped, post_then_get,
        ]  # fmt: skip
        return plain if self.apache else [*plain, redis_on_web_port]

    def vendor_leaks(self) -> list[Callable[[], None]]:
        """Tokens in the form of a vendor; only for the log that is kept compressed."""
        rng, made, send = self.rng, self.made, self.send

        def bot_path() -> None:
            send(f"/tg/bot{made.telegram()}/{rng.choice(('sendMessage', 'getUpdates'))}", "POST")

        def payment_key() -> None:
            send(f"/api/v1/charges?key={made.stripe()}&amount=4990&currency=eur", "POST")

        def code_host() -> None:
            send(f"/hooks/deploy?access_token={made.github()}", "POST")

        def chat_hook() -> None:
            send(
                "/static/logo.png", referer=f"https://hooks.slack.com/services/{made.slack_hook()}"
            )

        def chat_token() -> None:
            send(f"/chat/api/users.list?token={made.slack_bot()}&limit=200")

        def maps_key() -> None:
            send(f"/maps/api/geocode/json?address=Main+St+{rng.randint(1, 99)}&key={made.google()}")

        def mail_key() -> None:
            send(f"/mail/send?api_key={made.sendgrid()}", "POST")

        def signed_cloud() -> None:
            send(
                f"/bucket/backup-{rng.randint(1, 99)}.tar.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                f"&X-Amz-Credential={made.aws_id('ASIA')}%2F20261120%2Feu-west-1%2Fs3%2Faws4_request"
                "&X-Amz-Date=20261120T091500Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
                "&X-Amz-Security-Token="
                + quote(made.b64_key(240, "session_token"), safe="")
                + f"&X-Amz-Signature={made.hex_token(64, 'signature')}"
            )

        def signed_blob() -> None:
            send(
                f"/container/{made.hex(12)}.csv?sv=2023-11-03&st=2026-11-20T08%3A00%3A00Z"
                "&se=2026-11-21T08%3A00%3A00Z&sr=b&sp=r&sig="
                + quote(made.b64_key(32, "signature"), safe="")
            )

        def registry_basic() -> None:
            send("/npm/lodash", referer=f"https://_token:{made.npm()}@npm.example.com/")

        return [
            bot_path, payment_key, code_host, chat_hook, chat_token, maps_key, mail_key,
            signed_cloud, signed_blob, registry_basic,
        ]  # fmt: skip

    def run(self, count: int, share: float, vendor: bool) -> None:
        """Send ``count`` requests; ``share`` of them leak, each form in turn."""
        forms = self.vendor_leaks() if vendor else self.leaks()
        leaks = 0
        for number in range(count):
            if self.rng.random() < share:
                forms[leaks % len(forms)]()
                leaks += 1
            else:
                self.ordinary()
            if not vendor and number % 97 == 50:
                self.raw(b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + b"\x7f" * 20)
            if not vendor and number % 211 == 80:
                for _ in range(8):
                    self.send("/limited/stock?sku=1044")


if __name__ == "__main__":
    server, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    vendor = server.endswith("rotated")
    Traffic(server, port).run(count, 0.085 if server == "nginx" else 0.12, vendor)
