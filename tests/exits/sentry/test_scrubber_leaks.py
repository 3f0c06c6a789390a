"""The places where the SDK's own scrubber leaves secrets: one test for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from sentry_sdk.consts import DEFAULT_OPTIONS

from tests.exits.sentry.programs import run
from tests.exits.sentry.receiver import Receiver, leaked

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACES = """
    exception-value vars-nested vars-camel vars-dsn vars-deep logentry extra-nested contexts tags
    crumb-message crumb-logged crumb-data-nested crumb-data-req crumb-data-camel
    url query headers-auth headers-cookie headers-key cookies body-form body-json env-password user
    tag-key extra-key transaction fingerprint thread-name source-line source-key
    message log-body log-attribute log-extra log-parameter log-template-parameter log-name
""".split()
#: Each place has a secret of its own, so that a test says which one leaks.
SECRETS = {
    place: f"Zq{number:02}x{place.replace('-', '')[::-1]}7" for number, place in enumerate(PLACES)
}

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "recursive scrubber": {"scrubber": True},
    "personal data": {"send_default_pii": True, "max_request_body_size": "always"},
    "stack traces": {"attach_stacktrace": True, "include_local_variables": True},
    "no scrubber": {"event_scrubber": None, "send_default_pii": True},
}
if "data_collection" in DEFAULT_OPTIONS:
    CONFIGURATIONS["data collection"] = {
        "data_collection": {
            "user_info": True,
            "cookies": {"mode": "denylist"},
            "http_bodies": ["incoming_request", "outgoing_request"],
            "url_query_params": {"mode": "denylist"},
            "stack_frame_variables": True,
        }
    }

PROGRAM = """
    import threading
    from importlib.util import module_from_spec, spec_from_file_location

    options = {"enable_logs": True, "traces_sample_rate": 0.0}
    if OPTIONS.pop("scrubber", False):
        from sentry_sdk.scrubber import EventScrubber
        options["event_scrubber"] = EventScrubber(recursive=True)
    init(**options)
    spec = spec_from_file_location("shop", os.environ["SHOP"])
    shop = module_from_spec(spec)
    spec.loader.exec_module(shop)
    log = logging.getLogger("app.pay")
    log.setLevel(logging.INFO)

    def pay(cfg, userPassword, conn, order):
        inner = [{"level": {"password": secret("vars-deep")}}]
        shop.fail("login failed: password=" + secret("exception-value"))

    def with_request(event, hint):
        event["request"] = {
            "url": "https://shop.example.com/pay?token=" + secret("url"),
            "method": "POST",
            "query_string": "q=1&api_key=" + secret("query"),
            "headers": {
                "Authorization": "Bearer " + secret("headers-auth"),
                "Cookie": "theme=dark; sessionid=" + secret("headers-cookie"),
                "X-Api-Key": secret("headers-key"),
                "Accept": "text/html",
            },
            "cookies": {"sessionid": secret("cookies")},
            "data": "user=bob&password=" + secret("body-form"),
            "env": {"SERVER_NAME": "web-03", "DB_PASSWORD": secret("env-password")},
        }
        event["fingerprint"] = ["{{ default }}", "token=" + secret("fingerprint")]
        event["threads"] = {"values": [{"id": 7, "name": "token=" + secret("thread-name")}]}
        return event

    def main():
        scope = sentry_sdk.get_isolation_scope()
        scope.set_tag("password", secret("tags"))
        scope.set_tag("key", "token=" + secret("tag-key"))
        scope.set_extra("nested", {"password": secret("extra-nested")})
        scope.set_extra("token=" + secret("extra-key"), "value")
        scope.set_extra("body", {"json": {"password": secret("body-json")}})
        scope.set_context("c", {"password": secret("contexts")})
        scope.set_user({"id": "17", "password": secret("user")})
        scope.set_transaction_name("GET /reset?token=" + secret("transaction"))
        scope.add_event_processor(with_request)
        sentry_sdk.add_breadcrumb(
            category="db",
            message="connecting with password=" + secret("crumb-message"),
            data={
                "nested": {"password": secret("crumb-data-nested")},
                "req": {"password": secret("crumb-data-req")},
                "userPassword": secret("crumb-data-camel"),
                "status": 200,
            },
        )
        log.info("trying password=%s", secret("crumb-logged"))
        try:
            pay(
                {"password": secret("vars-nested"), "retries": 3},
                secret("vars-camel"),
                "postgres://shop:" + secret("vars-dsn") + "@db.example.com/shop",
                "order 4115469821976430",
            )
        except ValueError:
            log.exception("login failed password=%s for %s", secret("logentry"), "bob")
        sentry_sdk.capture_message("password is " + secret("message"))
        if hasattr(sentry_sdk, "logger"):
            sentry_sdk.logger.warning(
                "login failed: password=" + secret("log-body"),
                attributes={"password": secret("log-attribute"), "order": 4115469821976430},
            )
            sentry_sdk.logger.error(
                "the password is {given}, {user}", given=secret("log-parameter"), user="bob"
            )
            log.error("trying password=%s from %s", secret("log-template-parameter"), "10.1.2.3",
                      extra={"password": secret("log-extra")})
            sentry_sdk.logger.error("x", attributes={"token=" + secret("log-name"): True})

    main()
    sentry_sdk.flush(20)
"""

#: A module of the program, with secrets in its source.
SHOP = """\
TOKEN = {"password": "%(source-key)s"}


def fail(message):
    password = "%(source-line)s"
    raise ValueError(message)
"""


class Stored(NamedTuple):
    """
    Attributes:
        receiver: What arrived of the program with redactor.
        control: What arrived of the same program without it.
    """

    receiver: Receiver
    control: Receiver

    def event(self, number: int) -> dict[str, Any]:
        """Return an event, as it arrived."""
        value: dict[str, Any] = self.receiver.of_type("event")[number].json
        return value

    @property
    def error(self) -> dict[str, Any]:
        """The event of the exception."""
        return self.event(0)

    def logs(self) -> list[dict[str, Any]]:
        """Return the logs, as they arrived."""
        return [log for item in self.receiver.of_type("log") for log in item.json["items"]]


#: Of what is run by default; the others are run with the slow tests.
_QUICK = frozenset({"default", "no scrubber"})


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(options, id=name, marks=[pytest.mark.slow] if name not in _QUICK else [])
        for name, options in CONFIGURATIONS.items()
    ],
)
def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stored]:
    """What two receivers stored: of the program with redactor, and without."""
    shop = tmp_path_factory.mktemp("shop") / "shop.py"
    shop.write_text(SHOP % SECRETS, "utf-8")
    both = Stored(Receiver(), Receiver())
    for running, install in ((both.receiver, "first"), (both.control, "never")):
        run(
            PROGRAM,
            dsn=running.dsn,
            install=install,
            secrets=SECRETS,
            options=request.param,
            SHOP=str(shop),
        )
    yield both
    both.receiver.close()
    both.control.close()


def hidden(stored: Stored, place: str, *, sent: bool = True) -> None:
    """Assert that the secret of *place* did not arrive, and that without redactor it would have."""
    secret = SECRETS[place]
    assert [] == leaked(secret, stored.receiver.bodies)
    if sent:
        assert "as it is" in leaked(secret, stored.control.bodies), "the SDK does not leak it"


#: What a password becomes; where the SDK's scrubber was there first, it is its word.
PASSWORD = ("[redacted:password]", "[Filtered]")


def frames(stored: Stored) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stored.error["exception"]["values"][0]["stacktrace"]["frames"]
    return found


def crumbs(stored: Stored) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stored.error["breadcrumbs"]["values"]
    return found


def test_the_value_of_an_exception(stored: Stored) -> None:
    """
    What an exception says leaves without the secret in it.
    """
    hidden(stored, "exception-value")
    [error] = stored.error["exception"]["values"]
    assert ("ValueError", "login failed: password=[redacted:password]") == (
        error["type"],
        error["value"],
    )


def test_a_variable_inside_a_variable(stored: Stored) -> None:
    """
    A password inside a local variable that is a mapping is redacted, the rest of it stays.
    """
    hidden(stored, "vars-nested", sent=False)
    cfg = frames(stored)[1]["vars"]["cfg"]
    assert "3" == cfg["retries"]
    assert cfg["password"] in PASSWORD


def test_a_variable_whose_name_has_several_words(stored: Stored) -> None:
    """
    A local variable is known by the words of its name.
    """
    hidden(stored, "vars-camel")
    assert "[redacted:password]" in frames(stored)[1]["vars"]["userPassword"]


def test_a_database_address_in_a_variable(stored: Stored) -> None:
    """
    The password inside an address in a local variable is redacted, the address stays.
    """
    hidden(stored, "vars-dsn")
    assert (
        "'postgres://shop:[redacted:url-password]@db.example.com/shop'"
        == (frames(stored)[1]["vars"]["conn"])
    )


def test_a_variable_many_levels_down(stored: Stored) -> None:
    """
    A password in a mapping in a list in a local variable is redacted.
    """
    hidden(stored, "vars-deep", sent=False)
    inner = frames(stored)[1]["vars"]["inner"]
    assert inner[0]["level"]["password"] in PASSWORD


def test_a_formatted_log_message(stored: Stored) -> None:
    """
    A log message leaves without the secret, also where the receiver puts it together.
    """
    hidden(stored, "logentry")
    entry = stored.error["logentry"]
    assert "login failed password=%s for %s" == entry["message"]
    assert "login failed password=[redacted:password] for bob" == (
        entry.get("formatted") or entry["message"] % tuple(entry["params"])
    )


def test_the_parameters_of_a_log_message(stored: Stored) -> None:
    """
    A parameter that only its place in the message makes a secret is redacted, the others stay.
    """
    hidden(stored, "logentry")
    assert ["[redacted:password]", "bob"] == stored.error["logentry"]["params"]


def test_a_nested_extra(stored: Stored) -> None:
    """
    A password inside an extra is redacted.
    """
    hidden(stored, "extra-nested", sent=False)
    assert stored.error["extra"]["nested"]["password"] in PASSWORD


def test_the_name_of_an_extra(stored: Stored) -> None:
    """
    A secret in the name of an extra is redacted.
    """
    hidden(stored, "extra-key")
    assert "value" == stored.error["extra"]["token=[redacted:token]"]


def test_a_context(stored: Stored) -> None:
    """
    A password in a context is redacted.
    """
    hidden(stored, "contexts")
    assert "[redacted:password]" == stored.error["contexts"]["c"]["password"]


def test_a_tag(stored: Stored) -> None:
    """
    A tag that is a password, and one that holds a token, are redacted.
    """
    hidden(stored, "tags")
    hidden(stored, "tag-key")
    tags = stored.error["tags"]
    assert ("[redacted:password]", "[redacted:generic-secret]") == (tags["password"], tags["key"])


def test_the_message_of_a_breadcrumb(stored: Stored) -> None:
    """
    A breadcrumb's message is redacted.
    """
    hidden(stored, "crumb-message")
    assert "connecting with password=[redacted:password]" == crumbs(stored)[0]["message"]


def test_a_breadcrumb_of_a_log_record(stored: Stored) -> None:
    """
    A log record that became a breadcrumb is redacted.
    """
    hidden(stored, "crumb-logged")
    assert "trying password=[redacted:password]" == crumbs(stored)[1]["message"]


def test_nested_data_of_a_breadcrumb(stored: Stored) -> None:
    """
    A password inside the data of a breadcrumb is redacted.
    """
    hidden(stored, "crumb-data-nested", sent=False)
    assert crumbs(stored)[0]["data"]["nested"]["password"] in PASSWORD


def test_a_request_in_the_data_of_a_breadcrumb(stored: Stored) -> None:
    """
    A password inside a second mapping in the data of a breadcrumb is redacted; a number stays.
    """
    hidden(stored, "crumb-data-req", sent=False)
    data = crumbs(stored)[0]["data"]
    assert 200 == data["status"]
    assert data["req"]["password"] in PASSWORD


def test_a_name_of_several_words_in_the_data_of_a_breadcrumb(stored: Stored) -> None:
    """
    ``userPassword`` in the data of a breadcrumb is redacted.
    """
    hidden(stored, "crumb-data-camel")
    assert "[redacted:password]" == crumbs(stored)[0]["data"]["userPassword"]


def test_the_address_of_a_request(stored: Stored) -> None:
    """
    A token in the address of a request is redacted.
    """
    hidden(stored, "url")
    assert "https://shop.example.com/pay?token=[redacted:token]" == stored.error["request"]["url"]


def test_the_query_of_a_request(stored: Stored) -> None:
    """
    A key in the query of a request is redacted.
    """
    hidden(stored, "query")
    assert stored.error["request"]["query_string"].startswith("q=1&api_key=[redacted:")


def test_the_headers_of_a_request(stored: Stored) -> None:
    """
    Credentials in headers are redacted, other headers stay.
    """
    for place in ("headers-auth", "headers-cookie", "headers-key"):
        hidden(stored, place, sent=False)
    assert "text/html" == stored.error["request"]["headers"]["Accept"]


def test_the_cookies_of_a_request(stored: Stored) -> None:
    """
    Cookies that were taken apart are redacted as the header is.
    """
    hidden(stored, "cookies", sent=False)


def test_the_body_of_a_request(stored: Stored) -> None:
    """
    A password in the body of a request is redacted, whether it is a form or was parsed.
    """
    hidden(stored, "body-form")
    hidden(stored, "body-json", sent=False)
    assert "user=bob&password=[redacted:password]" == stored.error["request"]["data"]


def test_the_environment_of_a_request(stored: Stored) -> None:
    """
    A password in the environment of a request is redacted, the name of the server stays.
    """
    hidden(stored, "env-password")
    assert "web-03" == stored.error["request"]["env"]["SERVER_NAME"]


def test_the_user(stored: Stored) -> None:
    """
    A password of a user is redacted, the user's id stays.
    """
    hidden(stored, "user", sent=False)
    assert "17" == stored.error["user"]["id"]


def test_the_name_of_a_transaction(stored: Stored) -> None:
    """
    A token in the name of a transaction is redacted.
    """
    hidden(stored, "transaction")
    assert "GET /reset?token=[redacted:token]" == stored.error["transaction"]


def test_a_fingerprint(stored: Stored) -> None:
    """
    A token in a fingerprint is redacted.
    """
    hidden(stored, "fingerprint")
    assert ["{{ default }}", "token=[redacted:token]"] == stored.error["fingerprint"]


def test_the_name_of_a_thread(stored: Stored) -> None:
    """
    A token in the name of a thread is redacted.
    """
    hidden(stored, "thread-name")
    assert [{"id": 7, "name": "token=[redacted:token]"}] == stored.error["threads"]["values"]


def test_a_line_of_source(stored: Stored) -> None:
    """
    Secrets in the lines of source around a frame are redacted; the lines stay where they were.
    """
    hidden(stored, "source-line")
    hidden(stored, "source-key")
    frame = frames(stored)[-1]
    assert [
        'TOKEN = {"password": "[redacted:password]"}',
        "",
        "",
        "def fail(message):",
        '    password = "[redacted:password]"',
    ] == frame["pre_context"]
    assert ("    raise ValueError(message)", 6, "fail", "shop") == (
        frame["context_line"],
        frame["lineno"],
        frame["function"],
        frame["module"],
    )


def test_a_captured_message(stored: Stored) -> None:
    """
    A message that is captured by itself is redacted.
    """
    hidden(stored, "message")
    assert "password is [redacted:spoken-password]" == stored.event(1)["message"]


def test_an_order_number_is_no_card(stored: Stored) -> None:
    """
    A number of 16 digits that is no card stays.
    """
    assert "'order 4115469821976430'" == frames(stored)[1]["vars"]["order"]


needs_logs = pytest.mark.skipif(
    "before_send_log" not in DEFAULT_OPTIONS, reason="this version of the SDK has no logs"
)


@needs_logs
def test_the_body_of_a_log(stored: Stored) -> None:
    """
    The body of a log of the Logs product is redacted.
    """
    hidden(stored, "log-body")
    assert "login failed: password=[redacted:password]" in [log["body"] for log in stored.logs()]


@needs_logs
def test_an_attribute_of_a_log(stored: Stored) -> None:
    """
    An attribute of a log is redacted under its name; one that is clean keeps its type.
    """
    hidden(stored, "log-attribute")
    [log] = [log for log in stored.logs() if "order" in log["attributes"]]
    assert {"value": "[redacted:password]", "type": "string"} == log["attributes"]["password"]
    assert {"value": 4115469821976430, "type": "integer"} == log["attributes"]["order"]


@needs_logs
def test_an_extra_of_a_log_record(stored: Stored) -> None:
    """
    An extra of a log record that became an attribute is redacted.
    """
    hidden(stored, "log-extra")


@needs_logs
def test_a_parameter_of_a_log(stored: Stored) -> None:
    """
    A parameter of a log that only its place makes a secret is redacted, the others stay.
    """
    hidden(stored, "log-parameter")
    [log] = [log for log in stored.logs() if "sentry.message.parameter.given" in log["attributes"]]
    attributes = log["attributes"]
    assert "[redacted:spoken-password]" == attributes["sentry.message.parameter.given"]["value"]
    assert "bob" == attributes["sentry.message.parameter.user"]["value"]


@needs_logs
def test_a_parameter_of_a_log_record(stored: Stored) -> None:
    """
    So is one of a log record of ``logging``.
    """
    hidden(stored, "log-template-parameter")
    [log] = [log for log in stored.logs() if log["body"].endswith("from 10.1.2.3")]
    attributes = log["attributes"]
    assert "trying password=%s from %s" == attributes["sentry.message.template"]["value"]
    assert "[redacted:password]" == attributes["sentry.message.parameter.0"]["value"]
    assert "10.1.2.3" == attributes["sentry.message.parameter.1"]["value"]


@needs_logs
def test_the_name_of_an_attribute_of_a_log(stored: Stored) -> None:
    """
    A secret in the name of an attribute is redacted.
    """
    hidden(stored, "log-name")
    assert any("token=[redacted:token]" in log["attributes"] for log in stored.logs())


def test_the_scrubber_alone_leaks_all_of_it(stored: Stored, request: pytest.FixtureRequest) -> None:
    """
    Without redactor and by default, the SDK sends each secret of the fourteen known places.
    """
    if "default" not in request.node.name:
        pytest.skip("by default")
    known = """
        exception-value vars-nested vars-camel vars-dsn logentry extra-nested contexts tags
        crumb-message crumb-logged crumb-data-nested crumb-data-req crumb-data-camel
    """.split()
    silent = [place for place in known if not leaked(SECRETS[place], stored.control.bodies)]
    assert [] == silent


def test_nothing_of_all_secrets_arrives(stored: Stored) -> None:
    """
    No secret of any place arrives, in any form.
    """
    found = {
        place: leaked(secret, stored.receiver.bodies)
        for place, secret in SECRETS.items()
        if leaked(secret, stored.receiver.bodies)
    }
    assert {} == found
