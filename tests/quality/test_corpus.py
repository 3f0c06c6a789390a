"""The corpus says what it says, the scorer counts it, and no rule gets worse unseen."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from bench.quality import corpus, kept, ours, secrets
from bench.quality.__main__ import main
from bench.quality.contexts import CONTEXTS, Context, build
from bench.quality.labelled import SECRET, SHARED, Part, Record, spans
from bench.quality.score import Tally, gone_outside, is_found, union

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = corpus.Size(1, 100)


@pytest.fixture(
    scope="module",
    # ``python -m bench.quality --check`` looks at all of them too.
    params=[8, pytest.param(1, marks=pytest.mark.slow)],
    ids=["a rule in eight", "every rule"],
)
def run(request: pytest.FixtureRequest) -> Iterator[ours.Run]:
    """The score of the native engine."""
    some = list(corpus.sources())[:: request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "sources", lambda: some)
        yield ours.run(SIZE, "native")


def test_no_rule_is_worse_than_the_kept_results(run: ours.Run) -> None:
    """
    A rule misses no record and damages no look-alike that it did not miss or damage before.
    """
    assert kept.worse(run, SIZE, kept.load()) == []


def test_every_rule_of_the_packs_is_scored(run: ours.Run) -> None:
    """
    There is no rule without records.
    """
    assert {rule for rule, _ in run.cells} == {rule.id for _, rule in corpus.sources()}


def test_a_miss_more_is_worse_and_names_the_rule_and_the_context(run: ours.Run) -> None:
    """
    The check says which rule got worse, where, and by how much.
    """
    before = kept.load()
    rule, context = next(cell for cell, tally in run.cells.items() if not tally.missed)
    now = replace(run, cells={(rule, context): replace(run.cells[rule, context], missed=[0])})

    sentences = kept.worse(replace(now, alarms={}), SIZE, before)

    assert len(sentences) == 1
    assert sentences[0].startswith(f"{rule}: in the context {context!r} it misses 1 of ")


def test_a_new_false_alarm_is_worse_and_names_the_rule_and_the_kind(run: ours.Run) -> None:
    """
    A look-alike that is damaged and was not is named by rule and kind.
    """
    kind = ("standard", "uuids")
    hit = replace(run.alarms[kind], hit={0: ("made-up-rule",)})

    assert kept.worse(replace(run, cells={}, alarms={kind: hit}), SIZE, kept.load()) == [
        (
            "made-up-rule: in the preset standard it takes something from 1 of 100 look-alikes of "
            "the kind 'uuids', 0 before"
        )
    ]


def test_the_command_ends_with_1_when_a_rule_is_worse(
    run: ours.Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    The check fails the build, and says which rule missed what.
    """
    rule, context = next(iter(run.cells))
    worse = replace(run, cells={**run.cells, (rule, context): Tally(1, 0, missed=[0])})
    before = {**kept.load(), "missed": {**kept.load()["missed"], rule: {}}}
    monkeypatch.setattr(ours, "run", lambda *_: worse)
    monkeypatch.setattr(kept, "load", lambda: before)
    monkeypatch.setattr("sys.argv", ["bench.quality", "--quick", "--check"])

    assert main() == 1
    assert f"{rule}: in the context {context!r} it misses 1 of" in capsys.readouterr().err


def test_the_corpus_is_the_same_each_time() -> None:
    """
    Records depend on the seed, their rule, context and number, and on nothing else.
    """
    pack, rule = corpus.rules()[0]
    few = list(corpus.records(pack, rule, corpus.Size(1, 1)))
    many = list(corpus.records(pack, rule, corpus.Size(2, 1)))

    assert [record for record in many if record in few] == few
    assert list(corpus.lookalikes(corpus.Size(1, 1))) == list(corpus.lookalikes(corpus.Size(1, 1)))


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda context: context.id)
def test_a_label_covers_the_secret_in_every_context(context: Context) -> None:
    """
    What is labelled is the secret as the context writes it, and nothing beside it.
    """
    parts = build(
        context, "api key", (Part("before-"), Part("Zx80alphaQ9", SECRET)), random.Random(1)
    )
    text = "".join(part.text for part in parts)
    ((start, end),) = spans(parts, SECRET)

    if context.id == "base64 json":
        run_start, run_end = union((*spans(parts, SHARED), (start, end)))[0]
        assert b'"before-Zx80alphaQ9"' in base64.b64decode(text[run_start:run_end])
        assert b"Zx80alphaQ9" in base64.b64decode(
            text[start - start % 4 + run_start % 4 : end] + "=="
        )
    elif context.id == "hex json":
        assert bytes.fromhex(text[start:end]) == b"Zx80alphaQ9"
    else:
        assert text[start:end] == "Zx80alphaQ9"


def test_json_contexts_are_json() -> None:
    """
    A line that claims to be JSON can be read, whatever the secret holds.
    """
    value = (Part('p"w\\é\n', SECRET),)
    for context in CONTEXTS:
        if context.id in ("json", "json camel", "json in json", "json three deep", "graphql"):
            for seed in range(5):
                parts = build(context, "password", value, random.Random(seed))
                json.loads("".join(part.text for part in parts))


def test_partly_gone_is_missed() -> None:
    """
    A secret of which one character is left counts as missed.
    """
    record = Record("r", "", "c", 0, "a=SECRET b", ((2, 8),))
    tally = Tally()

    assert not is_found(record, [(2, 7)])
    assert is_found(record, [(0, 8)])
    assert tally.add(record, [(3, 8)]) is False
    assert (tally.total, tally.found, tally.missed) == (1, 0, [0])


def test_lost_is_what_is_neither_secret_nor_shared() -> None:
    """
    Characters outside the labels count as lost, those of a shared span do not.
    """
    record = Record("r", "", "c", 0, "a=SECRET; other b", ((2, 8),), ((8, 15),))

    assert gone_outside(record, [(0, 17)]) == 4
    assert gone_outside(record, [(2, 15)]) == 0


def test_what_counts_as_gone_is_gone_from_the_text_that_leaves() -> None:
    """
    A secret that is scored as found is not in the redacted text.
    """
    redactor = ours.scanners("native")["standard"]
    for pack, rule in corpus.rules():
        if corpus.preset_of(pack) == "strict":
            continue
        for record in list(corpus.records(pack, rule, corpus.Size(1, 1)))[:3]:
            if is_found(record, ours.taken(redactor, record.text)[0]):
                redacted = redactor.text(record.text)
                for start, end in record.secrets:
                    if end - start >= 12:
                        assert record.text[start:end] not in redacted


def test_a_value_that_would_end_early_is_not_put_there() -> None:
    """
    No record holds a value with a character that its context cannot carry.
    """
    unsafe = {context.id: context.unsafe for context in CONTEXTS}
    for pack, rule in corpus.rules()[:40]:
        if secrets.kind_of(rule) != "keyed":
            continue
        for record in corpus.records(pack, rule, corpus.Size(1, 1)):
            if record.context in ("logfmt", "java to string", "environment", "cef"):
                for start, end in record.secrets:
                    assert not set(record.text[start:end]) & set(unsafe[record.context])


def test_percent_encoding_is_that_of_the_standard_library() -> None:
    """
    In an address the secret stands percent-encoded.
    """
    context = next(context for context in CONTEXTS if context.id == "url")
    parts = build(context, "password", (Part("a b&c", SECRET),), random.Random(3))

    assert quote("a b&c", safe="") in "".join(part.text for part in parts)
