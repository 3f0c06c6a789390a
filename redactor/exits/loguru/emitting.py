"""Each handler gets a redacted record, that is made once however many handlers there are."""

from __future__ import annotations

import functools
import io
import threading
import weakref
from typing import TYPE_CHECKING, Any, NamedTuple

from redactor.exits.loguru.records import Blank

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from redactor.exits.guard import Guard
    from redactor.exits.loguru.records import Records
    from redactor.exits.patches import Patches
    from redactor.records.held import Held

__all__ = ["DroppedRecord", "Here", "Watched", "protect_emit"]


class DroppedRecord(BaseException):
    """A rule's action drops a record that is on its way. No handler may take it for an error."""


class Writing(NamedTuple):
    """
    Attributes:
        view: The record that a handler is writing.
        stand: The stand-in of its exception.
        extra: Its ``extra`` as the program gave it, where there is a secret in it.
        seen: The secrets that its traceback shows under their names.
    """

    view: dict[str, Any] | None
    stand: BaseException | None
    extra: Any
    seen: list[Held]


_NOTHING = Writing(None, None, None, [])


class Here(threading.local):
    """
    What this thread is writing.

    Attributes:
        now: What a handler is writing.
        last: What is known of the record that the handlers get one after the other. Of one that
            was clean and that nobody has seen since: objects that are made for each record, and
            are small.
    """

    def __init__(self) -> None:
        self.now = _NOTHING
        self.last: _Known | tuple[int, Any, Any] = (0, None, None)


class Watched(dict[str, Any]):
    """
    A record for functions of the program that can change it: a filter, a format.

    The handler copies the record when they have run; what it copies is looked at again.

    Attributes:
        final: What the copy was made of, once it was made.
    """

    def __init__(self, record: dict[str, Any], records: Records) -> None:
        super().__init__(record)
        self._records = records
        self.final: dict[str, Any] | None = None

    def copy(self) -> dict[str, Any]:
        final = self._records.settled(dict(self))
        if final is None:
            raise DroppedRecord
        self.final = final
        return final.copy()


class _Known:
    """
    What the handlers get in place of a record, one after the other.

    Nothing of the record is held back when it is done: an application may wait for one of its
    objects to be freed. Its time is a weak reference, at the end of which the rest is let go.
    """

    __slots__ = ("_id", "_time", "clean", "view")

    def __init__(self, record: dict[str, Any], view: dict[str, Any], *, clean: bool) -> None:
        time: Any = record["time"]
        self._id = id(record)
        self._time = weakref.ref(time, self._forget)
        if view["time"] is time:
            view["time"] = time.replace()
        #: ``None`` once the record is done.
        self.view: dict[str, Any] | None = view
        #: Whether nobody can have changed it since it was looked at.
        self.clean = clean

    def _forget(self, _time: object) -> None:
        self.view = None

    def is_of(self, record: dict[str, Any]) -> bool:
        return self._id == id(record) and self._time() is record["time"] and self.view is not None


def protect_emit(
    guard: Guard, patches: Patches, module: ModuleType, records: Records, here: Here
) -> None:
    """Let the handlers of *module* (``loguru._handler``) see redacted records only."""

    def seen(record: dict[str, Any]) -> dict[str, Any] | None:
        last = here.last
        if type(last) is _Known:
            if not last.is_of(record) or last.view is None:
                return records.settled(record)
            return last.view if last.clean else records.settled(last.view)
        number, elapsed, level = last  # type: ignore[misc]  # a tuple
        if number == id(record) and elapsed is record.get("elapsed") and level is record["level"]:
            return record
        return records.settled(record)

    def making(original: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(original)
        def emit(
            self: Any,
            record: dict[str, Any],
            level_id: Any,
            from_decorator: Any,
            is_raw: Any,
            colored_message: Any,
        ) -> None:
            if not guard.active:
                return original(self, record, level_id, from_decorator, is_raw, colored_message)
            try:
                if self._levelno > record["level"].no:
                    return None
                view = seen(record)
                if view is None:
                    return None
                if type(view) is Blank:
                    is_raw = False  # a placeholder is a line of its own
                elif _calls_the_program(self):
                    view = Watched(view, records)
                exception = view["exception"]
                stand = exception.value if exception else None
                if view["message"] is not record["message"]:
                    colored_message = None
                extra = None if view["extra"] is record["extra"] else record["extra"]
            except Exception as error:  # noqa: BLE001  # C1
                view = records.placeholder(record, guard.failed("loguru", error))
                stand = colored_message = extra = None
                is_raw = False
            outer = here.now
            here.now = Writing(view, stand, extra, [])
            try:
                return original(self, view, level_id, from_decorator, is_raw, colored_message)
            except DroppedRecord:
                return None
            finally:
                here.now = outer
                leave(self, record, view)

        return emit

    def leave(handler: Any, record: dict[str, Any], view: dict[str, Any]) -> None:
        """Keep for the next handler what is known of *record* now."""
        clean = _writes_only(handler)
        if type(view) is Watched:
            view = dict(view) if view.final is None else view.final
            clean = False
        try:
            if view is not record:
                here.last = _Known(record, view, clean=clean)
            else:
                here.last = (id(record) if clean else 0, record.get("elapsed"), record["level"])
        except (AttributeError, KeyError, TypeError):
            here.last = (0, None, None)  # a patcher has put something else there

    patches.replace(module.Handler, "emit", making)


def _calls_the_program(handler: Any) -> bool:
    """Say whether *handler* calls functions of the program before it writes."""
    if handler._is_formatter_dynamic:  # noqa: SLF001  # what Loguru tells nobody
        return True
    chosen = handler._filter  # noqa: SLF001
    if chosen is None:
        return False
    if type(chosen) is functools.partial:
        chosen = chosen.func
    return getattr(chosen, "__module__", "") != "loguru._filters"


def _writes_only(handler: Any) -> bool:
    """Say whether the sink of *handler* does not hand the record to the program."""
    if handler._enqueue:  # noqa: SLF001
        return True
    sink = handler._sink  # noqa: SLF001
    kind = type(sink).__name__
    return kind == "FileSink" or (kind == "StreamSink" and isinstance(sink._stream, io.IOBase))  # noqa: SLF001
