"""Log records leave without secrets, whatever part of them held one and whoever hands them on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry._logs import SeverityNumber
from opentelemetry.sdk._logs import (
    LoggerProvider,
    LogRecordProcessor,
)
from opentelemetry.sdk._logs._internal import (
    ConcurrentMultiLogRecordProcessor,
    SynchronousMultiLogRecordProcessor,
)
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider

from tests.exits.opentelemetry.versions import (
    EMIT,
    ConsoleLogExporter,
    LogExporter,
    LogResult,
    handler,
    log_record,
)

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from pathlib import Path

    from redactor.exits.guard import Guard
    from tests.exits.opentelemetry.collector import Collector
    from tests.exits.opentelemetry.plants import Plants

    Make = Callable[..., LoggerProvider]

NOWHERE = Resource.get_empty()


class Keep(LogExporter):  # type: ignore[misc]  # its name is not that of each version
    """An exporter that keeps the objects that it is handed."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def export(self, batch: Any) -> Any:
        self.items += batch
        return LogResult.SUCCESS

    def shutdown(self) -> None: ...

    def force_flush(self, timeout_millis: int = 1) -> bool:
        return True


class Processor(LogRecordProcessor):
    """A processor that does *work* with what it is handed."""

    def __init__(self, work: Callable[[Any], object]) -> None:
        self._work = work

    def on_emit(self, log_record: Any) -> None:
        self._work(log_record)

    def emit(self, log_data: Any) -> None:
        self._work(log_data)

    def shutdown(self) -> None: ...

    def force_flush(self, timeout_millis: int = 1) -> bool:
        return True


def everything(item: Any) -> str:
    """All that can be read of an item, as text."""
    record = item.log_record
    scope = item.instrumentation_scope
    resource = getattr(item, "resource", None) or getattr(record, "resource", None)
    return repr(
        {
            **{name: value for name, value in vars(record).items() if name != "resource"},
            "attributes": dict(record.attributes or {}),
            "scope": scope and (scope.name, scope.version, dict(scope.attributes or {})),
            "resource": resource and dict(resource.attributes),
        }
    )


def test_no_part_of_a_log_record_leaves_with_a_secret(
    guard: Guard, plants: Plants, loggers: Make, collector: Collector
) -> None:
    """
    Body, attributes of every type, severity text, event name, resource and scope reach a receiver
    without the secret that was in them.
    """
    resource = Resource({"service.name": "shop", "db.password": plants.bare("resource")})
    logger = loggers(resource=resource).get_logger(
        plants.password("scope name"),
        plants.password("scope version"),
        attributes={"password": plants.bare("scope")},
    )
    body = {
        "message": plants.password("text in a body"),
        "user": {"password": plants.bare("key in a body"), "card": plants.card("number in a body")},
        "list": [1, plants.password("text in a list in a body")],
    }
    for each in (body, plants.password("body"), [plants.password("a"), plants.password("b")]):
        logger.emit(
            log_record(
                resource,
                timestamp=1_700_000_000_000_000_000,
                severity_number=SeverityNumber.WARN,
                severity_text=plants.password(f"severity text {len(plants.values)}"),
                event_name=plants.password(f"event name {len(plants.values)}"),
                body=each,
                attributes={"password": plants.bare(f"attribute {len(plants.values)}"), "n": 1},
            )
        )
    logger.emit(log_record(resource, body=plants.card("number as a body")))
    logger.emit(log_record(resource, body="x", attributes=plants.all_over(), severity_text="WARN"))

    assert [] == plants.leaked(collector.bytes_and_numbers())
    assert guard.failures.total() == 0
    first, second, third, number, _ = collector.log_records()
    assert {"password": "[redacted:password]", "n": 1} == first["attributes"]
    assert {"password": "[redacted:password]", "card": "[redacted:card]"} == first["body"]["user"]
    assert "login with password=[redacted:password] ok" == second["body"]
    assert ["login with password=[redacted:password] ok"] * 2 == third["body"]
    assert "[redacted:card]" == number["body"]
    assert "SEVERITY_NUMBER_WARN" == first["severityNumber"]
    assert "1700000000000000000" == first["timeUnixNano"]
    assert "[redacted:password]" == collector.resources()[0]["attributes"]["db.password"]


def test_the_handler_for_logging_is_covered(
    guard: Guard, plants: Plants, loggers: Make, collector: Collector, log: logging.Logger
) -> None:
    """
    What comes from ``logging`` through the SDK's handler leaves redacted: message, arguments,
    extras, exceptions, and a dict as the message; also where ``logging`` itself is not guarded.
    """
    log.addHandler(handler(loggers()))
    log.warning("card %s", plants.card("argument"), extra={"password": plants.bare("extra")})
    log.warning({"password": plants.bare("key of a message")})
    log.error("failed", exc_info=plants.failure("exception"))

    assert [] == plants.leaked(collector.bytes_and_numbers())
    message, mapping, failed = collector.log_records()
    assert ("card [redacted:card]", "WARN") == (message["body"], message["severityText"])
    assert "[redacted:password]" == message["attributes"]["password"]
    assert {"password": "[redacted:password]"} == mapping["body"]
    assert "ValueError" == failed["attributes"]["exception.type"]
    assert "password=[redacted:password]" in failed["attributes"]["exception.stacktrace"]


def test_an_exception_beside_a_record_is_stood_in_for(guard: Guard, plants: Plants) -> None:
    """
    The exception of a record, which newer versions keep, has no secret in its text, its arguments
    or its traceback; the one of the program is not changed.
    """
    seen: list[Any] = []
    provider = LoggerProvider(resource=NOWHERE, shutdown_on_exit=False)
    provider.add_log_record_processor(Processor(seen.append))
    exporter = Keep()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    raised = plants.failure("exception")
    record = log_record(NOWHERE, body="failed", exception=raised)
    if not hasattr(record, "exception"):
        pytest.skip("records of this version have no exception")
    provider.get_logger("shop").emit(record)

    for item in (seen[0], exporter.items[0]):
        stand = item.log_record.exception
        assert type(stand).__name__ == "ValueError"
        assert stand is not raised
        assert [] == plants.leaked(repr(stand), repr(stand.args), everything(item))
    assert plants.values["exception"] in str(raised)
    assert record.exception is raised


def test_a_clean_record_is_handed_on_as_it_is(guard: Guard) -> None:
    """
    Processors get the very object of a clean record, exporters its body and its attributes.
    """
    seen: list[Any] = []
    provider = LoggerProvider(resource=NOWHERE, shutdown_on_exit=False)
    for _ in range(2):
        provider.add_log_record_processor(Processor(seen.append))
    exporter = Keep()
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter))
    body = {"message": "paid", "items": [1, 2]}
    record = log_record(NOWHERE, body=body, attributes={"n": 1})
    provider.get_logger("shop").emit(record)

    assert seen[0] is seen[1]
    assert seen[0].log_record is record is exporter.items[0].log_record
    assert body is record.body
    assert seen[0].instrumentation_scope is exporter.items[0].instrumentation_scope


def test_a_record_is_looked_at_once(looks: list[Any]) -> None:
    """
    However many processors and exporters there are, one look is enough while nothing changes.
    """
    provider = LoggerProvider(resource=NOWHERE, shutdown_on_exit=False)
    for _ in range(2):
        provider.add_log_record_processor(SimpleLogRecordProcessor(Keep()))
    exporter = Keep()
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("shop")
    logger.emit(log_record(NOWHERE, body="warm up"))
    looks.clear()

    logger.emit(log_record(NOWHERE, body="paid", attributes={"n": 1}))
    logger.emit(log_record(NOWHERE, body="paid", attributes={"password": "hunter2"}))
    provider.shutdown()
    assert 2 == len(looks)
    assert "[redacted:password]" == exporter.items[-1].log_record.attributes["password"]


def test_the_record_of_the_program_is_not_changed(
    guard: Guard, plants: Plants, loggers: Make
) -> None:
    """
    A record, its body and its attributes are what they were after it was emitted.
    """
    body = {"password": plants.bare("body"), "list": [plants.password("list")]}
    attributes = {"password": plants.bare("attribute")}
    provider = loggers(resource=Resource({"password": plants.bare("resource")}))
    record = log_record(
        provider.resource, body=body, attributes=attributes, severity_text=plants.password("text")
    )
    provider.get_logger("shop").emit(record)

    assert plants.values["body"] == record.body["password"] == body["password"]
    assert plants.values["attribute"] == record.attributes["password"] == attributes["password"]
    assert plants.values["text"] in record.severity_text
    assert plants.values["resource"] == provider.resource.attributes["password"]


@pytest.mark.parametrize("before", [True, False])
def test_it_does_not_matter_what_was_first(
    install: Callable[..., Guard], plants: Plants, tmp_path: Path, *, before: bool
) -> None:
    """
    Providers, processors and loggers of before and of after are guarded alike.
    """
    path = tmp_path / "records"
    with path.open("w") as file:
        if not before:
            install()
        provider = LoggerProvider(resource=NOWHERE, shutdown_on_exit=False)
        provider.add_log_record_processor(SimpleLogRecordProcessor(ConsoleLogExporter(out=file)))
        logger = provider.get_logger("shop")
        if before:
            install()
        provider.add_log_record_processor(BatchLogRecordProcessor(ConsoleLogExporter(out=file)))
        logger.emit(log_record(NOWHERE, body=plants.password("body")))
        provider.shutdown()

    assert [] == plants.leaked(path.read_bytes())
    assert 2 == path.read_text().count('"body": "login with password=[redacted:password] ok"')


class Isolating(SynchronousMultiLogRecordProcessor):
    """One that hands on by itself, as those do that keep processors apart."""

    def on_emit(self, log_record: Any) -> None:
        for processor in self._log_record_processors:
            getattr(processor, EMIT)(log_record)

    emit = on_emit


class Duck:
    """Something that is no processor of the SDK, but acts like one."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def on_emit(self, item: Any) -> None:
        self.said.append(everything(item))

    emit = on_emit

    def shutdown(self) -> None: ...

    def force_flush(self, timeout_millis: int = 1) -> bool:
        return True


@pytest.mark.parametrize("multi", [None, ConcurrentMultiLogRecordProcessor, Isolating, Duck])
def test_processors_of_any_kind_get_redacted_records(
    guard: Guard, plants: Plants, multi: Callable[[], Any] | None
) -> None:
    """
    Duck-typed processors, several threads, and a processor of a program's own in place of the one
    that the SDK has: what they are handed is redacted.
    """
    own = multi() if multi is not None else None
    provider = LoggerProvider(
        resource=NOWHERE, multi_log_record_processor=own, shutdown_on_exit=False
    )
    duck = own if isinstance(own, Duck) else Duck()
    if own is not duck:
        provider.add_log_record_processor(duck)  # type: ignore[arg-type]
    for number in range(2):
        provider.get_logger(plants.password(f"scope {number}")).emit(
            log_record(NOWHERE, body=plants.password(f"body {number}"))
        )

    assert 2 == len(duck.said)
    assert [] == plants.leaked(*duck.said)


def test_what_a_processor_puts_in_is_caught_at_the_exporter(
    guard: Guard, plants: Plants, loggers: Make, collector: Collector
) -> None:
    """
    A processor may change a record, as it is meant to: the exporter gets it redacted again.
    """

    def enrich(item: Any) -> None:
        item.log_record.attributes["password"] = plants.bare("attribute of a processor")
        item.log_record.body += " " + plants.password("body of a processor")

    loggers(Processor(enrich)).get_logger("shop").emit(log_record(NOWHERE, body="paid"))

    assert [] == plants.leaked(collector.bytes_and_numbers())
    (got,) = collector.log_records()
    assert {"password": "[redacted:password]"} == got["attributes"]
    assert "paid login with password=[redacted:password] ok" == got["body"]


def test_a_body_that_changes_after_it_was_looked_at_is_looked_at_again(guard: Guard) -> None:
    """
    A mutable body that is filled while the record waits in a queue leaves redacted.
    """
    exporter = Keep()
    provider = LoggerProvider(resource=NOWHERE, shutdown_on_exit=False)
    provider.add_log_record_processor(
        BatchLogRecordProcessor(exporter, schedule_delay_millis=3_600_000)
    )
    body: dict[str, Any] = {"message": "paid", "by": {"name": "Ada"}}
    provider.get_logger("shop").emit(log_record(NOWHERE, body=body))
    body["by"]["password"] = "hunter2zz"
    provider.force_flush()
    provider.shutdown()

    expected = {"name": "Ada", "password": "[redacted:password]"}
    assert expected == exporter.items[0].log_record.body["by"]


def test_ids_of_the_span_around_stay(guard: Guard, loggers: Make, collector: Collector) -> None:
    """
    A redacted record is still part of its trace.
    """
    logger = loggers().get_logger("shop")
    with TracerProvider(shutdown_on_exit=False).get_tracer("x").start_as_current_span("y") as span:
        ids = span.get_span_context()
        record = log_record(
            NOWHERE,
            trace_id=ids.trace_id,
            span_id=ids.span_id,
            trace_flags=ids.trace_flags,
            body="password=hunter2zz",
        )
        logger.emit(record)

    sent = collector.messages("/v1/logs")[0].resource_logs[0].scope_logs[0].log_records[0]
    assert (ids.trace_id, ids.span_id) == (
        int.from_bytes(sent.trace_id), int.from_bytes(sent.span_id),
    )  # fmt: skip
    assert "password=[redacted:password]" == sent.body.string_value
