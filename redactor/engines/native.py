"""The native engine: ``redactor_core``, which finds what the reference engine finds."""

from __future__ import annotations

from functools import partial

from redactor.errors import EngineError
from redactor.spans import Scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor_core import Documents, Forms

    from redactor.fingerprints.reader import Reader
    from redactor.known.forms import Form
    from redactor.packs.ruleset import Ruleset
    from redactor.paths import Paths
    from redactor.spans import Span

__all__ = ["NativeEngine", "documents_of"]


class NativeEngine:
    """
    Finds what the rules of a ruleset describe, and the values that are known, in native code.

    Safe to share between threads: nothing changes after construction but the known values, all at
    once.

    Attributes:
        redact: ``redact(text, markers)``: the text with constant markers for its findings, looked
            at until nothing is found; the same object when clean, ``None`` when the marker of a
            finding's rule is ``None``. The last of *markers* says whether known values have one.
        redact_block: ``redact_block(data, state, markers)``: the same for whole lines of a stream,
            as ``(output, state, held, ((rule, count), ...))``.
        check: ``check(record)``: ``True`` when every text of a structured record is clean,
            ``False`` when one is not, ``None`` when the record holds something unknown.
        redact_record: ``redact_record(record, markers)``: the same as ``redact`` for a structured
            record, with copies of the containers on the way to each finding; ``None`` also when the
            record holds something unknown.
        line_feeds: ``line_feeds(data)``: how many line feeds are in some bytes.

    Raises:
        EngineError: The kernel is not installed, or refuses a rule.
    """

    name = "native"

    def __init__(self, ruleset: Ruleset) -> None:
        try:
            from redactor_core import Engine, line_feeds, version
        except ModuleNotFoundError as error:
            raise EngineError(
                "engine native",
                "the package 'redactor-core' is not installed",
                "Install it with: pip install 'redactor-pipeline[native]'",
            ) from error
        except ImportError as error:
            raise EngineError(
                "engine native",
                f"the package 'redactor-core' is of another version or cannot be loaded ({error})",
                "Install redactor-core of the version of redactor-pipeline",
            ) from error
        from redactor.packs.ruleset import encoded_plan

        made: list[Engine] = []
        try:
            plan = encoded_plan(ruleset, version(), lambda plan: made.append(Engine(plan)))
            self._core = made[0] if made else Engine(plan, checked=True)
        except ValueError as error:
            raise EngineError(
                "engine native",
                f"it cannot use a rule: {error}",
                "Install redactor-core of the version of redactor-pipeline",
            ) from error
        self._known: list[tuple[tuple[Form, ...], Forms]] = []
        self.redact = self._core.redact
        self.redact_block = self._core.redact_block
        self.check = self._core.check
        self.redact_record = self._core.redact_record
        self.line_feeds = line_feeds

    @property
    def instructions(self) -> str:
        """The vector instructions that the kernel uses."""
        return self._core.instructions

    def check_in(self, paths: Paths) -> Callable[[object], bool | None]:
        """Return ``check`` for records of which the fields that *paths* names are not clean."""
        import msgspec
        from redactor_core import Paths as Compiled

        return partial(self._core.check, paths=Compiled(msgspec.json.encode(paths.plan())))

    def set_known(self, parts: Sequence[tuple[Form, ...]], markers: Sequence[bytes]) -> None:
        """Look for known values; see ``ReferenceEngine.set_known``."""
        compiled = {id(part): forms for part, forms in self._known}
        self._known = [(part, compiled.get(id(part)) or _compiled(part)) for part in parts]
        self._core.set_known([forms for _, forms in self._known], list(markers))

    def set_documents(self, reader: Reader | None) -> None:
        """Look for excerpts of these documents; see ``ReferenceEngine.set_documents``."""
        self._core.set_documents(None if reader is None else documents_of(reader))

    def find(self, data: bytes, *, key: str | None = None) -> list[Span]:
        """Find secrets in one text; see ``ReferenceEngine.find``."""
        return list(self._core.find(data, key))

    def scan(self, data: bytes, state: int = 0) -> Scan:
        """Find secrets in one piece of a stream; see ``ReferenceEngine.scan``."""
        spans, after, held = self._core.scan(data, state)
        return Scan(list(spans), after, held)


def _compiled(part: tuple[Form, ...]) -> Forms:
    from redactor_core import Forms

    return Forms([(form.text, form.label, form.word, form.before, form.after) for form in part])


def documents_of(reader: Reader) -> Documents:
    """Return the documents that *reader* reads, as the kernel has them."""
    if reader.native is None:
        from redactor_core import Documents

        from redactor.fingerprints.characters import tables

        hasher = reader.hasher
        reader.native = Documents(str(reader.path), hasher.fast, hasher.slow, *tables())
    return reader.native
