"""OTLP as protobuf under gzip, sent by a program of its own."""

import gzip
import urllib.request

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from support import server


def send(name, value):
    request = ExportLogsServiceRequest()
    record = request.resource_logs.add().scope_logs.add().log_records.add(trace_id=bytes(range(16)))
    record.body.string_value = "login"
    record.attributes.add(key=name).value.string_value = value
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-protobuf"}
    body = gzip.compress(request.SerializeToString())
    with server() as port:
        sent = urllib.request.Request(f"http://127.0.0.1:{port}/v1/logs", body, headers)
        urllib.request.urlopen(sent).read()  # leak: http resourceLogs[0].scopeLogs[0].logRecords[0].attributes.password


def leaky(made):
    send("password", made.password)


def clean(made):
    send("user", "bob")
