"""The documents that a process knows: a store, and the engines that look for what is in it."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from weakref import WeakSet

from redactor.errors import InputError
from redactor.markers import excerpt_marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence
    from pathlib import Path
    from typing import Protocol

    from redactor.documents.store import Added, Document, Item, Store
    from redactor.fingerprints.reader import Reader
    from redactor.fingerprints.shape import Shape
    from redactor.policy import Policy

    class _Engine(Protocol):
        """What looks for excerpts."""

        def set_documents(self, reader: Reader | None) -> None: ...

    class _Told(Protocol):
        """What remembers that something is clean."""

        def touch(self) -> None: ...


__all__ = ["RULE", "Documents", "default_folder", "seconds_of"]

#: The rule id of an excerpt.
RULE = "registered-document"
#: Longest id, in characters.
_LONGEST_ID = 256
#: Ids of documents that markers show again without asking the store.
_MOST_NAMES = 4096
_DURATION = r"(\d+)\s*([smhdw])"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
#: Seconds that a document is kept at most while it is handled, and after an error.
_HANDLING = 86400.0
_AFTER_ERROR = 3600.0
_SHOWN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


def default_folder() -> Path:
    """
    Return the folder of the store that nobody has chosen one for.

    It is that of the variable ``REDACTOR_DOCUMENTS``, else one for the state of programs in the
    home of the user.

    Raises:
        InputError: There is no home.
    """
    from pathlib import Path

    chosen = os.environ.get("REDACTOR_DOCUMENTS")
    if chosen:
        return Path(chosen)
    state = os.environ.get("XDG_STATE_HOME")
    try:
        base = Path(state) if state else Path.home() / ".local" / "state"
    except RuntimeError:
        raise InputError(
            "documents", "the user has no home", "Name a folder, or set REDACTOR_DOCUMENTS"
        ) from None
    return base / "redactor" / "documents"


def seconds_of(duration: str | float | None) -> float | None:
    """
    Return a duration in seconds: a number of them, or ``30d``, ``12h``, ``45m``, ``90s``, ``2w``.

    Args:
        duration: The duration; ``None`` or nothing for without end.

    Raises:
        InputError: It is none.
    """
    if duration is None or duration == "":
        return None
    if isinstance(duration, str):
        import re

        match = re.fullmatch(_DURATION, duration.strip())
        if match is not None and int(match[1]):
            return float(int(match[1]) * _UNITS[match[2]])
    elif duration > 0:
        return float(duration)
    raise InputError(
        "documents: expires", "it is not a duration", "Write seconds, or 90s, 45m, 12h, 30d, 2w"
    )


class Documents:
    """
    Registered documents: excerpts of them are removed wherever they appear.

    Safe to share between threads and between redactors. What one process registers counts in all
    that have the same store open, from their next call on.

    >>> import tempfile
    >>> documents = Documents()
    >>> documents.open(tempfile.mkdtemp())
    >>> documents.register("Nine short words are all that this document has.", id="memo-7")
    'memo-7'
    >>> documents
    <Documents 1>
    """

    def __init__(self) -> None:
        self._store: Store | None = None
        self._expires: float | None = None
        self._engines: WeakSet[_Engine] = WeakSet()
        self._opening = threading.RLock()
        self._names: dict[int, str] = {}
        #: What is told of each change that this process makes.
        self.on_change: WeakSet[_Told] = WeakSet()

    def open(
        self,
        folder: str | Path | None = None,
        *,
        words: int | None = None,
        characters: int | None = None,
        expires: str | float | None = None,
        max_documents: int = 1_000_000,
        max_mib: int = 512,
    ) -> None:
        """
        Open a store. Where nobody does, ``register`` opens the usual one.

        Args:
            folder: Its folder, made where it does not exist. Default: ``REDACTOR_DOCUMENTS``, else
                ``redactor/documents`` in the folder for the state of programs.
            words: An excerpt of so many words is found. Default: 8, or what the store was made for.
            characters: The same for scripts without spaces. Default: 16, or twice *words*.
            expires: How long documents are kept that say nothing else, as for ``register``.
            max_documents: Most documents; the oldest are forgotten for new ones.
            max_mib: Most that the store takes on the disk, in MiB.

        Raises:
            InputError: It cannot be opened, was made with other numbers, or another one is open.
        """
        from pathlib import Path

        from redactor.documents.store import Store
        from redactor.fingerprints.shape import Shape

        shape: Shape | None = None
        if words is not None or characters is not None:
            count = words if words is not None else Shape().words
            shape = Shape(count, characters if characters is not None else 2 * count)
        path = Path(folder) if folder is not None else default_folder()
        with self._opening:
            if self._store is not None:
                if self._store.folder.absolute() == path.absolute():
                    return
                raise InputError(
                    "documents",
                    "another store is open",
                    "Open one, before documents are registered",
                )
            self._expires = seconds_of(expires)
            self._store = Store(path, shape, most=max_documents, max_mib=max_mib)
            for engine in list(self._engines):
                engine.set_documents(self._store.reader)

    def open_for(self, policy: Policy) -> None:
        """Open the store that *policy* names, if any; see ``open`` for what is raised."""
        own = policy.documents
        if own.store:
            self.open(
                os.path.join(policy.base, own.store),  # noqa: PTH118  # most starts open none
                words=own.words,
                characters=own.characters,
                expires=own.expires or None,
                max_documents=own.max_documents,
                max_mib=own.max_mib,
            )

    @property
    def is_open(self) -> bool:
        """A store is open."""
        return self._store is not None

    @property
    def store(self) -> Store:
        """The store; the usual one is opened where none is."""
        if self._store is None:
            self.open()
        assert self._store is not None
        return self._store

    def attach(self, engine: _Engine) -> None:
        """Let *engine* look for excerpts, for as long as it lives."""
        with self._opening:
            self._engines.add(engine)
            if self._store is not None:
                engine.set_documents(self._store.reader)

    def register(
        self,
        document: str | bytes,
        *,
        id: str = "",  # noqa: A002  # as people say
        expires: str | float | None = None,
    ) -> str:
        """
        Remove excerpts of *document* from now on.

        Args:
            document: A text, or the bytes of a file: of text, HTML, mail, a PDF or a DOCX.
            id: What it is called when it is to be forgotten, and in markers where it is made of
                letters, digits, ``.``, ``-`` and ``_``. One that is registered is replaced.
                Default: a fingerprint of the document.
            expires: When it is forgotten: in so many seconds, or ``12h``, ``30d``. Default: what
                the store was opened with.

        Returns:
            The id.

        Raises:
            InputError: It is too short or too large, or no text can be read from it. The error
                holds nothing of it.
            MissingExtraError: Its text cannot be read without the extra ``documents``.
        """
        item = self.item(document, id, expires)
        # From here on no frame holds the document.
        del document
        if self.register_items([item]).short:
            shape = self.store.reader.hasher.shape
            raise InputError(
                "document",
                f"it has no {shape.words} words or {shape.characters} characters in a row",
                "A text as short as that stands everywhere: use redactor.register for a name",
            )
        return item.id

    def item(self, document: str | bytes, name: str, expires: str | float | None) -> Item:
        """Return a document as the store takes it; see ``register``."""
        from redactor.documents.extracting import text_of
        from redactor.documents.store import Item

        if len(name) > _LONGEST_ID or not name.isprintable():
            raise InputError(
                "documents: id",
                f"it has more than {_LONGEST_ID} characters, or some that cannot be printed",
                "Use a short name",
            )
        if isinstance(document, str):
            text = document.encode("utf-8", "surrogatepass")
        else:
            text = text_of(bytes(document))
        if not name:
            name = "doc-" + self._fingerprint(text)
        seconds = self._expires if expires is None else seconds_of(expires)
        return Item(name, text, seconds)

    def register_items(self, items: Iterable[Item]) -> Added:
        """Register several documents in one change."""
        added = self.store.add(items)
        self._changed()
        return added

    def forget(self, id: str) -> bool:  # noqa: A002  # as in register
        """Let excerpts of the document *id* pass again; say whether it was registered."""
        known = self.store.forget(id)
        self._changed()
        return known

    @contextmanager
    def handling(self, document: str | bytes, *, id: str = "") -> Generator[str]:  # noqa: A002  # as in register
        """
        Register *document* for as long as it is handled, and forget it at the end.

        Where an error leaves the block, it is kept for an hour more: who catches the error logs it.

        Args:
            document: As for ``register``.
            id: As for ``register``. Default: one of its own for each handling.

        Returns:
            A context manager that gives the id.
        """
        name = id or f"handling-{os.urandom(6).hex()}"
        # A process that is killed forgets nothing: a day later others do.
        name = self.register(document, id=name, expires=_HANDLING)
        del document
        try:
            yield name
        except BaseException:
            self.store.expire(name, _AFTER_ERROR)
            raise
        self.forget(name)

    def list(self) -> Sequence[Document]:
        """Return what is known of each document, the oldest first."""
        return self.store.documents()

    def prune(self) -> int:
        """Forget the documents whose time is over; return how many."""
        pruned = self.store.prune()
        self._changed()
        return pruned

    def marker(self, number: int, excerpt: bytes) -> bytes:
        """Return the marker of an *excerpt* of the document *number*; 0 for one of several."""
        from redactor.fingerprints.tokens import tokens_of

        tokens = tokens_of(excerpt)
        characters = 2 * sum(token.character for token in tokens) > len(tokens)
        return excerpt_marker(self._name(number), len(tokens), characters=characters).encode()

    def _name(self, number: int) -> str:
        if not number or self._store is None:
            return ""
        name = self._names.get(number)
        if name is None:
            known = self._store.id_of(number)
            if known is None:
                return ""
            import re

            name = known if re.fullmatch(_SHOWN, known) else self._fingerprint(known.encode())
            if len(self._names) >= _MOST_NAMES:
                self._names.clear()
            self._names[number] = name
        return name

    def _fingerprint(self, data: bytes) -> str:
        import hashlib  # it loads OpenSSL, which a process without documents does not need

        return hashlib.blake2b(data, key=self.store.reader.hasher.slow, digest_size=6).hexdigest()

    def _changed(self) -> None:
        for told in list(self.on_change):
            told.touch()

    def __repr__(self) -> str:
        count = 0 if self._store is None else self._store.reader.table.documents
        return f"<Documents {count}>"
