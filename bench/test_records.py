"""What one call of ``Redactor.record`` costs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

from bench.workloads import clean_record
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
    """A record with a card and a password in it is copied."""
    record = clean_record(random.Random(1)) | {
        "card": 4111111111111111,
        "auth": {"password": "hunter2"},
    }
    redacted = redactor.record(record)
    assert redacted["card"] == "[redacted:card]"
    assert redacted["auth"] == {"password": "[redacted:password]"}

    benchmark.group = "record: dense, 22 fields"
    benchmark(redactor.record, record)
