"""Parameters of messages, lines of source, annotations and texts: the parts, case by case."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Guard, Policy
from redactor.exits.sentry.annotations import annotated
from redactor.exits.sentry.attachments import redacted_text
from redactor.exits.sentry.events import Events
from redactor.exits.sentry.fields import Fields, keep
from redactor.exits.sentry.frames import _aligned
from redactor.exits.sentry.parameters import Parameters

GUARD = Guard()
EVENTS = Events(GUARD)
P = "[redacted:password]"


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("password=%s", {"0": "hunter2zz"}, {"0": P}),
        ("user=%s password=%s ok", {"0": "bob", "1": "hunter2zz"}, {"1": P}),
        ("user=%(u)s password=%(p)s ok", {"u": "bob", "p": "hunter2zz"}, {"p": P}),
        ("user={u} password={p} ok", {"u": "bob", "p": "hunter2zz"}, {"p": P}),
        ("user={} password={} ok", {"0": "bob", "1": "hunter2zz"}, {"1": P}),
        ("user={0} password={1!r} ok", {"0": "bob", "1": "hunter2zz"}, {"1": P}),
        ("x password=%r ok", {"0": "hunter2zz"}, {"0": P}),
        ("x password=%-20s| ok", {"0": "hunter2zz"}, {"0": P}),
        ("x password=%s ok", {"0": 12345678}, {"0": P}),
        ("at 100%% password=%s ok", {"0": "hunter2zz"}, {"0": P}),
        ("x %s ok", {"0": "n=1&password=hunter2zz&z=2"}, {"0": f"n=1&password={P}&z=2"}),
        ("card %s%s", {"0": "41111111", "1": "11111111"}, {"0": "[redacted:card]"}),
        ("user=%s", {"0": "bob"}, {}),
        ("password=%s", {}, {}),
        ("password=%s %s", {"0": ""}, {}),
        ("password", {"0": "hunter2zz"}, {}),
        ("{ broken", {"0": "hunter2zz"}, {}),
        ("{a} %", {"a": "x"}, {}),
        (None, {"0": "hunter2zz"}, {}),
    ],
)
def test_parameters_of_a_message(
    template: Any, values: dict[str, Any], expected: dict[str, Any]
) -> None:
    """
    A parameter is redacted where the message makes it a secret; parts of it that are none stay.
    """
    found = Parameters(GUARD).redacted(template, values)

    assert expected.keys() <= found.keys()
    assert expected == {name: found[name] for name in expected}
    assert not expected.keys() or not any(
        "hunter2zz" in str(found.get(name, value)) for name, value in values.items()
    )
    if not expected:
        assert {} == found


def test_the_action_of_the_rule_is_taken() -> None:
    """
    A parameter is replaced by what the policy's action leaves.
    """
    masking = Parameters(Guard(Policy(actions={"card": "mask"})))

    assert {"0": "[redacted:card:****1111]"} == masking.redacted(
        "number %s ok", {"0": "4111 1111 1111 1111"}
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["a", "b", "c", "d"], ["a", "X", "d"], ["a", "X", "", "d"]),
        (["a", "b", "c", "d"], ["X"], ["X", "", "", ""]),
        (["a", "b", "c"], ["a", "b", "X"], ["a", "b", "X"]),
        (["a", "a", "a", "a"], ["a", "a"], ["a", "a", "", ""]),
        (["a", "b"], ["a", "X", "Y"], ["a", "X"]),
    ],
)
def test_lines_stay_where_they_were(old: list[str], new: list[str], expected: list[str]) -> None:
    """
    A secret over several lines takes no line away.
    """
    assert expected == _aligned(old, new)


def test_ids_are_kept_by_their_form_only() -> None:
    """
    What stands in the place of an id and is none does not stay.
    """
    old = {"event_id": "password=hunter2zz", "trace_id": "ab" * 16, "timestamp": "password=x"}
    new = {"event_id": "a", "trace_id": "b", "timestamp": "c"}

    assert {"event_id": "a", "trace_id": "ab" * 16, "timestamp": "c"} == keep(old, new)


def test_annotations_without_a_place_go() -> None:
    """
    A path that leads nowhere is left out; so is ``_meta`` when nothing is left of it.
    """
    event = {"extra": {"a": 1}, "_meta": {"extra": {"b": {"": {"len": 3}}}, "x": {"": {"len": 1}}}}

    assert {"extra": {"a": 1}} == annotated(event, event, Fields(GUARD))


def test_a_secret_inside_an_annotation() -> None:
    """
    What an annotation says is redacted too.
    """
    event = {"message": "x", "_meta": {"message": {"": {"err": ["password=hunter2zz"]}}}}

    assert {"": {"err": [f"password={P}"]}} == EVENTS.redacted(event)["_meta"]["message"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("token sk_live_4eC3...", "token ..."),
        ("card 4111 1111 1111...", "card ..."),
        ("one two...", "one ..."),
        ("one two ...", "one two ..."),
        (f"password={P}...", f"password={P}..."),
        ("x" * 500 + "...", "x" * 244 + "..."),
    ],
)
def test_half_a_secret_before_a_cut(text: str, expected: str) -> None:
    """
    The last word, or the last number in groups, before a cut is taken out; a marker is not.
    """
    size = len(text)
    meta = {"message": {"": {"len": 900, "rem": [["!limit", "x", size - 3, size]]}}}

    new = EVENTS.redacted({"message": text, "_meta": meta})

    assert expected == new["message"]
    [remark] = new["_meta"]["message"][""]["rem"]
    assert ["!limit", "x", len(expected) - 3, len(expected)] == remark


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"password=hunter2zz\nok\n", f"password={P}\nok\n".encode()),
        (b"", b""),
        (b"clean\r\n", b"clean\r\n"),
        ("grün password=hunter2zz\n".encode("latin-1"), f"grün password={P}\n".encode("latin-1")),
        (codecs.BOM_UTF8 + b"x password=hunter2zz", codecs.BOM_UTF8 + f"x password={P}".encode()),
        ("password=hunter2zz".encode("utf-16"), "password=[redacted:password]".encode("utf-16")),
        ("password=hunter2zz".encode("utf-32"), "password=[redacted:password]".encode("utf-32")),
        (b"\x1b[31mpassword=hunter2zz\x1b[0m", None),
        (b"PK\x03\x04hunter2zz", None),
        (b"\x00\x01", None),
        (codecs.BOM_UTF16_LE + b"a", None),
        (b"a\x7fb", None),
    ],
)
def test_what_is_text(data: bytes, expected: bytes | None) -> None:
    """
    Text is redacted in its encoding; what is no text is not looked at.
    """
    if data.startswith(b"\x1b"):
        new = redacted_text(data, GUARD)
        assert new is not None
        assert b"hunter2zz" not in new
    else:
        assert expected == redacted_text(data, GUARD)


@pytest.mark.parametrize(
    ("statement", "params", "expected"),
    [
        ("UPDATE u SET password = ? WHERE id = ?", ["hunter2zz", 7], [P, 7]),
        ("select * from u where u.password=%s and n = %s", ["hunter2zz", "n"], [P, "n"]),
        ("INSERT INTO u (name, password) VALUES (?, ?)", ["bob", "hunter2zz"], ["bob", P]),
        (
            'insert into "u" ("name", "password") values (%s, %s), (%s, %s)',
            ["a", "hunter2zz", "b", "hunter3zz"],
            ["a", P, "b", P],
        ),
        (
            "INSERT INTO u (name, password) VALUES (?, ?)",
            [["a", "hunter2zz"], ["b", "hunter3zz"]],
            [["a", P], ["b", P]],
        ),
        ("SELECT 1 FROM u WHERE password = :p AND n=:n", {"p": "x1", "n": "y"}, {"p": P, "n": "y"}),
        ("UPDATE u SET password = %(p)s", [{"p": "hunter2zz"}], [{"p": P}]),
        ("UPDATE u SET n = $2, password = $1", ["hunter2zz", "n"], [P, "n"]),
        ("UPDATE u SET password = crypt(?, gen_salt('bf')), n = ?", ["hunter2zz", "n"], [P, "n"]),
        ("SELECT '?' FROM u WHERE password IN (?, ?)", ["hunter2zz", "hunter3zz"], [P, P]),
        ("SELECT password::text FROM u WHERE id = ?", [7], [7]),
        ("INSERT INTO u VALUES (?, ?)", ["bob", "x"], ["bob", "x"]),
        ("", ["bob"], ["bob"]),
        (None, ["bob"], ["bob"]),
        ("UPDATE u SET password = ?", None, None),
        ("UPDATE u SET password = ?", "text", "text"),
    ],
)
def test_parameters_of_a_statement(statement: Any, params: Any, expected: Any) -> None:
    """
    A parameter of a query is redacted where its column makes it a secret; the others stay.
    """
    for name, key in (("spans", "description"), ("breadcrumbs", "message")):
        item = {key: statement, "data": {"db.params": params, "db.system": "sqlite"}}

        [new] = EVENTS.redacted({name: [item]})[name]

        assert expected == new["data"]["db.params"]
        assert "sqlite" == new["data"]["db.system"]
        assert params is item["data"]["db.params"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    "logentry exception threads breadcrumbs stacktrace spans request user tags contexts modules "
    "measurements profile attrs monitor_slug _meta extra message values frames vars params".split()
)


@given(st.dictionaries(NAMES, JSON | st.dictionaries(NAMES, JSON, max_size=4), max_size=6))
def test_any_event_is_redacted_or_comes_back(event: dict[str, Any]) -> None:
    """
    Whatever stands in the fields of an event, nothing raises, what leaves is JSON, the event is not
    changed, and redacting twice changes nothing.
    """
    before = json.dumps(event)

    once = EVENTS.redacted(event)

    assert before == json.dumps(event)
    json.dumps(once)
    assert once == EVENTS.redacted(once)
