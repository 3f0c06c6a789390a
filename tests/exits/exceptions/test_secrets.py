"""Nothing that can be read of a stand-in holds a secret."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from types import FrameType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from redactor import Guard, Policy
from redactor.exits.exceptions import WithheldError, exc_info, stand_in
from tests.exits.exceptions.raising import caught

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.field_types import EngineName

SECRET = "hunter2zz"
CARD = 4111111111111111
LOST = (SECRET, str(CARD), "4111 1111 1111 1111")


class Login(Exception):
    """An exception as people write them: its text is made of its attributes."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(user, password)
        self.user = user
        self.password = password

    def __str__(self) -> str:
        return f"login of {self.user} with password={self.password}"


class Slotted(Exception):
    __slots__ = ("password",)

    def __init__(self, password: str) -> None:
        self.password = password

    def __repr__(self) -> str:
        return f"Slotted(password={self.password!r})"


def nested() -> None:
    password = SECRET
    options = {"api_key": "k3y-" + SECRET, "user": "ada", "cards": [CARD]}
    try:
        connect(options, password=password)
    except Login as error:
        error.add_note(f"password={SECRET}abcdef")
        raise OSError(2, f"no socket, password={SECRET}", f"/tmp/a?password={SECRET}") from error


def connect(options: dict[str, Any], *, password: str) -> None:
    headers = [("Authorization", f"Bearer {SECRET}abcdefgh1234")]
    who = Login("ada", password)
    if options and headers:
        raise who


def grouped() -> None:
    raise ExceptionGroup(  # type: ignore[type-var]
        f"many, password={SECRET}",
        [caught(nested), KeyError(f"password={SECRET}"), Slotted(SECRET)],
    )


def others() -> list[Callable[[], Any]]:
    """Return calls that raise exceptions that keep what they say in places of their own."""
    dsn = f"postgres://app:{SECRET}@db.example.com/shop"

    def raising(error: BaseException) -> Callable[[], Any]:
        def raise_() -> None:
            raise error

        return raise_

    errors = [
        ValueError({"password": SECRET}, ["a", CARD]),
        ValueError("password", SECRET),
        ValueError(CARD),
        KeyError(f"password={SECRET}"),
        SystemExit(f"password={SECRET}"),
        StopIteration({"password": SECRET}),
        ImportError(f"password={SECRET}", name="a", path=f"/a?password={SECRET}"),
        SyntaxError("bad", ("file.py", 1, 5, f"password = '{SECRET}'\n")),
        OSError(2, "no", f"/x?password={SECRET}", None, f"/y?password={SECRET}"),
        UnicodeDecodeError("utf-8", f"password={SECRET}\xff".encode("latin-1"), 3, 4, "bad"),
        UnicodeEncodeError("ascii", f"password={SECRET}ä", 3, 4, "bad"),
        UnicodeTranslateError(f"password={SECRET}", 0, 1, "bad"),
        ConnectionError(f"cannot reach {dsn}"),
        RuntimeError(Login("ada", SECRET)),
        RuntimeError(SimpleNamespace(password=SECRET)),
        Slotted(SECRET),
        ExceptionGroup(f"password={SECRET}", [ValueError(f"password={SECRET}")]),
    ]
    with_attributes = ValueError("clean")
    with_attributes.request = {"headers": {"authorization": f"Bearer {SECRET}abcdefgh"}}  # type: ignore[attr-defined]
    with_attributes.cause = Login("ada", SECRET)  # type: ignore[attr-defined]
    return [
        *map(raising, [*errors, with_attributes]),
        lambda: SECRET.password,  # type: ignore[attr-defined]
        lambda: compile(f"password = {SECRET!r}; a b", "x.py", "exec"),
        nested,
        grouped,
    ]


_each = pytest.mark.parametrize(
    "raise_", [pytest.param(call, id=str(place)) for place, call in enumerate(others())]
)


def frames_of(error: BaseException) -> Iterator[FrameType]:
    entry = error.__traceback__
    while entry is not None:
        frame: FrameType | None = entry.tb_frame
        while frame is not None:
            yield frame
            frame = frame.f_back
        entry = entry.tb_next


def family(error: BaseException | None, seen: dict[int, BaseException]) -> list[BaseException]:
    if error is not None and id(error) not in seen:
        seen[id(error)] = error
        family(error.__cause__, seen)
        family(error.__context__, seen)
        for member in getattr(error, "exceptions", ()):
            family(member, seen)
        for value in (*error.args, *vars(error).values()):
            if isinstance(value, BaseException):
                family(value, seen)
    return list(seen.values())


def everything(error: BaseException) -> Iterator[str]:
    """Yield what a reader can get to see of *error*, in each way that readers use."""
    for one in family(error, {}):
        yield from (str(one), repr(one), f"{one}", repr(one.args), repr(vars(one)))
        yield json.dumps([one.args, vars(one)], default=repr)
        yield from map(str, one.args)
        yield repr(getattr(one, "__notes__", None))
        for name in dir(one):
            if not name.startswith("__"):
                value = getattr(one, name, None)
                yield repr(value)
                yield str(value)
                yield repr(getattr(value, "__dict__", None))
        yield pickle.dumps(one).decode("latin-1")
        for frame in frames_of(one):
            variables = frame.f_locals
            yield repr(variables)
            yield repr(dict(variables))
            yield repr({**variables})
            yield repr(variables.copy())
            yield repr(copy.copy(variables))
            yield repr(copy.deepcopy(dict(variables)))
            yield repr([(name, variables[name], variables.get(name)) for name in variables])
            yield repr((list(variables.items()), list(variables.values()), {} | variables))
            yield json.dumps(dict(variables), default=repr)
            yield pickle.dumps(variables).decode("latin-1")
            yield repr(dict(frame.f_globals))
            yield repr([frame.f_globals[name] for name in ("__name__", "__builtins__")][:1])
            yield repr(frame.f_globals.get("CREDENTIALS"))


CREDENTIALS = {"password": SECRET}


@_each
def test_nothing_that_can_be_read_holds_a_secret(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    Texts, arguments, attributes, notes, pickles, and the variables of each frame, however they are
    read, hold none; neither do causes, contexts, and members of groups.
    """
    stand = stand_in(caught(raise_), guard)

    for text in everything(stand):
        for lost in LOST:
            assert lost not in text


@_each
def test_the_last_lines_of_a_traceback_hold_none(raise_: Callable[[], Any], guard: Guard) -> None:
    """
    What the ``traceback`` module makes of the message and the notes is free of them.
    """
    lines = traceback.format_exception_only(stand_in(caught(raise_), guard))

    for lost in LOST:
        assert lost not in "".join(lines)


def test_the_variables_of_frames_keep_their_other_values(guard: Guard) -> None:
    """
    What is no secret is there with its own value.
    """
    stand = stand_in(caught(nested), guard)

    variables = {frame.f_code.co_name: dict(frame.f_locals) for frame in frames_of(stand.__cause__)}  # type: ignore[arg-type]

    assert "[redacted:password]" == variables["nested"]["password"]
    assert ("ada", ["[redacted:card]"]) == (
        variables["nested"]["options"]["user"],
        variables["nested"]["options"]["cards"],
    )
    assert ["connect", "nested"] == sorted(variables)


def test_no_frame_has_a_caller(guard: Guard) -> None:
    """
    Nothing leads from a frame of a stand-in to the live frames of the program, also when it is kept.
    """
    stand = stand_in(caught(grouped), guard)

    kept = [frame for one in family(stand, {}) for frame in frames_of(one)]
    del stand

    assert kept
    assert [None] * len(kept) == [frame.f_back for frame in kept]


def test_cleared_frames_hold_nothing(guard: Guard) -> None:
    """
    ``traceback.clear_frames`` works on stand-ins, and does not touch the real frames.
    """
    error = caught(nested)
    stand = stand_in(error, guard)

    traceback.clear_frames(stand.__traceback__)

    assert SECRET == error.__traceback__.tb_next.tb_frame.f_locals["password"]  # type: ignore[union-attr]


def test_attributes_of_attributes_can_be_read(guard: Guard) -> None:
    """
    A program that reads what an exception carries gets it without secrets, and objects as objects.
    """

    class Response:
        def __init__(self) -> None:
            self.status = 404
            self.headers = {"set-cookie": f"session={SECRET}abcdefgh"}
            self.url = f"https://example.com/?password={SECRET}"

        def json(self) -> dict[str, Any]:
            return {"error": "gone", "password": SECRET}

    error = ValueError("no")
    error.response = Response()  # type: ignore[attr-defined]

    response: Any = stand_in(error, guard).response  # type: ignore[attr-defined]

    assert isinstance(response, Response)
    assert 404 == response.status
    assert {"error": "gone", "password": "[redacted:password]"} == response.json()
    assert "https://example.com/?password=[redacted:password]" == response.url
    assert SECRET not in repr(response.headers)
    assert response == error.response  # type: ignore[attr-defined]
    assert not callable(response)


def test_methods_of_a_class_with_a_text_of_its_own_can_be_called(guard: Guard) -> None:
    """
    So can the attributes of the class itself, its properties and its methods.
    """

    class Failed(Exception):
        retry = 3

        def __str__(self) -> str:
            return f"failed with password={SECRET}"

        @property
        def hint(self) -> str:
            return f"try password={SECRET}"

        def as_dict(self) -> dict[str, str]:
            return {"password": SECRET}

    stand: Any = stand_in(Failed(), guard)

    assert isinstance(stand, Failed)
    assert (3, "try password=[redacted:password]") == (stand.retry, stand.hint)
    assert {"password": "[redacted:password]"} == stand.as_dict()
    with pytest.raises(AttributeError):
        _ = stand.not_there  # type: ignore[attr-defined]


def test_an_action_that_drops_the_record_drops_the_message(engine_name: EngineName) -> None:
    """
    Under ``drop-record`` a marker stands for the text.
    """
    guard = Guard(Policy(actions={"password": "drop-record"}), engine=engine_name)

    stand = stand_in(ValueError(f"user ada password={SECRET}"), guard)

    assert SECRET not in repr((str(stand), stand, stand.args))
    assert "user ada" not in str(stand)


def test_what_fails_is_withheld(monkeypatch: pytest.MonkeyPatch, engine_name: EngineName) -> None:
    """
    When a stand-in cannot be made, one that says why takes its place; when variables cannot be
    redacted, there are none.
    """
    guard = Guard(engine=engine_name)
    error = caught(nested)

    def fail(*_: object) -> Any:
        raise LookupError(SECRET)

    stand = stand_in(error, guard)
    monkeypatch.setattr(guard, "record", fail)
    broken = [dict(frame.f_locals) for frame in frames_of(stand)]
    kind, withheld, frames = exc_info(error, guard)

    marker = "[redacted:withheld:LookupError]"
    assert {"variables": marker} in broken
    assert (WithheldError, marker, None) == (kind, str(withheld), frames)
    assert guard.failures["tracebacks"] >= 2
