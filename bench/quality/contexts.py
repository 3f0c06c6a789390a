"""
The log shapes that secrets are put into.

A context is a template with a key and a value, and the escapes that its format demands. Templates
that are encoded again (JSON in JSON, base64) say so with layers, from the inside out. What stands
between ‹ and › may go with the secret: the other cookies of a header.
"""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

from bench.quality.filling import fill
from bench.quality.labelled import PLAIN, SECRET, SHARED, Part, mapped

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["CONTEXTS", "Context", "build", "styled"]

#: What a context can hold.
TOKEN, KEYED, PHRASE, BLOCK = "token", "keyed", "phrase", "block"
_VALUES = frozenset((TOKEN, KEYED))
_TEXTS = frozenset((TOKEN, KEYED, PHRASE))
_LINES = frozenset((TOKEN, KEYED, PHRASE, BLOCK))

#: Keys that say nothing about their value.
_NEUTRAL = ("data", "note", "input", "text", "arg", "result", "detail", "extra")


@dataclass(frozen=True, slots=True)
class Context:
    """
    One log shape.

    Attributes:
        id: Its name in reports.
        templates: The same shape in several programs; ``<key>`` and ``<value>`` are its places.
        style: How names of keys are written in it, see ``styled``.
        escape: What the format does to a value.
        unsafe: Characters that would end a value: such values are not put here.
        holds: Kinds of secrets that make sense here.
        layers: Encodings of the whole, and the record around each.
    """

    id: str
    templates: tuple[str, ...]
    style: str = "snake"
    escape: Callable[[str], str] = str
    unsafe: str = ""
    holds: frozenset[str] = _TEXTS
    layers: tuple[tuple[Callable[[list[Part]], list[Part]], str], ...] = field(default=())


def styled(words: str, style: str) -> str:
    """Return the name of a key, words with spaces between them, in a style."""
    parts = words.split()
    if style == "snake":
        return "_".join(parts)
    if style == "upper":
        return "_".join(parts).upper()
    if style == "kebab":
        return "-".join(parts)
    if style == "camel":
        return parts[0] + "".join(part.capitalize() for part in parts[1:])
    if style == "pascal":
        return "".join(part.capitalize() for part in parts)
    if style == "header":
        return "-".join(part.capitalize() for part in parts)
    return words


def build(
    context: Context, name: str, value: tuple[Part, ...], random_: random.Random
) -> list[Part]:
    """
    Put a value into a context.

    Args:
        context: The log shape.
        name: Words of the key; empty for a value that has to be found by its own shape.
        value: The parts of the value.
        random_: What decides everything that is left open.
    """
    key = styled(name, context.style) if name else styled(random_.choice(_NEUTRAL), context.style)
    parts = _around(random_.choice(context.templates), mapped(value, context.escape), random_, key)
    for encode, outer in context.layers:
        parts = _around(outer, encode(parts), random_, key)
    return parts


def _around(template: str, inner: list[Part], random_: random.Random, key: str) -> list[Part]:
    # The key comes last: in `<password>` it would look like a place to fill.
    before, _, after = template.partition("<value>")
    opened = before.count("‹") - before.count("›")
    if opened:
        inner = [Part(text, role or SHARED) for text, role in inner]
    return [
        *_marked(fill(before, random_).replace("<key>", key), 0),
        *inner,
        *_marked(fill(after, random_).replace("<key>", key), opened),
    ]


def _marked(text: str, opened: int) -> list[Part]:
    """Read what stands between ‹ and › as text that may go with the secret."""
    return [
        Part(piece, SHARED if (at + opened) % 2 else PLAIN)
        for at, piece in enumerate(re.split("[‹›]", text))
    ]


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _json_ascii(text: str) -> str:
    return json.dumps(text)[1:-1]


def _json_unicode(text: str) -> str:
    return _json_ascii(text).replace('"', "\\u0022").replace("\\\\u0022", "\\u0022")


def _repr(text: str) -> str:
    return repr(text + '"')[1:-2]


def _repr_bytes(text: str) -> str:
    return repr(text.encode() + b'"')[2:-2]


def _form(text: str) -> str:
    return quote_plus(text)


def _percent(text: str) -> str:
    return quote(text, safe="")


def _query(text: str) -> str:
    return quote(text, safe="/:@!*()~,;")


def _percent_twice(text: str) -> str:
    return _percent(_percent(text))


def _html(text: str) -> str:
    return html.escape(text)


def _double_quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _sql(text: str) -> str:
    return text.replace("'", "''")


def _csv(text: str) -> str:
    return text.replace('"', '""')


def _each(change: Callable[[str], str]) -> Callable[[list[Part]], list[Part]]:
    return lambda parts: mapped(parts, change)


def _base64(parts: list[Part]) -> list[Part]:
    """Encode the joined text: digits that carry a byte of a secret must go, the others may."""
    data = b"".join(text.encode() for text, _ in parts)
    carries = b"".join(bytes([role == SECRET]) * len(text.encode()) for text, role in parts)
    encoded = base64.b64encode(data).decode()
    roles = [SHARED] * len(encoded)
    for at, carried in enumerate(carries):
        if carried:
            # Byte n is in bits 8n to 8n+7: in the digits 8n//6 to (8n+7)//6.
            for digit in range(8 * at // 6, (8 * at + 7) // 6 + 1):
                roles[digit] = SECRET
    return [Part(char, role) for char, role in zip(encoded, roles, strict=True)]


def _hex(parts: list[Part]) -> list[Part]:
    return [Part(text.encode().hex(), SECRET if role == SECRET else SHARED) for text, role in parts]


_SPACED = " \t\n\"'`"
_LIST = _SPACED + ",;&|()[]{}<>\\"
_JSON_LINE = (
    '{"time":"<iso>","level":"info","logger":"app.<word>","msg":"<msg>","<key>":"<value>","ms":<int>}',
    '{"@timestamp": "<iso>", "log.level": "error", "<key>": "<value>", "trace.id": "<hex:32>"}',
    '{"ts":<unix>.25,"user":"<name>","<key>":"<value>"}',
)
_JSON_BODY = ('{"user":"<name>","<key>":"<value>","page":<int:2>}',)
_PLAIN_LAYER = '{"time":"<iso>","level":"info","body":"<value>","ms":<int>}'

CONTEXTS: tuple[Context, ...] = (
    Context("json", _JSON_LINE, escape=_json, holds=_LINES),
    Context("json camel", _JSON_LINE, style="camel", escape=_json_ascii),
    Context(
        "json nested",
        (
            '{"event":"call","request":{"method":"POST","body":{"<key>":"<value>"},"size":<int>},"ok":true}',
            '{"items":[{"id":<int:5>,"<key>":"<value>"},{"id":<int:5>}],"total":2}',
        ),
        style="camel",
        escape=_json,
    ),
    Context(
        "json pretty",
        ('{\n  "id": <int:5>,\n  "<key>": "<value>",\n  "host": "<host>"\n}',),
        escape=_json,
        holds=_LINES,
    ),
    Context("json in json", _JSON_BODY, escape=_json, layers=((_each(_json), _PLAIN_LAYER),)),
    Context(
        "json three deep",
        _JSON_BODY,
        escape=_json,
        layers=(
            (_each(_json), '{"kind":"<word>","payload":"<value>"}'),
            (_each(_json), _PLAIN_LAYER),
        ),
    ),
    Context(
        "json unicode escapes",
        _JSON_BODY,
        escape=_json_ascii,
        layers=((_each(_json_unicode), "body: <value> from <ip>"),),
    ),
    Context(
        "python repr",
        (
            "<iso> INFO app payload={'user': '<name>', '<key>': '<value>', 'page': <int:1>}",
            "DEBUG:root:kwargs {'id': <int:4>, '<key>': '<value>'}",
        ),
        escape=_repr,
        holds=_LINES,
    ),
    Context(
        "python bytes repr",
        ('<iso> DEBUG sent b\'{"user": "<name>", "<key>": "<value>"}\'',),
        escape=_repr_bytes,
        unsafe='"',
    ),
    Context(
        "dataclass repr",
        ("<iso> INFO Settings(host='<host>', <key>='<value>', port=5432)",),
        escape=_repr,
    ),
    Context(
        "asgi headers",
        ("scope headers [(b'host', b'<host>'), (b'<key>', b'<value>'), (b'accept', b'*/*')]",),
        style="kebab",
        escape=_repr_bytes,
        holds=_VALUES,
    ),
    Context(
        "logfmt",
        (
            "ts=<iso> level=info caller=main.go:42 <key>=<value> user=<name>",
            "level=error msg=timeout <key>=<value>",
        ),
        unsafe=_SPACED + "=",
        holds=_VALUES,
    ),
    Context(
        "logfmt quoted",
        ('ts=<iso> level=warn msg="<msg>" <key>="<value>" dur=<int>ms',),
        escape=_double_quoted,
        holds=_LINES,
    ),
    Context(
        "access log",
        (
            '<ip> - - [<clf>] "GET <path>?page=2&<key>=<value>&sort=asc HTTP/1.1" <status> <int:4> "-" "curl/8.5.0"',
            '<ip> - <name> [<clf>] "POST <path>?<key>=<value> HTTP/2.0" <status> <int:3>',
        ),
        escape=_query,
        unsafe="\n",
        holds=_VALUES,
    ),
    Context(
        "referer",
        (
            '<ip> - - [<clf>] "GET /a.css HTTP/1.1" 200 <int:4> "https://app.test/cb?<key>=<value>" "Mozilla/5.0"',
        ),
        escape=_percent,
        holds=_VALUES,
    ),
    Context(
        "url",
        (
            "calling https://api.test<path>?<key>=<value>&limit=50 took <int> ms",
            'HTTP Request: GET https://api.test/v1?<key>=<value> "HTTP/1.1 200 OK"',
        ),
        escape=_percent,
        holds=_VALUES,
    ),
    Context(
        "url in url",
        (
            "redirect to https://sso.test/login?next=https%3A%2F%2Fapp.test%2Fcb%3F<key>%3D<value>%26lang%3Den",
        ),
        escape=_percent_twice,
        holds=_VALUES,
    ),
    Context(
        "form body",
        ("body: grant_type=x&<key>=<value>&scope=read", "data=b'user=<name>&<key>=<value>'"),
        escape=_form,
        holds=_VALUES,
    ),
    Context(
        "percent json",
        ('{"user":"<name>","<key>":"<value>"}',),
        escape=_json_ascii,
        layers=((_each(_percent), "GET /s?q=<value>&n=5"),),
        holds=_VALUES,
    ),
    Context(
        "headers",
        (
            "> POST /v1 HTTP/1.1\n> Host: api.test\n> X-<key>: <value>\n> Accept: */*",
            "header: X-App-<key>: <value>",
        ),
        style="header",
        unsafe="\n",
        holds=_VALUES,
    ),
    Context(
        "header dictionary",
        ("headers={'Host': 'api.test', 'X-<key>': '<value>', 'Accept': '*/*'}",),
        style="header",
        escape=_repr,
        holds=_VALUES,
    ),
    Context(
        "cookie",
        (
            "Cookie: ‹lang=en; <key>=<value>; theme=dark›",
            "Set-Cookie: ‹<key>=<value>; Path=/; HttpOnly›",
        ),
        unsafe=_SPACED + ",;\\",
        holds=_VALUES,
    ),
    Context(
        "curl",
        (
            "+ curl -s -H 'X-<key>: <value>' https://api.test/v1",
            "$ curl -X POST -H \"<key>: <value>\" -d 'a=1' https://api.test",
        ),
        style="header",
        unsafe=_SPACED + "\\$",
        holds=_VALUES,
    ),
    Context(
        "curl data",
        (
            '+ curl --data \'{"user": "<name>", "<key>": "<value>"}\' https://api.test/v1',
            "+ curl -d 'user=<name>' -d '<key>=<value>' https://api.test/v1",
        ),
        unsafe=_SPACED + "\\&",
        holds=_VALUES,
    ),
    Context(
        "command line",
        (
            "exec: /usr/bin/app --host <host> --<key>=<value> --verbose",
            "Running command: deploy --<key>=<value>",
        ),
        style="kebab",
        unsafe=_SPACED + "\\&;|()<>$",
        holds=_VALUES,
    ),
    Context(
        "sql",
        (
            "<iso> DEBUG UPDATE users SET <key> = '<value>', seen = now() WHERE id = <int:4>",
            "statement: SELECT id FROM t WHERE <key> = '<value>' LIMIT 1",
        ),
        escape=_sql,
        unsafe="\\\n",
        holds=_VALUES,
    ),
    Context(
        "sqlalchemy",
        (
            "INFO sqlalchemy.engine.Engine [generated in 0.00021s] {'name': '<name>', '<key>': '<value>'}",
        ),
        escape=_repr,
        holds=_VALUES,
    ),
    Context(
        "yaml",
        ("config:\n  host: <host>\n  <key>: <value>\n  port: 5432\n",),
        unsafe="\n\"'#{}[]&*!|>%@`,",
        holds=_TEXTS,
    ),
    Context(
        "yaml quoted",
        ('spec:\n  - user: <name>\n    <key>: "<value>"\n',),
        style="camel",
        escape=_double_quoted,
        holds=_LINES,
    ),
    Context(
        "yaml lines",
        (
            "config:\n  host: <host>\n  <key>: |\n    <value>\n  port: 5432\n",
            "- <key>: >-\n    <value>\n  user: <name>\n",
            "<key>: |\n  <value>\nport: 5432\n",
        ),
        escape=_indented,
        holds=_LINES,
    ),
    Context(
        "yaml lines in json",
        ("db:\n  host: <host>\n  <key>: |\n    <value>\n  port: 5432\n",),
        unsafe="\n",
        layers=((_each(_json), '{"time":"<iso>","level":"info","config":"<value>","ms":<int>}'),),
    ),
    Context(
        "yaml next line",
        (
            'db:\n  <key>:\n    "<value>"\n  user: <name>\n',
            "<key>:\n  - '<value>'\nport: 5432\n",
        ),
        unsafe="\"'\\\n",
    ),
    Context(
        "kubernetes env",
        ('env:\n- name: <key>\n  value: "<value>"\n- name: LANG\n  value: C\n',),
        style="upper",
        escape=_double_quoted,
    ),
    Context(
        "kubernetes env json",
        ('{"env":[{"name":"<key>","value":"<value>"},{"name":"LANG","value":"C"}]}',),
        style="upper",
        escape=_json,
    ),
    Context(
        "kubernetes event",
        (
            "Warning  Failed  <int:2>s (x3 over 2m)  kubelet, <host>  Error: failed to start container: flag <key>=<value> is not valid",
            'I1122 08:06:03.123456       1 event.go:294] "Event occurred" object="shop/web" reason="Failed" <key>="<value>"',
        ),
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "nginx error",
        (
            '2026/11/22 08:06:03 [error] 7#7: *<int:3> upstream timed out (110: Connection timed out), client: <ip>, server: app.test, request: "GET <path>?<key>=<value>&n=1 HTTP/1.1", upstream: "http://<ip>:8080/"',
        ),
        escape=_percent,
        holds=_VALUES,
    ),
    Context(
        "postgresql detail",
        (
            "2026-11-22 08:06:03.120 UTC [<int:4>] app@shop DETAIL:  Key (<key>)=(<value>) already exists.",
        ),
        unsafe="\n()",
        holds=_VALUES,
    ),
    Context(
        "postgresql statement",
        (
            "2026-11-22 08:06:03 UTC [<int:4>] app@shop STATEMENT:  UPDATE t SET <key> = '<value>' WHERE id = <int>",
            "2026-11-22 08:06:03 UTC [<int:4>] LOG:  execute s1: insert into t(<key>) select '<value>' as <key>",
        ),
        escape=_sql,
        unsafe="\\\n",
        holds=frozenset((TOKEN,)),
    ),
    Context(
        "postgresql csv",
        (
            '2026-11-22 08:06:03.120 UTC,"app","shop",<int:4>,"<ip>:5123",<hex:8>.1f,1,"UPDATE",<clock>,3/7,0,LOG,00000,"statement: update t set <key> = \'<value>\'",,,,',
        ),
        escape=lambda text: _csv(_sql(text)),
        unsafe="\\\n",
        holds=_VALUES,
    ),
    Context(
        "mysql general",
        ("<iso>\t   <int:2> Query\tUPDATE app.users SET `<key>`='<value>' WHERE id=<int:3>",),
        escape=_sql,
        unsafe="\\\n",
        holds=_VALUES,
    ),
    Context(
        "java to string",
        (
            "<date> <clock>,123 ERROR [main] c.e.shop.App - Config{user=<name>, <key>=<value>, port=5432}",
            "<date> <clock>.123  INFO 1 --- [nio-8080-exec-1] c.e.App : props {user=<name>, <key>=<value>}",
        ),
        style="camel",
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "java exception",
        (
            'Exception in thread "main" java.lang.IllegalStateException: bad setting <key>=<value>\n\tat com.example.App.main(App.java:<int:2>)\n\tat java.base/java.lang.Thread.run(Thread.java:840)',
            "Caused by: org.postgresql.util.PSQLException: <key>: <value>\n\t... 23 more",
        ),
        style="camel",
        unsafe="\n" + _LIST,
        holds=_VALUES,
    ),
    Context(
        "go struct",
        (
            "<date> <clock> main.go:42: config {User:<name> <key>:<value> Port:5432}",
            "2026/11/22 08:06:03 got &{ID:<int:3> <key>:<value>}",
        ),
        style="pascal",
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "go map",
        (
            "<date> <clock> map[<key>:<value> user:<name>]",
            "headers map[Accept:[*/*] <key>:[<value>]]",
        ),
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "go zap",
        ('<iso>\tINFO\tshop/main.go:42\t<msg>\t{"user": "<name>", "<key>": "<value>"}',),
        style="camel",
        escape=_json,
    ),
    Context(
        "node inspect",
        (
            "{ user: '<name>', <key>: '<value>', page: 2 }",
            "AxiosError: failed {\n  config: {\n    method: 'post',\n    <key>: '<value>'\n  }\n}",
        ),
        style="camel",
        escape=_repr,
        holds=_LINES,
    ),
    Context(
        "ruby hash",
        (
            'Parameters: {"utf8"=>"x", "<key>"=>"<value>", "commit"=>"Save"}',
            'I, [<iso> #<int:3>]  INFO -- : {:user=>"<name>", :<key>=>"<value>"}',
        ),
        escape=_double_quoted,
    ),
    Context(
        "php dump",
        (
            "Array\n(\n    [user] => <name>\n    [<key>] => <value>\n    [page] => 2\n)",
            'array(2) {\n  ["<key>"]=>\n  string(24) "<value>"\n  ["page"]=>\n  int(2)\n}',
        ),
        unsafe='\n"',
    ),
    Context(
        "rust debug",
        (
            '<iso>  INFO shop: loaded Config { user: "<name>", <key>: "<value>", port: 5432 }',
            '<iso> DEBUG shop: Config { <key>: Some("<value>"), retries: 3 }',
        ),
        escape=_double_quoted,
    ),
    Context(
        "dotnet",
        (
            "info: Shop.Startup[0]\n      Bound options { User = <name>, <key> = <value>, Port = 5432 }",
            "Data Source=<host>;Initial Catalog=shop;<key>=<value>;Encrypt=True",
        ),
        style="pascal",
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "traceback",
        (
            "Traceback (most recent call last):\n  File \"/srv/app/main.py\", line <int:2>, in run\n    connect(cfg)\nValueError: bad setting <key>='<value>'",
            "Traceback (most recent call last):\n  File \"/srv/app/main.py\", line <int:2>, in run\n    raise KeyError\nRuntimeError: call failed: {'<key>': '<value>'}",
        ),
        escape=_repr,
        holds=_LINES,
    ),
    Context(
        "locals dump",
        (
            "  File \"/srv/app/main.py\", line <int:2>, in run\n    host = '<host>'\n    <key> = '<value>'\n    retries = 3",
            "╭─── locals ───╮\n│ host = '<host>' │\n│ <key> = '<value>' │\n╰──────────────╯",
        ),
        escape=_repr,
    ),
    Context(
        "graphql",
        ('mutation { login(user: "<name>", <key>: "<value>") { id } }',),
        style="camel",
        escape=_json,
        layers=((_each(_json), '{"query":"<value>","operationName":null}'),),
        holds=_VALUES,
    ),
    Context(
        "multipart",
        ('--x7f\r\nContent-Disposition: form-data; name="<key>"\r\n\r\n<value>\r\n--x7f--\r\n',),
        unsafe="\n",
    ),
    Context(
        "multipart escaped",
        ('--x7f\r\nContent-Disposition: form-data; name="<key>"\r\n\r\n<value>\r\n--x7f--\r\n',),
        unsafe='\n"\\',
        layers=((_each(_repr_bytes), "send: b'<value>'"),),
        holds=_VALUES,
    ),
    Context(
        "environment",
        ("PATH=/usr/bin\nHOME=/root\n<key>=<value>\nLANG=C.UTF-8", "<key>=<value>"),
        style="upper",
        unsafe=_SPACED + "$#",
        holds=_VALUES,
    ),
    Context(
        "shell export",
        ("+ export <key>='<value>'", '+ docker run -e "<key>=<value>" -p 80:80 shop:latest'),
        style="upper",
        unsafe=_SPACED + "\\$",
        holds=_VALUES,
    ),
    Context(
        "syslog",
        (
            '<134>1 <iso> <host> app <int:4> ID47 [app@32473 user="<name>" <key>="<value>"] <msg>',
            "Nov 22 08:06:03 <host> app[<int:4>]: <msg> <key>=<value>",
        ),
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "cef",
        ("CEF:0|Acme|Shop|1.0|100|login|5|src=<ip> suser=<name> <key>=<value> act=allow",),
        style="camel",
        unsafe=_SPACED + "=|\\",
        holds=_VALUES,
    ),
    Context(
        "csv",
        (
            '"<iso>","<host>","<level>","<key>=<value>","<int>"',
            '<int:4>,<name>,"{""<key>"": ""<value>""}",ok',
        ),
        unsafe='\n"\\',
        holds=_VALUES,
    ),
    Context(
        "markdown",
        (
            "| setting | value |\n|---|---|\n| host | <host> |\n| `<key>` | `<value>` |",
            "- **<key>**: `<value>`\n- host: <host>",
            "Set `<key>=<value>` and restart.",
        ),
        unsafe="\n`|",
        holds=_VALUES,
    ),
    Context(
        "html",
        (
            '<form><input type="hidden" name="<key>" value="<value>"><input type="submit"></form>',
            "<tr><td><key></td><td><value></td></tr>",
        ),
        escape=_html,
        unsafe="\n",
        holds=_VALUES,
    ),
    Context(
        "html entities",
        ('{"user":"<name>","<key>":"<value>"}',),
        escape=_json_ascii,
        layers=((_each(_html), '<div data-props="<value>"></div>'),),
        holds=_VALUES,
    ),
    Context(
        "xml element",
        (
            '<?xml version="1.0"?><request><user><name></user><<key>><value></<key>></request>',
            "<soap:Body><<key>><value></<key>><ns1:Page>2</ns1:Page></soap:Body>",
        ),
        style="camel",
        escape=_html,
        unsafe="\n",
    ),
    Context(
        "xml attribute",
        ('<connection host="<host>" <key>="<value>" timeout="30"/>',),
        style="camel",
        escape=_html,
        unsafe="\n",
    ),
    Context(
        "ini",
        (
            "[database]\nhost = <host>\n<key> = <value>\nport = 5432",
            "spring.datasource.<key>=<value>",
        ),
        unsafe="\n\"'#;",
        holds=_VALUES,
    ),
    Context(
        "toml",
        ('[server]\nhost = "<host>"\n<key> = "<value>"\n',),
        escape=_double_quoted,
        holds=_LINES,
    ),
    Context(
        "terraform",
        (
            '  + resource "x" "y" {\n      + name = "<word>"\n      ~ <key> = "<value>" -> (known after apply)\n    }',
        ),
        escape=_double_quoted,
    ),
    Context(
        "ansible",
        (
            'changed: [<host>] => {"changed": true, "invocation": {"module_args": {"user": "<name>", "<key>": "<value>"}}}',
        ),
        escape=_json,
    ),
    Context(
        "protobuf text",
        ('user: "<name>"\n<key>: "<value>"\npage: 2',),
        escape=_double_quoted,
        holds=_LINES,
    ),
    Context(
        "terminal colours",
        (
            "\x1b[2m<iso>\x1b[0m [\x1b[32minfo\x1b[0m] <msg> \x1b[36m<key>\x1b[0m=\x1b[35m<value>\x1b[0m",
        ),
        unsafe=_LIST + "=",
        holds=_VALUES,
    ),
    Context(
        "base64 json",
        _JSON_BODY,
        escape=_json_ascii,
        layers=((_base64, '{"time":"<iso>","payload":"<value>","n":<int>}'),),
        holds=_VALUES,
    ),
    Context(
        "hex json",
        _JSON_BODY,
        escape=_json_ascii,
        layers=((_hex, "frame <value> received"),),
        holds=_VALUES,
    ),
    Context(
        "prose",
        (
            "<iso> WARN could not use <key>: <value>, trying again",
            "the <key> = <value> (from <name>) was refused.",
        ),
        style="spaced",
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "other languages",
        (
            "<iso> 警告 设置 <key>=<value> 完成",
            "<iso> エラー: ログインに失敗しました <key>=<value>",
            "<iso> ОШИБКА не удалось подключиться, <key>: <value>",
            "<iso> خطأ <key>=<value> غير صالح",
            "<iso> 🔥 Fehler bei der Übertragung: <key>=<value> 🙈",
            "<iso> échec de connexion (<key>=<value>)",
        ),
        unsafe=_LIST,
        holds=_VALUES,
    ),
    Context(
        "plain text",
        (
            "<iso> INFO <msg>: <value>",
            "<iso> ERROR <msg> (<value>)",
            "<value>",
            "<iso> worker <int:1>: <value> - gave up",
        ),
        holds=frozenset((TOKEN, PHRASE, BLOCK)),
        unsafe="",
    ),
)
