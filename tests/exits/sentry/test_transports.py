"""Every way out of the SDK: transports of its own and of programs, made before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sentry_sdk.transport
from sentry_sdk.consts import DEFAULT_OPTIONS

from tests.exits.sentry.receiver import leaked

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.exits.sentry.receiver import Receiver

    Run = Callable[..., subprocess.CompletedProcess[bytes]]

SECRET = {"it": "Wm41rtkoqhunter7"}
MESSAGE = b"login password=[redacted:password] ok"

#: Sends one event; ``late``: the client is there before the exit is guarded.
ONE = """
    init()
    if INSTALL == "late":
        install()
    sentry_sdk.capture_message("login password=" + secret("it") + " ok")
    sentry_sdk.flush(20)
"""
#: A transport as programs write them: it takes the event out of the envelope.
PRINTING = """
    from sentry_sdk.transport import Transport

    class Printing(Transport):
        def capture_envelope(self, envelope):
            for item in envelope.items:
                print(item.type, json.dumps(item.payload.json), flush=True)
"""
#: Methods of the SDK's transport that a class of a program replaces.
_SHOW = "print(json.dumps(envelope.get_event()))"
DERIVED = {
    "_send_envelope": f"(self, envelope): {_SHOW}",
    "_send_request": f"(self, body, headers, endpoint_type=None, envelope=None): {_SHOW}",
    "_serialize_envelope": (
        f"(self, envelope): {_SHOW}; return super()._serialize_envelope(envelope)"
    ),
}
whenever = pytest.mark.parametrize("install", ["before the import", "first", "late"])
#: The same where the default run is content with the harder one: the client is there already.
mostly_late = pytest.mark.parametrize(
    "install",
    [
        "late",
        *(pytest.param(each, marks=pytest.mark.slow) for each in ("before the import", "first")),
    ],
)


def redacted(output: bytes) -> None:
    """Assert that one message left in *output*, without its secret."""
    assert 1 == output.count(MESSAGE)
    assert [] == leaked(SECRET["it"], [output])


@whenever
def test_the_http_transport(receiver: Receiver, run: Run, install: str) -> None:
    """
    The transport of a client that was made before or after is guarded.
    """
    run(ONE, install=install, secrets=SECRET)

    redacted(b"".join(receiver.bodies))


@pytest.mark.parametrize(
    "experiments",
    [
        {"transport_compression_level": 0},
        {"transport_compression_algo": "gzip", "transport_compression_level": 1},
        {"transport_compression_algo": "br"},
        {"transport_http2": True},
        {"transport_num_pools": 5},
    ],
    ids=str,
)
@mostly_late
def test_options_of_the_transport(
    receiver: Receiver, run: Run, install: str, experiments: dict[str, object]
) -> None:
    """
    However the SDK compresses and connects, envelopes are redacted.
    """
    run(ONE, install=install, secrets=SECRET, options={"_experiments": experiments})

    redacted(b"".join(receiver.bodies))


@pytest.mark.skipif(
    not getattr(sentry_sdk.transport, "ASYNC_TRANSPORT_AVAILABLE", False),
    reason="this version of the SDK, or what is installed with it, has no such transport",
)
@mostly_late
def test_the_asynchronous_transport(receiver: Receiver, run: Run, install: str) -> None:
    """
    The transport that sends from the event loop is guarded.
    """
    run(
        """
        import asyncio
        from sentry_sdk.integrations.asyncio import AsyncioIntegration
        from sentry_sdk.transport import AsyncHttpTransport

        async def main():
            init(_experiments={"transport_async": True}, integrations=[AsyncioIntegration()])
            if INSTALL == "late":
                install()
            assert type(sentry_sdk.get_client().transport) is AsyncHttpTransport
            sentry_sdk.capture_message("login password=" + secret("it") + " ok")
            await sentry_sdk.get_client().flush_async(20)

        asyncio.run(main())
        """,
        install=install,
        secrets=SECRET,
    )

    redacted(b"".join(receiver.bodies))


@mostly_late
def test_clients_made_by_hand(receiver: Receiver, run: Run, install: str) -> None:
    """
    Clients that no ``init()`` made, on scopes of their own, are guarded.
    """
    run(
        """
        clients = [sentry_sdk.Client(os.environ["DSN"], **options_of()) for _ in range(3)]
        if INSTALL == "late":
            install()
        for number, client in enumerate(clients):
            with sentry_sdk.isolation_scope() as scope:
                scope.set_client(client)
                sentry_sdk.capture_message(f"{number} password=" + secret("it") + " ok")
        clients[0].capture_event({"message": "3 password=" + secret("it") + " ok"})
        for client in clients:
            client.close(20)
        """,
        install=install,
        secrets=SECRET,
    )

    assert [f"{number} password=[redacted:password] ok" for number in range(4)] == sorted(
        item.json["message"] for item in receiver.of_type("event")
    )
    assert [] == leaked(SECRET["it"], receiver.bodies)


@mostly_late
@pytest.mark.parametrize("given", ["Printing", "Printing()"])
def test_a_transport_of_the_program(run: Run, install: str, given: str) -> None:
    """
    A transport that a program writes, given as a class or an object, gets redacted envelopes.
    """
    done = run(
        PRINTING
        + f"""
    init(transport={given})
    if INSTALL == "late":
        install()
    sentry_sdk.capture_message("login password=" + secret("it") + " ok")
    """,
        install=install,
        secrets=SECRET,
    )

    redacted(done.stdout)


@pytest.mark.parametrize("method", DERIVED)
@mostly_late
def test_a_class_derived_from_the_http_transport(
    receiver: Receiver, run: Run, install: str, method: str
) -> None:
    """
    Whatever method of the SDK's transport a program replaces, it sees redacted envelopes.
    """
    done = run(
        f"""
    from sentry_sdk.transport import HttpTransport

    class Own(HttpTransport):
        def {method}{DERIVED[method]}

    init(transport=Own)
    if INSTALL == "late":
        install()
    sentry_sdk.capture_message("login password=" + secret("it") + " ok")
    sentry_sdk.flush(20)
    """,
        install=install,
        secrets=SECRET,
    )

    redacted(done.stdout)
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_what_a_transport_of_the_program_adds(receiver: Receiver, run: Run) -> None:
    """
    What a transport puts into an envelope before it sends it is redacted too.
    """
    run(
        """
        from sentry_sdk.transport import HttpTransport

        class Adding(HttpTransport):
            def capture_envelope(self, envelope):
                envelope.get_event()["extra"] = {"password": secret("it")}
                super().capture_envelope(envelope)

            def _serialize_envelope(self, envelope):
                envelope.get_event()["tags"] = {"password": secret("it")}
                return super()._serialize_envelope(envelope)

        init(transport=Adding)
        sentry_sdk.capture_message("ok")
        sentry_sdk.flush(20)
        """,
        secrets=SECRET,
    )

    [event] = receiver.of_type("event")
    assert {"password": "[redacted:password]"} == event.json["extra"]
    assert {"password": "[redacted:password]"} == event.json["tags"]


@mostly_late
def test_a_function_as_transport(run: Run, install: str) -> None:
    """
    A function that is given as transport gets redacted events.
    """
    done = run(
        """
        init(transport=lambda event: print(json.dumps(event)))
        if INSTALL == "late":
            install()
        sentry_sdk.capture_message("login password=" + secret("it") + " ok")
        """,
        install=install,
        secrets=SECRET,
    )

    redacted(done.stdout)


@mostly_late
@pytest.mark.parametrize(
    "replace",
    [
        "client.transport.capture_envelope = out",
        "client.transport = Own()",
        "client.transport = Static()",
        "type(client.transport).capture_envelope = lambda self, envelope: out(envelope)",
        "client.transport._send_envelope = out",
    ],
)
def test_a_transport_replaced_by_hand(run: Run, install: str, replace: str) -> None:
    """
    A client whose transport, or a method of it, was replaced hands out redacted envelopes.
    """
    done = run(
        f"""
        def out(envelope):
            print(json.dumps(envelope.get_event()), flush=True)

        class Own:
            parsed_dsn = None
            def capture_envelope(self, envelope):
                out(envelope=envelope)
            def flush(self, timeout, callback=None): pass
            def kill(self): pass
            def record_lost_event(self, *arguments, **named): pass
            def is_healthy(self): return True

        class Static(Own):
            @staticmethod
            def capture_envelope(envelope):
                out(envelope)

        init()
        client = sentry_sdk.get_client()
        {replace}
        if INSTALL == "late":
            install()
        sentry_sdk.capture_message("login password=" + secret("it") + " ok")
        sentry_sdk.flush(20)
        """,
        install=install,
        secrets=SECRET,
    )

    redacted(done.stdout)


def test_a_mock_as_transport(run: Run) -> None:
    """
    A mock in the place of a transport stays one, so that tests of programs work.
    """
    run(
        """
        from unittest import mock

        init()
        client = sentry_sdk.get_client()
        client.transport = transport = mock.MagicMock()
        sentry_sdk.capture_message("hello")
        assert client.transport is transport
        transport.capture_envelope.assert_called_once()
        """
    )


@mostly_late
def test_spotlight(receiver: Receiver, run: Run, install: str) -> None:
    """
    What goes to Spotlight, with a DSN and without, is redacted as what goes to Sentry.
    """
    run(ONE, install=install, secrets=SECRET, options={"spotlight": receiver.url})

    assert 2 == len(receiver.bodies)
    for body in receiver.bodies:
        redacted(body)


@pytest.mark.skipif(
    not hasattr(sentry_sdk.transport, "_EnvelopePrinterTransport"),
    reason="this version of the SDK does not print envelopes",
)
def test_printed_envelopes(receiver: Receiver, run: Run) -> None:
    """
    Envelopes that the SDK prints for debugging are redacted.
    """
    done = run(ONE, secrets=SECRET, SENTRY_PRINT_ENVELOPES="1")

    redacted(done.stderr)
    redacted(b"".join(receiver.bodies))


def test_an_envelope_that_is_serialised_without_a_client(run: Run) -> None:
    """
    An envelope that a program serialises is redacted, and its lengths fit.
    """
    done = run(
        """
        from sentry_sdk.envelope import Envelope
        envelope = Envelope()
        envelope.add_event({"message": "login password=" + secret("it") + " ok"})
        data = envelope.serialize()
        sys.stdout.buffer.write(data)
        again = Envelope.deserialize(data)
        assert again.get_event()["message"].startswith("login")
        assert again.serialize() == data
        """,
        secrets=SECRET,
    )

    redacted(done.stdout)


def test_a_forked_child(receiver: Receiver, run: Run) -> None:
    """
    Events of a child that was forked from a program with a client are redacted.
    """
    run(
        """
        init()
        pid = os.fork()
        who = "parent" if pid else "child"
        sentry_sdk.capture_message(f"{who} password=" + secret("it") + " ok")
        sentry_sdk.flush(20)
        if pid:
            assert os.waitpid(pid, 0)[1] == 0
        else:
            os._exit(0)
        """,
        secrets=SECRET,
    )

    messages = sorted(item.json["message"] for item in receiver.of_type("event"))
    assert [f"{who} password=[redacted:password] ok" for who in ("child", "parent")] == messages
    assert [] == leaked(SECRET["it"], receiver.bodies)


def test_many_threads(run: Run) -> None:
    """
    Many threads that send at once through a transport that is guarded at its first use: all of it
    is redacted, nothing is lost.
    """
    done = run(
        PRINTING
        + """
    import threading
    init(transport=Printing)
    sys.setswitchinterval(1e-6)
    def work(number):
        for count in range(50):
            sentry_sdk.capture_message(f"{number}.{count} password=" + secret("it"))
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    """,
        secrets=SECRET,
    )

    assert 400 == done.stdout.count(b"password=[redacted:password]")
    assert [] == leaked(SECRET["it"], [done.stdout])


def test_uninstall_puts_everything_back(run: Run) -> None:
    """
    After ``uninstall()`` the SDK is what it was, attribute by attribute, and sends as before;
    ``install()`` twice is once, and again after that works.
    """
    done = run(
        PRINTING
        + """
    import redactor
    from sentry_sdk import client, envelope, spotlight, transport

    def state():
        return [
            vars(owner).get(name)
            for owner in (
                client.BaseClient, client._Client, envelope.Envelope, envelope.Item, Printing,
                spotlight.SpotlightClient, transport.Transport, transport.HttpTransport,
                transport.BaseHttpTransport, transport.Http2Transport,
                getattr(transport, "AsyncHttpTransport", transport.HttpTransport),
            )
            for name in ("transport", "capture_envelope", "_send_envelope", "serialize_into",
                         "capture_event", "__init__")
        ]

    def send(word):
        sentry_sdk.capture_message(f"{word} password=" + secret("it"))

    before = state()
    init(transport=Printing)
    given = sentry_sdk.get_client().transport
    guard = install()
    assert install() is guard
    send("guarded")
    assert sentry_sdk.get_client().transport is given
    held = Printing.capture_envelope
    redactor.uninstall()
    assert all(now is then for now, then in zip(state(), before, strict=True))
    assert sentry_sdk.get_client().transport is given
    send("raw")
    Printing.capture_envelope = lambda self, envelope: held(self, envelope)
    send("through")
    Printing.capture_envelope = before[4 * 6 + 1]
    install()
    send("again")
    redactor.uninstall()
    assert all(now is then for now, then in zip(state(), before, strict=True))
    """,
        install="never",
        secrets=SECRET,
    )

    lines = done.stdout.decode().splitlines()
    assert ["guarded", "raw", "through", "again"] == [
        line.partition('"message": "')[2].partition(" ")[0] for line in lines
    ]
    assert [False, True, True, False] == [SECRET["it"] in line for line in lines]


@pytest.mark.parametrize(
    "missing",
    [
        "del sentry_sdk.envelope.Envelope.serialize_into",
        "del sentry_sdk.transport.BaseHttpTransport._send_envelope",
        "del sentry_sdk.spotlight.SpotlightClient.capture_envelope",
        "sentry_sdk.client.BaseClient.transport = None",
    ],
)
def test_an_unknown_version_stops_the_program(run: Run, missing: str) -> None:
    """
    Where a seam of the SDK is missing, ``install()`` says so and leaves nothing half done.
    """
    run(
        f"""
        import redactor, sentry_sdk.spotlight
        {missing}
        try:
            install()
        except redactor.ExitError as error:
            assert "exit sentry: " in str(error) and "not known" in str(error), error
        else:
            raise AssertionError("installed")
        assert redactor.installed() is None
        assert not isinstance(vars(sentry_sdk.client.BaseClient).get("transport"), type(install))
        """,
        install="never",
    )


@pytest.mark.skipif("spotlight" not in DEFAULT_OPTIONS, reason="no Spotlight")
def test_with_all_other_exits(receiver: Receiver, run: Run) -> None:
    """
    With every exit guarded, an event of a log record with an exception arrives once, redacted, with
    its type, its places and its variables.
    """
    run(
        """
        install(others=True)
        init()
        def pay(password):
            raise ValueError("no user for password=" + password)
        def main():
            try:
                pay(secret("it"))
            except ValueError:
                logging.getLogger("app").exception("login password=%s ok", secret("it"))
        main()
        sentry_sdk.flush(20)
        """,
        install="never",
        secrets=SECRET,
    )

    [item] = receiver.of_type("event")
    [error] = item.json["exception"]["values"]
    assert ("ValueError", "no user for password=[redacted:password]") == (
        error["type"],
        error["value"],
    )
    assert ["main", "pay"] == [frame["function"] for frame in error["stacktrace"]["frames"]]
    assert [] == leaked(SECRET["it"], receiver.bodies)
