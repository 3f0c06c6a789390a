"""Every exit of a process in the mode ``metadata-only``: what left is searched for the document."""

# ruff: noqa: E501  # programs and lines of logs as they are

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.metadata.documents import runs_of

if TYPE_CHECKING:
    from pathlib import Path

#: It reaches the programs by a variable, so that no source has it.
DOCUMENT = (
    "the seller hereby warrants that the premises are free of damages and the buyer accepts each "
    "clause of this contract notwithstanding any earlier agreement; "
) * 2

_HEAD = """\
import json, logging, os, sys, threading, traceback, warnings
import redactor
guard = redactor.install(redactor.Policy(mode="metadata-only"), engine=ENGINE, streams=STREAMS)
DOC = os.environ["DOCUMENT"]
def fail():
    inside = DOC; status = DOC.split()[0]
    raise ValueError(f"it failed with {DOC}")
"""
_PROGRAMS = {
    "logging": """
class Json(logging.Formatter):
    def format(self, record):
        fields = {k: v for k, v in record.__dict__.items() if k not in ("args", "msg", "exc_info")}
        fields["message"] = record.getMessage()
        if record.exc_info:
            fields["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=str)
class Own(logging.Formatter):
    def format(self, record):
        return f"{record.levelname} <{record.getMessage()}> {DOC}"
for formatter in (logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"), Json(), Own()):
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
logging.getLogger().setLevel("DEBUG")
log = logging.getLogger("shop.views")
log.info("user %s uploaded %s", 4711, DOC, extra={"doc": DOC, "request_id": "r-17", "status": "ok"})
log.info(f"order of {DOC} done")
log.info(DOC)
log.info(DOC + "%s", 1)
log.info("%s", DOC)
log.info({"event": DOC, "status": "ok"})
log.info("%d", DOC)
log.info("named %(a)s", {"a": DOC})
logging.getLogger(DOC).info("to a logger of a bad name", extra={DOC: 1})
threading.Thread(target=log.info, args=("in a thread %s", DOC), name=DOC).start()
try:
    fail()
except ValueError as error:
    log.exception("it failed: %s", error, stack_info=True)
    log.error(error)
logging.getLogger("x").addHandler(logging.NullHandler())
logging.Handler().handle(logging.makeLogRecord({"msg": DOC}))
""",
    "loguru": """
from loguru import logger
logger.remove()
for options in ({}, {"serialize": True}, {"format": "{time} {level} {extra} {message}"}, {"enqueue": True}):
    logger.add(sys.stdout, diagnose=True, backtrace=True, **options)
logger.info("user {} uploaded {name}", DOC, name=DOC)
logger.info(f"order of {DOC} done")
logger.bind(doc=DOC, request_id="r-17").info(DOC)
try:
    fail()
except ValueError:
    logger.exception("it failed for {}", DOC)
logger.complete()
""",
    "structlog": """
import structlog
def work():
    log = structlog.get_logger()
    log.info("user_logged_in", doc=DOC, request_id="r-17", status="ok")
    log.info(f"order of {DOC} done", items=[DOC])
    log.info(DOC, **{DOC: DOC})
    try:
        fail()
    except ValueError:
        log.exception("it_failed", doc=DOC)
work()
processors = structlog.processors
for last in (processors.JSONRenderer(), processors.KeyValueRenderer(), processors.LogfmtRenderer(bool_as_flag=False)):
    structlog.configure(processors=[processors.add_log_level, processors.TimeStamper(fmt="iso"),
        processors.dict_tracebacks, lambda *event: {k.replace(" ", "_"): v for k, v in event[2].items()}, last])
    try:
        work()
    except ValueError:
        pass  # the form does not take it
""",
    "opentelemetry": """
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor
provider = TracerProvider(resource=Resource({"service.name": "shop", "doc": DOC}))
provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
tracer = provider.get_tracer("shop")
try:
    with tracer.start_as_current_span("GET /users/{id}") as span:
        span.set_attribute("http.request.method", "GET")
        span.set_attribute("gen_ai.prompt", DOC)
        span.set_attribute("request.id", "r-17")
        span.set_attribute(DOC, [DOC, "x"])
        span.add_event(DOC, {"message": DOC})
        fail()
except ValueError:
    pass
with tracer.start_as_current_span(DOC):
    pass
""",
    "sentry": """
import sentry_sdk
from sentry_sdk.transport import Transport
class Printing(Transport):
    def capture_envelope(self, envelope):
        print(json.dumps(envelope.headers, default=str))
        for item in envelope.items:
            print(item.payload.get_bytes().decode())
sentry_sdk.init("http://public@127.0.0.1:1/42", transport=Printing, traces_sample_rate=1.0,
                release="shop@1.2.3")
logging.getLogger("shop").warning("a crumb of %s", DOC)
sentry_sdk.set_tag("doc", DOC)
sentry_sdk.set_user({"id": "r-17", "name": DOC})
sentry_sdk.set_context("doc", {"text": DOC, DOC: [DOC]})
try:
    fail()
except ValueError as error:
    sentry_sdk.capture_exception(error)
    logging.getLogger("shop").exception("it failed for %s", DOC)
sentry_sdk.capture_message(DOC)
sentry_sdk.add_breadcrumb(message=DOC, data={"doc": DOC})
with sentry_sdk.start_transaction(op="task", name="GET /users/{id}"):
    with sentry_sdk.start_span(op="db", name="select " + DOC) as span:
        span.set_data("doc", DOC)
sentry_sdk.flush()
""",
    "tracebacks": """
warnings.warn(f"careful with {DOC}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
try:
    fail()
except ValueError as error:
    error.add_note(DOC)
    traceback.print_exc()
try:
    raise ExceptionGroup(DOC, [ValueError(DOC), KeyError(DOC)])
except ExceptionGroup:
    traceback.print_exc()
class Raises:
    def __del__(self):
        fail()
Raises()
fail()
""",
    "streams": """
print(DOC)
print("level=info", f"msg={DOC!r}")
print("INFO shop.views:", DOC)
sys.stderr.write(DOC + "\\n")
logging.warning("user %s uploaded it", DOC)
""",
}
_LEFT = {
    "logging": ("user <int> uploaded <str SIZE>", "order of <str SIZE> done", '"request_id": "r-17"',
                "named <str SIZE>", "it failed: <exception ValueError>",
                ", in fail", "ValueError"),
    "loguru": ("user <str SIZE> uploaded <str SIZE>", "order of <str SIZE> done", '"request_id": "r-17"',
               "it failed for <str SIZE>", ", in fail", "ValueError"),
    "structlog": ("user_logged_in", "order of <str SIZE> done", "r-17", "it_failed", '"exc_type": "ValueError"'),
    "opentelemetry": ('"name": "GET /users/{id}"', '"http.request.method": "GET"', '"request.id": "r-17"',
                      '"service.name": "shop"', ", in fail", "ValueError"),
    "sentry": ("a crumb of <str SIZE>", "it failed for <str SIZE>", '"function":"fail"', '"type":"ValueError"',
               '"release":"shop@1.2.3"', '"transaction":"GET /users/{id}"'),
    "tracebacks": ("UserWarning: careful with <str SIZE>", "ExceptionGroup", "KeyError", ", in fail"),
    "streams": ("level=info msg=", "INFO shop.views: <str", "user <str SIZE> uploaded it"),
}  # fmt: skip


def _output(name: str, engine: str | None, folder: Path) -> str:
    head = _HEAD.replace("ENGINE", repr(engine)).replace("STREAMS", str(name == "streams"))
    program = folder / "program.py"
    program.write_text(head + _PROGRAMS[name])
    done = subprocess.run(
        [sys.executable, program],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "DOCUMENT": DOCUMENT, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=120,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


#: Each is a process: the others run with the slow tests.
_QUICK = ("logging", "tracebacks")
_each = [pytest.param(name, marks=() if name in _QUICK else pytest.mark.slow) for name in _PROGRAMS]


@pytest.mark.parametrize("name", _each)
def test_no_run_of_words_leaves_and_metadata_does(name: str, tmp_path: Path) -> None:
    """
    No four words of the document in all that the process wrote; ids, places, types and the words of
    the program's own templates are there, and nothing was withheld.
    """
    written = _output(name, None, tmp_path)

    assert [] == runs_of(DOCUMENT, written)
    wanted = [left.replace("SIZE", str(len(DOCUMENT))) for left in _LEFT[name]]
    assert [] == [left for left in wanted if left not in written]
    assert "withheld" not in written


@pytest.mark.slow
@pytest.mark.parametrize("name", _PROGRAMS)
def test_the_reference_engine_leaves_nothing_either(name: str, tmp_path: Path) -> None:
    """
    The same of the other engine.
    """
    assert [] == runs_of(DOCUMENT, _output(name, "reference", tmp_path))
