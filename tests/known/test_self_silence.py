"""C6 for known values: nothing shows what a store holds."""

from __future__ import annotations

import copy
import dataclasses
import gc
import json
import pickle
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest

import redactor as package
from redactor import InputError, KnownValues, Redactor, RedactorError
from redactor.engines.native import NativeEngine
from redactor.engines.reference import ReferenceEngine
from redactor.known import collect, forms, store
from redactor.known.forms import forms_of
from redactor.known.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from redactor.field_types import EngineName

SECRET = "Zx80alphaQ9bcdefghij"
#: What must be nowhere: the secret as it is, and as some of its forms.
SIGNS = (SECRET, "Zx80", SECRET.encode().hex()[:12], "WngwMGFscGhh")


def shown_in_frames(error: BaseException) -> list[str]:
    """Return the reprs of all variables of our frames that a tool could print for *error*."""
    found: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        found += [repr(seen), str(seen), repr(seen.__dict__), repr(seen.args)]
        place = seen.__traceback__
        while place is not None:
            if place.tb_frame.f_code.co_filename != __file__:
                for variable in place.tb_frame.f_locals.values():
                    found += [repr(variable), *_attributes(variable)]
            place = place.tb_next
        seen = seen.__cause__ or seen.__context__
    return found


def _attributes(variable: Any) -> list[str]:
    try:
        return [repr(vars(variable))]
    except TypeError:
        return []


def assert_silent(texts: list[str]) -> None:
    assert texts
    for text in texts:
        assert not any(sign in text for sign in SIGNS), text[:200]


@pytest.fixture
def known() -> KnownValues:
    """A store with one value, and a redactor that has looked for it."""
    made = KnownValues()
    made.register(SECRET, "vault")
    return made


def test_the_repr_counts_and_names_labels(known: KnownValues) -> None:
    """
    A store shows how many values it has and their labels, and no more of them than a line holds.
    """
    assert "<KnownValues 1: vault>" == repr(known)
    assert ("vault",) == known.labels
    assert "<KnownValues 0>" == repr(KnownValues())
    for place in range(20):
        known.register(f"{SECRET}{place}", f"label{place:02}")
    assert repr(known).startswith("<KnownValues 21: label00, label01")
    assert repr(known).endswith("label07, ...>")
    assert_silent([repr(known), str(known), f"{known}"])


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_store_is_never_written_to_a_pickle(known: KnownValues, protocol: int) -> None:
    """
    Pickling a store, or anything of it, is an error that says why.
    """
    value, forms = next(iter(known._values.items()))
    for part in (known, [known], value, forms[0], {"known": known}):
        with pytest.raises(TypeError, match="never written to a pickle") as caught:
            pickle.dumps(part, protocol)
        assert_silent(shown_in_frames(caught.value))


def test_copies_are_the_store_itself(known: KnownValues) -> None:
    """
    ``copy``, ``vars`` and ``dataclasses.asdict`` make no second place with the values, and show
    none.
    """

    @dataclasses.dataclass
    class Settings:
        known: KnownValues

    settings = Settings(known)

    assert known is copy.copy(known)
    assert known is copy.deepcopy(known)
    assert known is dataclasses.asdict(settings)["known"]
    assert known is copy.deepcopy(settings).known
    with pytest.raises(TypeError):
        vars(known)
    assert_silent([repr(settings), repr(dataclasses.astuple(settings)), repr(vars(settings))])


def test_redactors_and_engines_show_nothing(known: KnownValues, engine_name: EngineName) -> None:
    """
    Neither does what looks for the values: redactor, engine, streams, and the parts of each.
    """
    redactor = Redactor(engine=engine_name, known=known)
    assert "[redacted:known-value:vault]" == redactor.text(SECRET)
    stream = redactor.stream()
    shown = [repr(redactor), repr(redactor.__dict__), repr(stream), repr(stream.__dict__)]
    for part in (redactor._engine, redactor._actions, redactor._walker):
        shown += [repr(part), *_attributes(part)]
        for inner in getattr(part, "__dict__", {}).values():
            shown += [repr(inner), *_attributes(inner)]
    shown += [repr(forms_of(SECRET.encode(), 0)), repr(Value.of(SECRET)), repr([Value.of(SECRET)])]

    assert_silent(shown)


TOO_SHORT = (
    "it has fewer than 4 characters. A text as short as that stands everywhere: "
    "use a longer secret."
)
MISTAKES: dict[str, tuple[Callable[[KnownValues], Any], str]] = {
    "too short": (
        lambda known: known.register("Zx8"),
        TOO_SHORT,
    ),
    "too short without white space": (
        lambda known: known.register(" Zx8 \n"),
        TOO_SHORT,
    ),
    "too long": (
        lambda known: known.register(SECRET * 4000),
        "it has more than 64 KiB. Register the part of it that is secret.",
    ),
    "no text": (
        lambda known: known.register(None),  # type: ignore[arg-type]
        "it is NoneType, not str or bytes. Give the text of the secret itself.",
    ),
    "a list": (
        lambda known: known.register([SECRET]),  # type: ignore[arg-type]
        "it is of the type list, not str or bytes. Give the text of the secret itself.",
    ),
    "in its label": (
        lambda known: known.register(SECRET, f"key {SECRET}"),
        "its label holds it. Give a name as the label: the marker shows it.",
    ),
    "in its label with other signs": (
        lambda known: known.register(f"{SECRET} x", f"{SECRET}/x"),
        "its label holds it. Give a name as the label: the marker shows it.",
    ),
    "through the front door": (
        lambda _known: package.register("Zx8", "vault"),
        TOO_SHORT,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_error_about_a_value_holds_nothing_of_it(mistake: str) -> None:
    """
    A value that cannot be registered is an error that says why; neither the error nor a variable of
    a frame that it went through holds the value.
    """
    call, message = MISTAKES[mistake]
    with pytest.raises(InputError) as caught:
        call(KnownValues())

    assert f"known value: {message}" == str(caught.value)
    shown = shown_in_frames(caught.value)
    assert_silent(shown)
    assert not any("'Zx8" in text or "'Zx8 " in text for text in shown)


def test_a_full_store_says_so(monkeypatch: pytest.MonkeyPatch, known: KnownValues) -> None:
    """
    A store takes a bounded number of values; what it has can be registered again.
    """
    monkeypatch.setattr(store, "MOST", 2)
    known.register("Yw71betaR8z", "second")
    known.register(SECRET, "again")

    with pytest.raises(InputError, match="there are 2 of them already") as caught:
        known.register(SECRET + "x", "third")

    assert_silent(shown_in_frames(caught.value))
    assert 2 == len(known)


class Failure(Exception):  # a name to look for in messages
    """An error that quotes what it failed on."""


@pytest.mark.parametrize("kind", [Failure, MemoryError, RecursionError, UnicodeError])
@pytest.mark.parametrize(
    ("target", "way"),
    [
        *(((forms, "forms_of"), way) for way in ("register", "register_all")),
        *(
            (target, way)
            for target in ((store, "_first_of_each"), (ReferenceEngine, "set_known"))
            for way in ("register", "register_all", "forget", "clear", "attach")
        ),
    ],
)
def test_whatever_fails_inside_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Exception],
    target: tuple[object, str],
    way: str,
) -> None:
    """
    When the work on a value fails, with an error that quotes it, an error of ours comes out that
    names the type alone.
    """
    known = KnownValues()
    known.register(SECRET, "vault")
    redactor = Redactor(engine="reference", known=known)

    def fail(*args: Any, **_kwargs: Any) -> Any:
        raise kind(f"cannot cope with {SECRET} {args!r}")

    monkeypatch.setattr(*target, fail)
    calls: dict[str, Callable[[], Any]] = {
        "register": lambda: known.register(SECRET + "x", "second"),
        "register_all": lambda: known.register_all([(Value.of(SECRET + "y"), "third")]),
        "forget": lambda: known.forget(SECRET),
        "clear": known.clear,
        "attach": lambda: known.attach(redactor._engine),
    }
    with pytest.raises(InputError) as caught:
        calls[way]()

    assert (
        f"known value: it cannot be taken in ({kind.__name__}). "
        "Report it, with the type of the error."
    ) == str(caught.value)
    assert_silent(shown_in_frames(caught.value))


def test_an_interrupt_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Ctrl-C while a value is registered passes, without the frames that held the value.
    """

    def fail(*_args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(forms, "forms_of", fail)
    with pytest.raises(KeyboardInterrupt) as caught:
        KnownValues().register(SECRET, "vault")

    assert_silent(shown_in_frames(caught.value))


def test_a_kernel_that_fails_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    When the native engine cannot take the values, the error names no value.
    """
    pytest.importorskip("redactor_core")
    known = KnownValues()
    Redactor(engine="native", known=known)._engine  # noqa: B018

    def fail(*args: Any) -> Any:
        raise Failure(f"{args!r} {SECRET}")

    redactor = Redactor(engine="native", known=known)
    monkeypatch.setattr(NativeEngine, "set_known", fail)
    with pytest.raises(InputError) as caught:
        known.register(SECRET, "vault")

    assert_silent(shown_in_frames(caught.value))
    assert "[redacted:withheld:Failure]" != redactor.text("x")


def test_looking_at_the_environment_shows_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    What collects the secrets of the process gives counts, and its errors hold none of them.
    """
    monkeypatch.setenv("VAULT_PASSWORD", SECRET)
    known = KnownValues()
    result = collect(known, package.Policy())
    assert result.env >= 1
    assert_silent([repr(result), repr(known)])

    def fail(*_args: Any) -> Any:
        raise Failure(SECRET)

    monkeypatch.setattr(forms, "forms_of", fail)
    with pytest.raises(RedactorError) as caught:
        collect(KnownValues(), package.Policy())
    assert_silent(shown_in_frames(caught.value))


PROGRAM = """
import sys, traceback
import redactor
secret = sys.stdin.read().strip()
redactor.register(secret, "vault")
def show(error):
    frame = error.__traceback__
    while frame:
        for name, value in frame.tb_frame.f_locals.items():
            if frame.tb_frame.f_code.co_filename != "<string>":
                print(name, repr(value))
        frame = frame.tb_next
try:
    redactor.register(secret[:3], "short")
except redactor.InputError as error:
    show(error)
    traceback.print_exc()
print(redactor.redact({"message": f"got {secret} ok"}))
print(vars(sys.modules["redactor._default"]))
"""


def test_a_program_that_prints_everything_prints_no_value(tmp_path: Path) -> None:
    """
    A process that registers a value and prints its errors, their variables and our module shows the
    label alone.
    """
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input=SECRET, capture_output=True, text=True, check=True
    )

    assert "{'message': 'got [redacted:known-value:vault] ok'}" in done.stdout
    assert "it has fewer than 4 characters" in done.stderr
    assert "<KnownValues 1: vault>" in done.stdout
    assert_silent([done.stdout, done.stderr])


def test_a_forgotten_value_is_let_go(known: KnownValues) -> None:
    """
    Nothing of a value that was forgotten stays in the store or in an engine.
    """
    redactor = Redactor(engine="reference", known=known)
    assert known.forget(SECRET)
    assert not known.forget(SECRET)
    gc.collect()

    assert 0 == len(known)
    assert SECRET == redactor.text(SECRET)
    held = [thing for thing in gc.get_objects() if type(thing).__name__ == "Form"]
    assert not any(b"Zx80alphaQ9bcdefghij" in form.text for form in held)


def test_errors_in_json_and_tracebacks_show_labels_only(known: KnownValues) -> None:
    """
    What a program logs about a store, as JSON or as a traceback, has its labels at most.
    """
    shown = "".join(traceback.format_exception(ValueError(known)))

    assert "<KnownValues 1: vault>" in shown
    assert_silent([shown, json.dumps({"known": known}, default=repr)])
