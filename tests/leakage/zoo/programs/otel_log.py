"""OpenTelemetry: a log record that the program emits."""

from opentelemetry._logs import LogRecord, SeverityNumber

from support import otel_logger


def run(**attributes):
    with otel_logger() as logger:
        record = LogRecord(body="login", attributes=attributes, severity_number=SeverityNumber.INFO)
        logger.emit(record)  # leak: opentelemetry attributes.password


def leaky(made):
    run(password=made.password)


def clean(made):
    run(user="bob")
