"""
The store of known values: what a process says its secrets are.

Nothing shows what it holds: not its repr, not a copy or a pickle, and no variable of a frame that
an error of ours passes through, since tools such as Sentry and Loguru print those.
"""

from __future__ import annotations

import os
import threading
from weakref import WeakSet

from redactor.errors import InputError
from redactor.known.value import Value, problem_of
from redactor.markers import label_of, marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn, Protocol, Self, TypeVar

    from redactor.known.forms import Form

    class _Engine(Protocol):
        """What looks for the values of a store."""

        def set_known(
            self, parts: Sequence[tuple[Form, ...]], markers: Sequence[bytes]
        ) -> None: ...

    _T = TypeVar("_T")


__all__ = ["RULE", "KnownValues"]

#: The rule id of a known value.
RULE = "known-value"
#: Most values of a store: it is for the secrets of a process, not for those of its users.
MOST = 4096
#: Values that engines compile again when one more comes.
_RECENT = 64
#: Most labels: what is registered and forgotten again and again must not fill the memory.
_MOST_LABELS = 4 * MOST
#: Labels that the repr shows.
_SHOWN = 8

#: One lock for all stores: they change seldom, and a fork must find none of them locked.
_changing = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_changing.acquire,
        after_in_parent=_changing.release,
        after_in_child=_changing.release,
    )


class KnownValues:
    """
    Literal secrets, to be removed wherever and however encoded they appear.

    Safe to share between threads and between redactors. A value counts from the next call on, in
    streams that are open too.

    >>> known = KnownValues()
    >>> known.register("correct horse", "vault")
    >>> known
    <KnownValues 1: vault>
    """

    __slots__ = (
        "__weakref__",
        "_engines",
        "_labels",
        "_markers",
        "_settled",
        "_settled_forms",
        "_settled_set",
        "_values",
        "numbers",
        "version",
    )

    def __init__(self) -> None:
        self._values: dict[Value, tuple[Form, ...]] = {}
        # The forms of the first values, and how many these are: what engines compile once.
        self._settled_forms: tuple[Form, ...] = ()
        self._settled_set: frozenset[Form] = frozenset()
        self._settled = 0
        self._labels: list[str] = []
        self._markers: list[bytes] = []
        self._engines: WeakSet[_Engine] = WeakSet()
        #: Some value is digits only, so that it can appear as a number.
        self.numbers = False
        #: Grows with each change of the values: what was found clean before it may not be so now.
        self.version = 0

    def register(self, value: str | bytes, label: str = "") -> None:
        """
        Remove *value* from now on, in each of its forms.

        Args:
            value: At least 4 characters without the white space around it, at most 64 KiB.
            label: What the marker calls it: ``[redacted:known-value:LABEL]``. Letters, digits,
                ``-``, ``_`` and ``.``; all else becomes ``-``. No part of the secret.

        Raises:
            InputError: The value is no text or bytes, too short or too long, or in the label.
                The error holds nothing of it.
        """
        held = Value.of(value)
        # From here on no frame holds the value in a form that a traceback shows.
        del value
        problem = problem_of(held, label)
        if problem is None:
            _without_frames(lambda: self._added([(held, label)]))
            if held in self._values:
                return
            problem = (
                f"there are {MOST} of them already",
                "Register secrets of the process, not of its users; forget those that are over",
            )
        label = ""  # it may hold the value too
        raise InputError("known value", *problem)

    def register_all(self, values: Iterable[tuple[Value, str]]) -> int:
        """Register those of *values* that can be, each with its label; return how many are new."""
        wanted = [item for item in values if problem_of(*item) is None]
        return _without_frames(lambda: self._added(wanted))

    def forget(self, value: str | bytes) -> bool:
        """Let *value* pass again, as after a change of it; say whether it was registered."""
        held = Value.of(value)
        del value
        return _without_frames(lambda: self._removed(held))

    def clear(self) -> None:
        """Forget all values."""
        _without_frames(lambda: self._removed(*self._values))

    def touch(self) -> None:
        """Say that what was found clean may not be so now, for another reason than the values."""
        with _changing:
            self.version += 1

    def __len__(self) -> int:
        return len(self._values)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the values, sorted."""
        with _changing:
            used = {forms[0].label for forms in self._values.values()}
            return tuple(sorted(self._labels[place] for place in used))

    @property
    def markers(self) -> Sequence[bytes]:
        """The marker of each label, by the place of the label; it only grows."""
        return self._markers

    def attach(self, engine: _Engine) -> None:
        """Let *engine* look for the values, now and after each change, for as long as it lives."""
        with _changing:
            self._engines.add(engine)
            if self._values:
                _without_frames(lambda: self._publish([engine]))

    def _added(self, values: Iterable[tuple[Value, str]]) -> int:
        with _changing:
            before = len(self._values)
            try:
                for value, label in values:
                    if value not in self._values and len(self._values) < MOST:
                        # Encodings of all kinds: only who registers something waits for them.
                        from redactor.known import forms

                        place = self._place_of(label_of(label))
                        self._values[value] = forms.forms_of(value.data, place)
            finally:
                # Where one fails, those before it count all the same.
                if len(self._values) > before:
                    self._changed()
            return len(self._values) - before

    def _removed(self, *values: Value) -> bool:
        with _changing:
            known = [value for value in values if self._values.pop(value, None) is not None]
            if known:
                self._settled = -1
                self._changed()
            return bool(known)

    def _place_of(self, label: str) -> int:
        if label not in self._labels:
            if len(self._labels) >= _MOST_LABELS and label:
                return self._place_of("")
            self._markers.append(marker(RULE, *([label] if label else [])).encode())
            self._labels.append(label)
        return self._labels.index(label)

    def _changed(self) -> None:
        try:
            self._publish(self._engines)
        finally:
            # Last: who sees the new number may rely on the new values.
            self.version += 1

    def _publish(self, engines: Iterable[_Engine]) -> None:
        """
        Hand the forms to *engines*.

        All but the last values are in one part, which stays the same object: a value more costs
        the compiling of a few.
        """
        values = list(self._values.values())
        if self._settled < 0 or len(values) - self._settled > _RECENT:
            self._settled = len(values)
            self._settled_forms = _first_of_each(values, frozenset())
            self._settled_set = frozenset(self._settled_forms)
        recent = _first_of_each(values[self._settled :], self._settled_set)
        parts = [part for part in (self._settled_forms, recent) if part]
        self.numbers = any(value.data.isdigit() for value in self._values)
        failure: Exception | None = None
        for engine in list(engines):
            try:
                engine.set_known(parts, self._markers)
            except Exception as error:  # noqa: BLE001  # the other engines come first
                failure = error
        if failure is not None:
            raise failure

    def __repr__(self) -> str:
        labels = [label for label in self.labels if label]
        shown = ", ".join(labels[:_SHOWN]) + (", ..." if len(labels) > _SHOWN else "")
        return f"<KnownValues {len(self)}: {shown}>" if shown else f"<KnownValues {len(self)}>"

    # A copy would be another place to look after: it is the same store.
    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("KnownValues hold secrets and are never written to a pickle")


def _first_of_each(values: Iterable[tuple[Form, ...]], but: frozenset[Form]) -> tuple[Form, ...]:
    """Return the forms of *values* without those that are twice, or among *but*."""
    kept = {form: None for forms in values for form in forms if form not in but}
    return tuple(kept)


def _without_frames(work: Callable[[], _T]) -> _T:
    """
    Return what *work* returns; where it fails, let no frame of it out: they hold values.

    Raises:
        InputError: It failed.
    """
    stopped: BaseException | None = None
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # of it only the type is told
        failed = type(error).__name__
    except BaseException as error:  # noqa: BLE001  # it is raised again below
        failed = ""
        stopped = error.with_traceback(None)
        stopped.__context__ = stopped.__cause__ = None
    del work
    if stopped is not None:
        raise stopped
    raise InputError(
        "known value",
        f"it cannot be taken in ({failed})",
        "Report it, with the type of the error",
    )
