"""C2 and C5 for records: the caller's objects stay, and what is clean comes back as itself."""

from __future__ import annotations

import collections
import copy
import json
import types
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import json_records, planted_lines, records

if TYPE_CHECKING:
    from redactor import Redactor


def ids(value: Any) -> list[int]:
    """Return the identities of *value* and of all that it holds."""
    found = [id(value)]
    if isinstance(value, dict):
        for key, item in value.items():
            found += [*ids(key), *ids(item)]
    elif isinstance(value, (list, tuple)):
        for item in value:
            found += ids(item)
    return found


@given(record=records())
def test_the_callers_objects_are_never_changed(redactor: Redactor, record: Any) -> None:
    """
    A record is equal to its deep copy after it was redacted, and holds the same objects.
    """
    before = copy.deepcopy(record)
    held = ids(record)

    redactor.record(record)

    assert before == record
    assert held == ids(record)


@given(record=records())
def test_clean_parts_of_a_record_are_the_same_objects(redactor: Redactor, record: Any) -> None:
    """
    What is equal after redaction is the same object: nothing clean is copied.
    """
    redacted = redactor.record(record)

    if repr(redacted) == repr(record):
        assert redacted is record
    if isinstance(record, dict) and isinstance(redacted, dict) and len(redacted) == len(record):
        for old, new in zip(record.values(), redacted.values(), strict=True):
            assert repr(old) != repr(new) or old is new


def same_shape(old: Any, new: Any) -> bool:
    """Say whether *new* is *old* with leaves that may have become texts."""
    if isinstance(old, dict):
        return (
            isinstance(new, dict)
            and len(old) == len(new)
            and all(same_shape(a, b) for a, b in zip(old.values(), new.values(), strict=True))
            and all(
                a is b or (b != a and isinstance(b, (str, bytes)))
                for a, b in zip(old, new, strict=True)
            )
        )
    if isinstance(old, (list, tuple)):
        return (
            type(old) is type(new)
            and len(old) == len(new)
            and all(same_shape(a, b) for a, b in zip(old, new, strict=True))
        )
    if isinstance(old, frozenset):
        return old is new or (isinstance(new, list) and len(new) == len(old))
    return old is new or (isinstance(new, bytes) if isinstance(old, bytes) else type(new) is str)


@given(record=records())
def test_keys_keep_their_order_and_clean_values_their_types(
    redactor: Redactor, record: Any
) -> None:
    """
    A redacted record has the keys of the record in their order, lists and tuples of the same
    length and type, and only values with a secret have become texts.
    """
    assert same_shape(record, redactor.record(record))


@given(line=planted_lines(), record=json_records())
def test_a_planted_secret_does_not_come_out_of_a_record(
    redactor: Redactor, line: tuple[str, str], record: dict[str, Any]
) -> None:
    """
    A line with a secret is redacted wherever in a record it stands.
    """
    text, secret = line
    nested: Any = {**record, "planted": [text, {"more": (text, text.encode())}], text: 1}
    if secret in repr(record):
        return

    assert secret not in repr(redactor.record(nested))


class _Own:
    """An object of a class of the program, which shows what it holds."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __repr__(self) -> str:
        return f"<{self.held!r}>"


class _Row(NamedTuple):
    held: Any
    more: int


_WRAPPERS = (
    _Own,
    ValueError,
    types.MappingProxyType,
    collections.UserDict,
    collections.OrderedDict,
    lambda held: types.SimpleNamespace(held=held),
    lambda held: collections.deque([held]),
    lambda held: collections.UserList([held]),
    lambda held: _Row(held, 1),
)


def objects() -> st.SearchStrategy[Any]:
    """Records in objects of many types, in a record."""
    return st.builds(
        lambda wrap, record, beside: {"object": wrap(record), "beside": beside},
        st.sampled_from(_WRAPPERS),
        json_records(),
        records(),
    )


@given(record=records())
def test_records_of_known_types_are_settled(redactor: Redactor, record: Any) -> None:
    """
    What holds no objects of unknown type goes through an exit as it comes back to a caller: clean
    records as themselves.
    """
    redacted = redactor.record(record)

    settled = redactor._walker.settled(record)

    assert repr(redacted) == repr(settled)
    assert (redacted is record) == (settled is record)


@given(record=objects())
def test_what_stands_for_a_clean_object_says_the_same(redactor: Redactor, record: Any) -> None:
    """
    What an exit gets for a record that is clean reads as the record; the record stays as it was.
    """
    before = repr(record)
    redacted = redactor.record(record)

    settled = redactor._walker.settled(record)

    assert before == repr(record)
    if redacted is record:
        assert before == repr(settled)
        assert str(record["object"]) == str(settled["object"])


@given(line=planted_lines(), record=json_records(), wrap=st.sampled_from(_WRAPPERS))
def test_a_planted_secret_does_not_come_out_of_an_object(
    redactor: Redactor, line: tuple[str, str], record: dict[str, Any], wrap: Any
) -> None:
    """
    A line with a secret is redacted in whatever object it stands, however that is written.
    """
    text, secret = line
    if secret in repr(record):
        return
    value = wrap({**record, "planted": text})

    for redacted in (redactor.record([value]), redactor._walker.settled([value])):
        (stand,) = redacted
        shown = f"{stand!r} {stand!s} {stand} {json.dumps(redacted, default=str)}"
        assert secret not in shown
