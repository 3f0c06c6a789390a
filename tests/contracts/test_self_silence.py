"""C6: nothing that the library says about itself holds a secret or the text around it."""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from redactor import (
    EngineError,
    InputError,
    MissingExtraError,
    Policy,
    PolicyError,
    Redactor,
    RedactorError,
    RuleError,
    Stats,
)
from redactor.actions import Fingerprint
from redactor.policy import Hmac
from tests.strategies import example_logs, slice_of

if TYPE_CHECKING:
    from pathlib import Path

    from redactor.field_types import EngineName

SECRET = "hunter2zz"
KEY = "0123456789abcdef0123456789abcdef"
LOG = f"login password={SECRET} card 4111 1111 1111 1111\n".encode()


def test_the_repr_of_a_redactor_counts_its_rules(redactor: Redactor) -> None:
    """
    A redactor shows its engine and the number of its rules, also after it saw secrets.
    """
    redactor.text(LOG.decode())
    count = len(redactor.ruleset.sources)

    assert f"<Redactor engine={redactor.engine} rules={count}>" == repr(redactor)


def test_the_key_of_fingerprints_is_never_shown(
    monkeypatch: pytest.MonkeyPatch, engine_name: EngineName
) -> None:
    """
    Neither a fingerprint nor the redactor, its policy or its actions show the key.
    """
    monkeypatch.setenv("REDACTOR_TEST_KEY", KEY)
    policy = Policy(actions={"default": "hmac"}, hmac=Hmac(key_env="REDACTOR_TEST_KEY"))
    redactor = Redactor(policy, engine=engine_name)
    shown = [
        repr(Fingerprint(KEY.encode(), "k7")),
        str(Fingerprint(KEY.encode(), "k7")),
        repr(redactor),
        repr(redactor.policy),
        repr(redactor.actions),
        repr(redactor.__dict__),
        redactor.text(LOG.decode()),
    ]

    assert "Fingerprint(key_id='k7')" == shown[0]
    assert not any(KEY in text for text in shown)


def test_statistics_hold_counts_only(redactor: Redactor) -> None:
    """
    The statistics of a stream hold rule ids and numbers.
    """
    stats = Stats()
    stream = redactor.stream(stats)
    stream.feed(LOG)
    stream.finish()

    assert {"password": 1, "card": 1} == stats.findings
    assert all(type(number) is int for number in stats.findings.values())
    assert SECRET not in repr(stats)
    assert SECRET not in repr(stream)


def test_findings_hold_places_only(redactor: Redactor) -> None:
    """
    A finding has the rule and the place, and no text.
    """
    findings = redactor.find(LOG.decode())

    assert [("password", 15, 24), ("card", 30, 49)] == findings_as_tuples(findings)
    assert SECRET not in repr(findings)


def findings_as_tuples(findings: tuple[Any, ...]) -> list[tuple[str, int, int]]:
    return [tuple(finding) for finding in findings]


@pytest.mark.parametrize("name", sorted(example_logs()))
def test_redacting_writes_nothing_anywhere(
    redactor: Redactor,
    name: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    recwarn: pytest.WarningsRecorder,
) -> None:
    """
    Redacting prints nothing, logs nothing and warns of nothing.
    """
    caplog.set_level(logging.DEBUG)

    redactor.lines(slice_of(example_logs()[name], 30))

    assert ("", "") == capfd.readouterr()
    assert [] == caplog.records
    assert 0 == len(recwarn)


def test_redacting_writes_no_file(
    redactor: Redactor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Redacting leaves no file behind, neither here nor in the folder for temporary ones.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    redactor.lines(LOG)
    redactor.record({"password": SECRET})

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [0, 1, 15])
def test_the_message_about_a_short_key_does_not_show_it(size: int) -> None:
    """
    A key that is too short is named by its length.
    """
    with pytest.raises(PolicyError) as caught:
        Fingerprint(b"\x53" * size)

    assert (
        f"hmac key: it has {size} bytes, fewer than 16. Make one with: openssl rand -hex 32."
        == str(caught.value)
    )


def test_a_traceback_of_ours_holds_no_secret(
    redactor: Redactor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    An error that the library raises itself on a text holds nothing of it.
    """
    monkeypatch.setattr(type(redactor._engine), "find", lambda *_args, **_kw: [(0, 1, 0)])
    with pytest.raises(EngineError) as caught:
        redactor.data(LOG)

    shown = "".join(traceback.format_exception(caught.value))

    assert SECRET not in shown
    assert "text: it still had findings after 8 rounds. Report the rules that it names." == str(
        caught.value
    )


@pytest.mark.parametrize(
    "error",
    [RedactorError, RuleError, PolicyError, EngineError, InputError],
    ids=lambda e: e.__name__,
)
def test_errors_have_an_address(error: type[RedactorError]) -> None:
    """
    Each error says where, what and what to do, in one message and as attributes.
    """
    raised = error("cards.toml: card", "it is missing", "Add it")

    assert "cards.toml: card: it is missing. Add it." == str(raised)
    assert ("cards.toml: card", "it is missing", "Add it") == (
        raised.where,
        raised.problem,
        raised.remedy,
    )
    assert isinstance(raised, RedactorError)


def test_a_missing_extra_says_how_to_install_it() -> None:
    """
    A missing package names the extra that brings it.
    """
    raised = MissingExtraError("sink loki", "urllib3", "loki")

    assert (
        "sink loki: the package 'urllib3' is not installed. "
        "Install it with: pip install 'redactor-pipeline[loki]'."
    ) == str(raised)
    assert "loki" == raised.extra


def test_a_key_is_not_written_to_a_pickle() -> None:
    """
    A fingerprint refuses to be pickled or copied: its key would get into a file.
    """
    with pytest.raises(TypeError, match="never written to a pickle"):
        pickle.dumps(Fingerprint(KEY.encode()))
