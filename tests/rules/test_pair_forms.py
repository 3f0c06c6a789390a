"""Keys and values in tables, forms, dumps and neighbouring lines; and where a secret ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from redactor import Redactor

_P = "[redacted:password]"
_CARD = "[redacted:card]"

#: A text with its secret marked, which is what goes, and what stands in its place.
FORMS: dict[str, tuple[str, str]] = {
    "kubernetes env": ('- name: DB_PASSWORD\n  value: "‹hunter2›"\n- name: LANG\n  value: C\n', _P),
    "kubernetes env, bare": ("- name: DB_PASSWORD\n  value: ‹hunter2›\n", _P),
    "json over lines": ('{\n  "name": "DB_PASSWORD",\r\n  "value": "‹hunter2›"\r\n}', _P),
    "terraform": ('  name  = "DB_PASSWORD"\n  value = "‹hunter2›"\n', _P),
    "a name of several rules": (
        "- name: SHARED_ACCESS_KEY\n  value: ‹457547523›\n",
        "[redacted:secret]",
    ),
    "yaml, text of lines": ("db:\n  password: |\n    ‹hunter2›\n  user: bob\n", _P),
    "yaml, text of lines with CRLF": ("password: >-\r\n  ‹correct horse›\r\nuser: bob\r\n", _P),
    "yaml, text in a list": ('- "password": |2+ \n    ‹hunter2 x›\n  user: bob\n', _P),
    "yaml, value in the next line": ("db:\n  password:\n    ‹Zx8-0alpha›\n  user: bob\n", _P),
    "yaml, quoted in the next line": ("password:\n  '‹correct horse›'\nuser: bob\n", _P),
    "yaml, list": ("passwords:\n  - ‹Zx8-0alpha›\n  - name: bob\n", _P),
    "yaml, a key of several rules": ("SHARED_ACCESS_KEY: |-\n  ‹457547523›\n", "[redacted:secret]"),
    "yaml, random text": ("token: |\n  see below\n  ‹q7Zx80alphaQ9mW2›\n", "[redacted:token]"),
    "yaml, a card": ("card: |\n  ‹191070244324473›\n", _CARD),
    "yaml, a card in a list": ("- card:\n  - ‹191070244324473›\n", _CARD),
    "yaml in json": ('{"m":"db:\\n  password: |\\n    ‹hunter2 \\"x\\"›\\n  u: 1"}', _P),
    "yaml in json, CRLF": ('{"m":"password: >-\\r\\n  ‹hunter2›\\r\\nu: 1"}', _P),
    "yaml in json in json": ('{"m":"{\\"c\\":\\"password:\\\\n  ‹Zx8-0alpha›\\"}"}', _P),
    "yaml in a repr": ("{'c': 'passwords:\\n  - ‹Zx8-0alpha›\\n  - x: y', 'n': 1}", _P),
    "yaml, a key in armour": (
        "tls_key: |\n  ‹-----BEGIN PRIVATE KEY-----\n  MIIEvQIBADANBgkqhki\n"  # noqa: ISC004
        "  -----END PRIVATE KEY-----›\nuser: bob\n",
        "[redacted:private-key]",
    ),
    "php dump": ('["password"]=>\n  string(7) "‹hunter2›"\n  ["n"]=>\n  int(2)\n', _P),
    "php dump in a line": ('["password"]=> string(7) "‹hunter2›"', _P),
    "php dump in json": ('{"m":"[\\"password\\"]=>\\n  string(7) \\"‹hunter2›\\"\\n"}', _P),
    "form, escaped": (
        "b'form-data; name=\"tls_key\"\\r\\nContent-Type: a/b\\r\\n\\r\\n‹hunter2›\\r\\n--x'",
        "[redacted:secret]",
    ),
    "markdown table": ("| key | value |\n|---|---|\n| `db_password` | `‹hunter2›` |\n", _P),
    "markdown table, bare": ("| db password | ‹hunter2› | x |", _P),
    "rows of a database": (" user | bob\n password | ‹hunter2›\n", _P),
    "markdown emphasis": ("- **password**: `‹hunter2›`", _P),
    "markdown emphasis around the colon": ("- **password:** ‹hunter2›", _P),
    "html cells": ("<tr><td>password</td><td>‹hunter2›</td></tr>", _P),
    "html cells with elements": (
        '<tr> <th><code>db password</code>:</th> <td class="x"><b>‹hunter2›</b></td>',
        _P,
    ),
    "html list": ("<dl><dt>password</dt><dd>‹hunter2›</dd></dl>", _P),
    "card below its name": ("- name: CARD\n  value: ‹191070244324473›\n", _CARD),
    "card in php": ('["card"]=>\n  string(15) "‹191070244324473›"\n', _CARD),
    "card in a form": (
        'Content-Disposition: form-data; name="card"\r\n\r\n‹191070244324473›\r\n--x',
        _CARD,
    ),
    "card behind an escaped quote": ("q=%22data%22%3A%22‹3550-6559-1536-8814›%22&n=5", _CARD),
    "card in percent-encoded JSON": (
        "q=%22note%22%3A%229792%5Cu00a09179%5Cu00a08825%5Cu00a07992%22",
        "",
    ),
    "card in a bytes repr": ("b'6221\\xc2\\xa08220\\xc2\\xa00376\\xc2\\xa00735\\xc2\\xa0338'", ""),
    "phrase in an ini file": ("recovery_phrase = ‹correct horse battery›", "[redacted:passphrase]"),
    "phrase in a quoted pair": ('"mnemonic=‹correct horse battery›","5"', "[redacted:passphrase]"),
    "phrase in a sentence": ("bad passphrase: ‹Xk3z9!q›, trying again", "[redacted:passphrase]"),
    "phrase in a struct": ("{User:bob Passphrase:‹Xk3z9q› Port:5432}", "[redacted:passphrase]"),
    "before an entity": ("/a?password=‹hunter2›&amp;b=1", _P),
    "before an escaped parameter": (
        "u=https%3A%2F%2Fx%3Fsessid%3D‹AU_ZDkGodu%252BKXq0Xo3L›%26lang%3Den",
        "[redacted:session-id]",
    ),
    "before an escaped quote": (
        "\\u0022AUTH ‹UNQfOOPfo5pNryekJwN5nf›\\u0022,",
        "[redacted:auth-command]",
    ),
    "before the end of an element": (
        "<a>default login lena password ‹EWj0OPbg81lr›</a><b>2</b>",
        "[redacted:netrc-password]",
    ),
    "before the host": (
        "https://x-access-token:‹1wJT2bthv7kK6uCFN0gBm1YSJFHR2fRN›@git.test/o",
        "[redacted:token]",
    ),
}  # fmt: skip

#: Texts that look like one of the forms and hold no secret.
NEAR_MISSES = (
    "- name: LANG\n  value: hunter2\n",
    "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n",
    "password: |\nhunter2\n",
    "password: |\n  ${PASSWORD}\n",
    "password:|\n  hunter2\n",
    '{"m":"enter the password:\\n  Zx8-0alpha"}',
    '{"m":"password: |\\nZx8-0alpha"}',
    '{"m":"password: |","n":"  x\\n  y"}',
    "password:\n  required\n",
    "password:\n  must be at least 8 characters\n",
    "password:\n\n  Zx8-0alpha\n",
    "password:\n  type: string\n  length=12\n",
    "token: |\n  this is how a token is made\n",
    "enter the password:\n  Zx8-0alpha\n",
    "note: |\n  Zx8-0alpha\n",
    "  password: >\n  Zx8-0alpha\n",
    "- name: DB_PASSWORD\n\n  value: hunter2\n",
    "- name: DB_PASSWORD\n- value: C\n",
    '["password"]=>\n  int(2)\n',
    '["user"]=>\n  string(7) "hunter2"\n',
    'b\'form-data; name="user"\\r\\n\\r\\nhunter2\\r\\n--x\'',
    "| user | password | role |\n|---|---|---|",
    "| password | string | yes | the password of the user |",
    "| password | required |",
    "2026-01-31 10:11:12 | INFO | password | done 7",
    "<tr><td>user</td><td>hunter2</td></tr>",
    "<p>password</p><td>hunter2</td>",
    "secret_arn=arn:aws:secretsmanager:eu-central-1:179894265520:secret:prod/db-SNR0Gm",
    "postgres://app:***@db/shop postgres://app:xxxxx@db/shop",
    "peer: +4doO50Igk0HiZUTtiYff1WYaQdNrgaObT6nWyXoSIg= endpoint: 10.222.65.79:51820",
    'pin-sha256="cqH5ykHNo3P4fKetMhyCJJS+JYXCoeapuLDtea1sNPw="; max-age=5184000',
    "usage: app [--password PASSWORD] [--token TOKEN]",
    "$password = $_POST['password'];",
    "token: Token<'a>,",
    "password: str = Field(...)",
    'level=debug msg="password=" host=cache-2',
    "login(password: $password) { id }",
    "注文番号=2553955496834096",
    "订单编号：4509344913339149",
)  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_the_secret_goes_and_nothing_beside_it(redactor: Redactor, name: str) -> None:
    """
    In each form exactly the marked text is replaced.
    """
    text, marker = FORMS[name]
    before, opened, rest = text.partition("‹")
    secret, _, after = rest.partition("›")

    if opened:
        assert before + marker + after == redactor.text(before + secret + after)
    else:
        assert _CARD in redactor.text(text)


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_near_misses_stay(redactor: Redactor, text: str) -> None:
    """
    Headings, other names, masks, types, variables and names of resources are no secrets.
    """
    assert text == redactor.text(text)


def test_all_lines_of_a_text_go(redactor: Redactor) -> None:
    """
    Each line of a YAML text below a secret's name goes, blank ones and the indentation stay.
    """
    text = "password: |\n  one\n\n    two 2\n  three\nuser: bob\n"
    wanted = f"password: |\n  {_P}\n\n    {_P}\n  {_P}\nuser: bob\n"

    assert wanted == redactor.text(text)


def test_a_text_behind_its_first_secret_goes(redactor: Redactor) -> None:
    """
    Below a name that is only sometimes a secret, all goes from the first random line on.
    """
    text = "token: |\n  see below\n  q7Zx80alphaQ9mW2\n  ab\nuser: bob\n"
    token = "[redacted:token]"

    assert f"token: |\n  see below\n  {token}\n  {token}\nuser: bob\n" == redactor.text(text)


def test_a_text_of_lines_has_a_bound(redactor: Redactor) -> None:
    """
    Behind 256 lines a text is taken to be something else.
    """
    lines = redactor.text("password: |\n" + "  some Zx8\n" * 300).splitlines()

    assert [f"  {_P}"] * 256 == lines[1:257]
    assert ["  some Zx8"] * 44 == lines[257:]


def test_a_code_behind_a_number_without_a_word_goes(redactor: Redactor) -> None:
    """
    Three digits at the end of a text behind a card number are its security code; in a sentence
    they are not.
    """
    assert f'"{_CARD} {_CARD}"' == redactor.text('"2720708231643662 603"')
    assert f"{_CARD} 603 ms" == redactor.text("2720708231643662 603 ms")
