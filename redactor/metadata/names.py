"""
The fields that are declared without saying so: what common formats of logs call their metadata.

Those of the standard library, structlog, Loguru (``serialize=True``), OpenTelemetry, the Elastic
Common Schema, and the JSON loggers of Python, Node and Go. A name counts with its last parts, in
any case, and without ``_`` and ``-``: ``http.response.status_code`` is also ``statusCode``.
"""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["MESSAGE", "TRACEBACK", "TYPE", "default_shape", "is_usual"]

#: Free text: it stays as its template.
MESSAGE = "message"
#: The text of a traceback, or its frames: types and places stay.
TRACEBACK = "traceback"
#: The type and the size alone; nothing below it is looked at.
TYPE = "type"

_TABLE = """
time: time timestamp ts asctime created @timestamp date datetime observed_timestamp start_time
  end_time start_timestamp end_timestamp started_at ended_at finished_at received sent_at eta
  expires time_unix_nano observed_time_unix_nano start_time_unix_nano end_time_unix_nano
  record.time.repr time.repr time.timestamp event.created event.ingested event.start event.end
  event.time
level: level levelname levelno lvl severity severity_text severity_number loglevel log_level
  log.level level.name level.no priority
logger: logger .name logger_name log.logger instrumentation_scope.name scope.name otel.scope.name
  record.name
module: module module_name log.origin.module code.namespace python.module
function: func function func_name funcname code.function code.function.name log.origin.function
  view_func callable frames.name
file: file filename pathname path file.name file.path code.filepath code.file.path abs_path
  log.origin.file.name source.file caller.file
line: line lineno line_no line_number code.lineno code.line.number log.origin.file.line
  source.line colno
message: message msg event body text short_message full_message description reason detail
  formatted logentry.message logentry.formatted status.message status.description
  status_description error.message
traceback: exc_info exc_text exception stack_info stack stacktrace traceback error.stack_trace
  exception.stacktrace error.stack
exception: type exc_type exception_type error_type error.type exception.type error_class
  exc_class exception_class error_name values.type exc_value.type
type: vars locals pre_context post_context context_line raw_stacktrace headers cookies env
  environ form params query args kwargs request_body response_body
id: id event_id request_id req_id correlation_id transaction_id job_id task_id message_id
  session.id batch_id run_id order_id document_id tenant_id user_id account_id object_id
  resource_id event.id service.instance.id host.id process.id container.id enduser.id
  messaging.message.id check_in_id root_id parent_id profile_id delivery_tag index
trace: trace_id traceid trace.id otel_trace_id dd.trace_id
span: span_id spanid span.id otel_span_id parent_span_id dd.span_id segment_id transaction.id
integer: pid tid process thread process.pid thread.id process.thread.id attempt attempts retry
  retries port server.port net.host.port net.peer.port client.port worker_id shard partition
  offset page trace_flags dropped_attributes_count exit_code returncode signal process_id
  otel_trace_sampled ident flags
thread: thread_name threadname taskname process_name processname task_name thread.name
  process.name process.thread.name worker
duration: duration elapsed latency took response_time request_time duration_ms elapsed_ms msecs
  relativecreated upstream_response_time runtime elapsed.repr elapsed.seconds event.duration
  wall_time cpu_time ttl timeout delay countdown
count: count total items rows records processed_count num n pages dropped
size: size length bytes content_length body_size response_size request_size
  http.request.body.size http.response.body.size bytes_sent bytes_received file.size memory rss
ratio: sample_rand ratio percent percentage progress sample_rate rate score
boolean: same_process_as_parent ok success cached in_app handled sampled is_remote enabled
  retryable dry_run escaped exception.escaped secure
status: status state outcome result event.outcome status.code status_text otel.status_code
  success rpc.grpc.status_code rpc.response.status_code substatus
http-status: status_code http_status http.status_code http.response.status_code response_status
  response_code http_code
method: method http_method http.method http.request.method request_method request.method verb
route: route http.route path_template url_template url.template endpoint_route
operation: transaction operation op span_name span.name task celery.task_name job job_name
  task.name db.operation db.operation.name rpc.method rpc.service messaging.operation
  messaging.operation.name view view_name action event.action event.name event_name span.op
  category
host: host hostname host.name server_name server node pod nodename instance service.node.name
  k8s.pod.name k8s.node.name k8s.namespace.name k8s.container.name kubernetes.pod_name
  container.name
version: version release service.version telemetry.sdk.version otel.scope.version scope.version
  process.runtime.version ecs.version app_version build library_version python_version
  http_version network.protocol.version schema_version
hash: public_key hash sha sha256 sha1 md5 checksum digest etag commit git_sha git_commit
  revision fingerprint_hash
slug: transaction_info.source origin span.origin service service.name service.namespace app
  application env environment stage region zone deployment.environment
  deployment.environment.name cluster component subsystem queue queue_name topic channel
  db.system db.system.name rpc.system messaging.system messaging.destination.name
  telemetry.sdk.language telemetry.sdk.name process.runtime.name container.runtime
  cloud.provider cloud.region cloud.availability_zone network.protocol.name url.scheme scheme
  protocol exchange routing_key platform sdk.name event.kind event.category event.type
  event.dataset language runtime.name os.type phase step
mime: content_type mime mime_type mimetype media_type http.request.header.content_type
kind: kind span_kind span.kind
"""


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").lstrip("@$")


def _read() -> dict[str, str]:
    found: dict[str, str] = {}
    shape = ""
    for word in _TABLE.split():
        if word.endswith(":"):
            shape = word[:-1]
            continue
        found.setdefault(_plain(word), shape)
    return found


_SHAPES = _read()
#: Shapes by the end of a name, where the name as a whole is not in the table.
_ENDS = (
    (re.compile(r"(?:[_.-]|(?<=[a-z]))(?:ID|Id|id|uuid|UUID|Uuid|guid)\Z"), "id"),
    (re.compile(r"(?:_at|_time|_ts|_timestamp|At|Timestamp|\.time|_on)\Z"), "time"),
    (
        re.compile(r"(?:_ms|_us|_ns|_seconds|_secs|_duration|_latency|_elapsed|Ms|Duration)\Z"),
        "duration",
    ),
    (re.compile(r"(?:_bytes|_size|_length|Bytes|Size|Length|\.size)\Z"), "size"),
    (re.compile(r"(?:_count|_total|Count|_num|\.count)\Z|\A(?:num|n)_"), "count"),
    (re.compile(r"(?:_ratio|_percent|_pct)\Z"), "ratio"),
    (re.compile(r"(?:_status|_state|Status)\Z"), "status"),
    (re.compile(r"(?:_hash|_sha256|_sha1|_md5|_checksum|_digest)\Z"), "hash"),
    (re.compile(r"(?:_version|\.version|Version)\Z"), "version"),
    (re.compile(r"\A(?:is|has)_"), "boolean"),
)
#: Names whose end says something else.
_NOT = frozenset("paid void valid invalid grid said avoid android did bid".split())


def default_shape(path: tuple[str, ...]) -> str | None:
    """
    Return the shape of the field at *path* by its name, ``None`` where none is known.

    Args:
        path: The keys from the root of a record down; one with dots counts as several.
    """
    return _shape_of(path[-3:], len(path) == 1)


@lru_cache(4_096)
def _shape_of(path: tuple[str, ...], at_root: bool) -> str | None:  # noqa: FBT001  # for the cache
    names = ".".join(path).rsplit(".", 4)[-4:] if "." in path[-1] else list(path)
    plain = [_plain(name) for name in names]
    for start in range(len(plain)):
        shape = _SHAPES.get(".".join(plain[start:]))
        if shape is not None:
            return shape
    last = path[-1]
    if at_root and f".{plain[0]}" in _SHAPES:
        return _SHAPES[f".{plain[0]}"]  # of the record itself: elsewhere it is somebody's
    if last.lower() in _NOT:
        return None
    for pattern, shape in _ENDS:
        if pattern.search(last) is not None:
            return shape
    return None


def is_usual(name: str) -> bool:
    """Say whether *name* as a whole is one that formats of logs have."""
    return _plain(name) in _SHAPES
