"""C2 and C5 for records: the caller's objects stay, and what is clean comes back as itself."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from hypothesis import given

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
