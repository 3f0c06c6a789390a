"""Forms of log records around a document."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench.quality.document_texts import TEXTS, prose

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["BINARY_FORMS", "SHAPES", "STREAMED", "TALKS"]

_HEAD = "2026-11-27 10:12:13,456 INFO shop.reader "
_KEYS = ("result", "detail", "obj", "resp", "value", "x")
_BODIES = (
    "body",
    "request_body",
    "responseBody",
    "content",
    "page_content",
    "text",
    "payload",
    "html",
)


def _json(body: str, chance: random.Random) -> str:
    record = {"ts": "2026-11-27T10:12:13Z", "level": "info", chance.choice(_KEYS): body, "n": 7}
    return json.dumps(record, ensure_ascii=chance.random() < 0.5)


def _json_body(body: str, chance: random.Random) -> str:
    return json.dumps({"id": "ord_0042", chance.choice(_BODIES): body, "status": 200})


def _nested(body: str, chance: random.Random) -> str:
    inner = json.dumps({"user": "u_17", chance.choice(_KEYS): body, "last": True})
    return json.dumps({"message": "call done", "request": inner, "ms": 12})


def _repr(body: str, chance: random.Random) -> str:
    return f"{_HEAD}got { ({'id': 7, chance.choice(_KEYS): body, 'ok': True})!r} from worker"


def _logfmt(body: str, chance: random.Random) -> str:
    return f"ts=2026-11-27T10:12:13Z level=info {chance.choice(_KEYS)}={json.dumps(body)} ms=12"


def _line(body: str, chance: random.Random) -> str:
    escaped = (
        body.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f"{_HEAD}{chance.choice(('received: ', 'document text: ', 'body='))}{escaped}"


def _message(body: str, chance: random.Random) -> str:
    return f"{chance.choice(('Received the document: ', 'Response:', 'text of upload 7:'))}\n{body}"


def _record(body: str, chance: random.Random) -> dict[str, Any]:
    return {"event": "stored", "items": [{"id": 7, chance.choice(_KEYS): body}], "ms": 12}


def _exception(body: str, _chance: random.Random) -> dict[str, Any]:
    return {
        "exception": {"values": [{"type": "ValueError", "value": f"cannot read: {body}"}]},
        "level": "error",
    }


#: Records of a text.
SHAPES: dict[str, Callable[[str, random.Random], Any]] = {
    "JSON line": _json,
    "JSON line, named body": _json_body,
    "JSON in JSON": _nested,
    "Python repr": _repr,
    "logfmt": _logfmt,
    "one line with escapes": _line,
    "message of many lines": _message,
    "structured record": _record,
    "exception message": _exception,
}


def _needles(text: str) -> tuple[str, ...]:
    """Return pieces of an encoded file: its middle and what is before its end."""
    middle = len(text) // 2
    return tuple({text[middle : middle + 24], text[-40:-16], text[len(text) // 4 :][:24]})


def _base64(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    text = base64.b64encode(file).decode()
    return json.dumps({"name": "a", "blob": text, "n": 1}), _needles(text)


def _base64_line(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    text = base64.b64encode(file).decode()
    return f"{_HEAD}attachment {text} stored", _needles(text)


def _base64_wrapped(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    text = base64.encodebytes(file).decode()
    lines = text.split("\n")
    return json.dumps({"name": "a", "blob": text}), (lines[1][:24], lines[len(lines) // 2][:24])


def _hex(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    return f"{_HEAD}payload={file.hex()} size={len(file)}", _needles(file.hex())


def _data_uri(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    text = base64.b64encode(file).decode()
    uri = f"data:application/octet-stream;base64,{text}"
    return json.dumps({"src": uri, "alt": "x"}), _needles(text)


def _repr_bytes(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    return f"{_HEAD}got {file!r} from disk", _needles(repr(file))


def _structured_bytes(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    return {"event": "read", "data": {"raw": file}}, _needles(
        json.dumps(file.decode("latin-1"), ensure_ascii=False)
    )


def _decoded(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    text = file.decode("utf-8", "replace")
    return json.dumps({"raw": text}), _needles(json.dumps(text))


def _url_encoded(file: bytes, _chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    text = quote(base64.b64encode(file).decode(), safe="")
    return f"POST /upload file={text}&name=a HTTP/1.1", tuple(
        needle for needle in _needles(text) if "%" not in needle
    )


#: Records of a file, with pieces of it as the record holds them.
BINARY_FORMS: dict[str, Callable[[bytes, random.Random], tuple[Any, tuple[str, ...]]]] = {
    "base64 in JSON": _base64,
    "base64 in a line": _base64_line,
    "base64 in lines": _base64_wrapped,
    "hexadecimal digits": _hex,
    "data URI": _data_uri,
    "Python repr": _repr_bytes,
    "bytes in a record": _structured_bytes,
    "decoded as text": _decoded,
    "form field": _url_encoded,
}


def _chat(chance: random.Random, count: int) -> list[dict[str, Any]]:
    roles = ("system", "user", "assistant")
    return [
        {
            "role": roles[min(number, 1 + number % 2)],
            "content": prose(chance, chance.randint(4, 10)),
        }
        for number in range(count)
    ]


def _said(messages: list[dict[str, Any]]) -> str:
    return "\n".join(message["content"] for message in messages)


def _openai(chance: random.Random) -> tuple[str, Any]:
    messages = _chat(chance, 3)
    request = {"model": "large-2", "messages": messages, "temperature": 0.2}
    return _said(messages), json.dumps({"event": "llm call", "request": request})


def _anthropic(chance: random.Random) -> tuple[str, Any]:
    messages = _chat(chance, 2)
    blocks = [
        {"role": message["role"], "content": [{"type": "text", "text": message["content"]}]}
        for message in messages
    ]
    return _said(messages), {
        "event": "llm call",
        "request": {"max_tokens": 900, "messages": blocks},
    }


def _genai(chance: random.Random) -> tuple[str, Any]:
    messages = _chat(chance, 2)
    parts = [
        {"role": message["role"], "parts": [{"type": "text", "content": message["content"]}]}
        for message in messages
    ]
    return _said(messages), {
        "name": "chat large-2",
        "attributes": {
            "gen_ai.input.messages": json.dumps(parts),
            "gen_ai.request.model": "large-2",
        },
    }


def _genai_flat(chance: random.Random) -> tuple[str, Any]:
    messages = _chat(chance, 2)
    return _said(messages), {
        "attributes": {
            f"gen_ai.prompt.{number}.content": message["content"]
            for number, message in enumerate(messages)
        }
    }


def _logged(chance: random.Random) -> tuple[str, Any]:
    text = prose(chance, chance.randint(5, 12))
    return text, f"{_HEAD}calling model, prompt={text!r}, max_tokens=900"


#: Messages to a language model, in the records of its clients.
TALKS: dict[str, Callable[[random.Random], tuple[str, Any]]] = {
    "OpenAI messages": _openai,
    "Anthropic messages": _anthropic,
    "OpenTelemetry messages": _genai,
    "OpenTelemetry prompts": _genai_flat,
    "logged prompt": _logged,
}


def _streamed(kind: str) -> Callable[[random.Random], tuple[str, str]]:
    def make(chance: random.Random) -> tuple[str, str]:
        body = TEXTS[kind](chance)
        end = "" if body.endswith("\n") else "\n"
        return body, (
            f"{_HEAD}received\n{body}{end}2026-11-27 10:12:14,001 INFO shop.reader stored 7\n"
        )

    return make


#: Documents whose start and end show, printed line by line into a log.
STREAMED: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    kind: _streamed(kind)
    for kind in ("html page", "xml", "mail", "multipart upload", "srt", "vtt", "xliff", "rtf")
}
