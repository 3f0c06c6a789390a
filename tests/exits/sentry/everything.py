"""A program that sends one of everything that the Sentry SDK can send, a secret in each place."""

from __future__ import annotations

__all__ = ["PLACES", "PROGRAM", "SECRETS"]

PLACES = """
    wsgi-query wsgi-header wsgi-cookie wsgi-error asgi-query asgi-header asgi-error
    form json-body raw-body
    transaction-name transaction-tag span-description span-data span-tag span-ai
    attachment-text attachment-call attachment-path attachment-json attachment-utf16
    attachment-name attachment-binary
    checkin-environment checkin-config session-user
    profile-frame profile-thread chunk-frame chunk-thread
    feedback replay raw-event raw-text raw-unknown raw-doubled header-trace header-unknown
    item-header flag hint module-name server debug-image error-path
    log-body log-attribute metric-name metric-attribute stream-name stream-attribute
""".split()
SECRETS = {
    place: f"Yk{number:02}w{place.replace('-', '')[::-1]}7" for number, place in enumerate(PLACES)
}

PROGRAM = """
    import asyncio, io, pathlib, tempfile, threading
    from sentry_sdk.attachments import Attachment
    from sentry_sdk.envelope import Envelope, Item, PayloadRef
    from sentry_sdk.integrations.asgi import SentryAsgiMiddleware
    from sentry_sdk.integrations.wsgi import SentryWsgiMiddleware

    init(
        enable_logs=True,
        send_default_pii=True,
        max_request_body_size="always",
        traces_sample_rate=1.0,
        release="shop@1.2.3",
        environment="production",
        profile_session_sample_rate=1.0,
    )
    client = sentry_sdk.get_client()

    def send(envelope):
        client.transport.capture_envelope(envelope)

    # A web program, as Flask and Django are one, and as FastAPI is one.
    def wsgi(environ, start_response):
        raise RuntimeError("no user for token=" + secret("wsgi-error"))

    def wsgi_request():
        environ = {
            "REQUEST_METHOD": "POST", "SERVER_NAME": "shop.example.com", "SERVER_PORT": "443",
            "wsgi.url_scheme": "https", "PATH_INFO": "/pay", "REMOTE_ADDR": "192.0.2.7",
            "QUERY_STRING": "page=2&api_key=" + secret("wsgi-query"),
            "HTTP_AUTHORIZATION": "Bearer " + secret("wsgi-header"),
            "HTTP_COOKIE": "theme=dark; sessionid=" + secret("wsgi-cookie"),
            "HTTP_HOST": "shop.example.com", "wsgi.input": io.BytesIO(b""),
        }
        try:
            list(SentryWsgiMiddleware(wsgi)(environ, lambda *_: None))
        except RuntimeError:
            pass

    async def asgi(scope, receive, send):
        raise RuntimeError("no user for token=" + secret("asgi-error"))

    async def asgi_request():
        scope = {
            "type": "http", "method": "GET", "path": "/orders", "scheme": "https",
            "query_string": ("page=2&token=" + secret("asgi-query")).encode(),
            "server": ("shop.example.com", 443), "client": ("192.0.2.7", 5000),
            "headers": [
                (b"host", b"shop.example.com"),
                (b"authorization", b"Bearer " + secret("asgi-header").encode()),
            ],
        }
        async def receive():
            return {"type": "http.request", "body": b""}
        async def respond(message):
            pass
        try:
            await SentryAsgiMiddleware(asgi)(scope, receive, respond)
        except RuntimeError:
            pass

    wsgi_request()
    asyncio.run(asgi_request())
    for body in (
        {"user": "bob", "newPassword": secret("form"), "items": ["17"]},
        {"order": {"payment": {"password": secret("json-body"), "card": 4111111111111111}}},
        '{"password": "' + secret("raw-body") + '"}',
    ):
        sentry_sdk.capture_event({
            "message": "request failed",
            "request": {"method": "POST", "url": "https://shop.example.com/pay", "data": body},
        })

    # Transactions, spans, an AI span.
    with sentry_sdk.start_transaction(
        op="task", name="reset token=" + secret("transaction-name"), source="task"
    ) as transaction:
        transaction.set_tag("password", secret("transaction-tag"))
        transaction.set_measurement("password_attempts", 3)
        with sentry_sdk.start_span(
            op="db",
            name="SELECT * FROM users WHERE password = '" + secret("span-description") + "'",
        ) as span:
            span.set_data("db.password", secret("span-data"))
            span.set_data("db.rows", 4115469821976430)
            span.set_tag("token", secret("span-tag"))
        with sentry_sdk.start_span(op="gen_ai.chat", name="chat") as span:
            span.set_data("gen_ai.request.messages", json.dumps(
                [{"role": "user", "content": "my password is " + secret("span-ai")}]
            ))
            span.set_data("gen_ai.usage.input_tokens", 1234)

    # Attachments.
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "app.log").write_text("start\\ntoken=" + secret("attachment-path") + "\\n", "utf-8")
    with sentry_sdk.new_scope() as scope:
        text = "ready\\npassword=" + secret("attachment-text") + "\\nend\\n"
        scope.add_attachment(bytes=text.encode(), filename="notes.txt")
        scope.add_attachment(
            bytes=lambda: ("password=" + secret("attachment-call")).encode(), filename="call.txt"
        )
        scope.add_attachment(path=str(folder / "app.log"))
        scope.add_attachment(
            bytes=json.dumps({"password": secret("attachment-json"), "n": 7}, indent=1).encode(),
            filename="state.json",
        )
        scope.add_attachment(
            bytes=("token=" + secret("attachment-utf16")).encode("utf-16"), filename="wide.txt"
        )
        scope.add_attachment(bytes=b"ok", filename="token=" + secret("attachment-name") + ".txt")
        scope.add_attachment(
            bytes=b"\\x89PNG\\r\\n\\x1a\\n\\0\\0" + secret("attachment-binary").encode(),
            filename="screen.png",
        )
        scope.add_attachment(bytes=b"nothing here\\n", filename="clean.txt")
        scope.capture_message("with attachments")

    # A check-in, a session, an event with everything else.
    client.options["environment"] = "token=" + secret("checkin-environment")
    sentry_sdk.crons.api.capture_checkin(
        monitor_slug="nightly", status="ok", duration=1.5,
        monitor_config={"schedule": {"type": "crontab", "value": "0 0 * * *"},
                        "owner": "token=" + secret("checkin-config")},
    )
    client.options["environment"] = "production"
    from sentry_sdk.session import Session
    session = Session(release="shop@1.2.3", did="token=" + secret("session-user"))
    client.capture_session(session)
    if hasattr(sentry_sdk.feature_flags, "add_feature_flag"):
        sentry_sdk.feature_flags.add_feature_flag("token=" + secret("flag"), True)
    client.options["server_name"] = "web token=" + secret("server")
    sentry_sdk.capture_event({
        "message": "all fields",
        "debug_meta": {"images": [{"code_file": "/srv/token=" + secret("debug-image")}]},
        "errors": [{"type": "js_no_source", "url": "http://a.example.com/?token="
                    + secret("error-path")}],
    })

    # What the program makes itself.
    from sentry_sdk.transport import HttpTransport
    frame = {"function": "pay", "filename": "pay.py", "lineno": 7}
    transaction_id, trace_id = "ab" * 16, "cd" * 16
    profile = Envelope(headers={
        "event_id": transaction_id,
        "trace": {"trace_id": trace_id, "public_key": "ef" * 16, "release": "shop@1.2.3",
                  "transaction": "reset token=" + secret("header-trace"), "sample_rate": "1.0"},
        "unknown": "password=" + secret("header-unknown"),
        "dsn": os.environ["DSN"],
    })
    profile.add_profile({
        "version": "1", "event_id": "12" * 16, "platform": "python",
        "profile": {
            "frames": [{**frame, "abs_path": "/srv/token=" + secret("profile-frame") + "/pay.py"}],
            "stacks": [[0]],
            "samples": [{"stack_id": 0, "thread_id": "140735353897728",
                         "elapsed_since_start_ns": "4111111111111111"}],
            "thread_metadata": {"140735353897728": {"name": "token=" + secret("profile-thread")}},
        },
        "transactions": [{"id": transaction_id, "trace_id": trace_id, "name": "reset",
                          "active_thread_id": "140735353897728", "relative_start_ns": "0"}],
    })
    profile.add_profile_chunk({
        "version": "2", "platform": "python", "chunk_id": "34" * 16, "profiler_id": "56" * 16,
        "profile": {
            "frames": [{**frame, "module": "token=" + secret("chunk-frame")}],
            "stacks": [[0]],
            "samples": [{"stack_id": 0, "thread_id": "7", "timestamp": 1795347886.123456}],
            "thread_metadata": {"7": {"name": "password=" + secret("chunk-thread")}},
        },
    })
    profile.add_item(Item(
        payload=json.dumps({"contexts": {"feedback": {
            "message": "my password is " + secret("feedback"), "contact_email": "bob@example.com",
        }}}).encode(), type="feedback",
    ))
    profile.add_item(Item(
        payload=json.dumps({"replay_id": "78" * 16, "urls": ["https://a.example.com/?token="
                            + secret("replay")]}), type="replay_event",
    ))
    profile.add_item(Item(
        payload=b'{"message": "one", "extra": {"password": "' + secret("raw-doubled").encode()
        + b'"}, "extra": {}}', type="event",
    ))
    send(profile)
    raw = Envelope()
    raw.add_item(Item(
        payload=json.dumps({
            "event_id": "9a" * 16, "message": "token=" + secret("raw-event"),
            "modules": {"requests": "2.32.0", "api-key": "3.0.0",
                        "token=" + secret("module-name"): "1"},
        }),
        type="event", headers={"note": "token=" + secret("item-header")},
    ))
    raw.add_item(Item(payload="logins@none:1|c|#token:" + secret("raw-text") + "|T1795347886",
                      type="statsd"))
    raw.add_item(Item(payload=PayloadRef(json=[{"password": secret("raw-unknown")}]),
                      type="unheard_of"))
    send(raw)
    bodies = Envelope()
    bodies.add_event({"message": "hint", "extra": {"password": secret("hint")}})
    send(Envelope.deserialize(bodies.serialize()) if INSTALL == "never" else bodies)

    # The Logs, Metrics and streamed Spans products.
    if hasattr(sentry_sdk, "logger"):
        sentry_sdk.logger.error("password=" + secret("log-body"), attributes={
            "password": secret("log-attribute"), "card": 4111111111111111, "status": 200,
            "sizes": [1, 2, 3], "cards": [4111111111111111, 7],
        })
    if hasattr(getattr(sentry_sdk, "metrics", None), "count"):
        sentry_sdk.metrics.count("logins token=" + secret("metric-name"), 3, attributes={
            "password": secret("metric-attribute"), "status": 200,
        })
    sentry_sdk.flush(20)
    if hasattr(sentry_sdk, "traces"):
        init(traces_sample_rate=1.0, trace_lifecycle="stream")
        with sentry_sdk.traces.start_span(
            name="reset token=" + secret("stream-name"),
            attributes={"password": secret("stream-attribute"), "rows": 4115469821976430},
        ):
            pass
        sentry_sdk.flush(20)
"""
