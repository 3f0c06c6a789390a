"""What one call of ``Redactor.record`` costs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from bench.workloads import clean_record, dense_record
from redactor import Policy, Redactor

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture


def test_clean_record(benchmark: BenchmarkFixture, redactor: Redactor) -> None:
    """A clean record of twenty fields comes back as itself."""
    record = clean_record(random.Random(1))
    assert redactor.record(record) is record

    benchmark.group = "record: clean, 20 fields"
    benchmark(redactor.record, record)


def test_clean_record_with_selectors(benchmark: BenchmarkFixture) -> None:
    """The same under a policy that names fields by their path, none of which the record has."""
    paths = {"request.headers.*": "drop-field", "**.debug.$string": "tag", "x-*": "mask"}
    policy = Policy.parse({"fields": paths}, where="policy", base=Path())
    redactor = Redactor(policy, engine="native")
    record = clean_record(random.Random(1))
    assert redactor.record(record) is record

    benchmark.group = "record: clean, 20 fields"
    benchmark(redactor.record, record)


def test_dense_record(benchmark: BenchmarkFixture, redactor: Redactor) -> None:
    """A record with a card, a password and a token in it is copied."""
    record = dense_record(random.Random(1))
    redacted = redactor.record(record)
    assert "[redacted:card]" in redacted["note"]
    assert redacted["auth"] == {"user": "bob", "password": "[redacted:password]"}
    assert "[redacted:bearer-token]" in redacted["headers"][1][1]

    benchmark.group = "record: dense, 23 fields"
    benchmark(redactor.record, record)
