"""The redactor: a policy, an engine, and the loop that turns findings into markers."""

from __future__ import annotations

import os
from collections import Counter

from redactor.actions import Actions, Fingerprint, writer_of
from redactor.documents import RULE as EXCERPT
from redactor.documents import Documents
from redactor.engines import make_engine
from redactor.engines.excepting import ExceptingEngine
from redactor.errors import EngineError, RuleError
from redactor.exceptions import Exemptions
from redactor.known import RULE as KNOWN
from redactor.known import KnownValues
from redactor.markers import marker
from redactor.model import Finding
from redactor.packs import Ruleset, is_released
from redactor.policy import Policy
from redactor.replace import replace
from redactor.spans import DOCUMENTS, char_offsets, union

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from redactor.engines.native import NativeEngine
    from redactor.engines.reference import ReferenceEngine
    from redactor.exceptions import Exemption
    from redactor.field_types import Action, EngineName
    from redactor.metadata import Mode
    from redactor.records import RecordWalker, Selection
    from redactor.spans import Span
    from redactor.stats import Stats
    from redactor.stream import LineStream

__all__ = ["MetadataRedactor", "Redactor", "fingerprint_of"]

#: How often a text is looked at again after a replacement. What is left alone stays alone after
#: one round nearly always; a text that still has findings after all of them is withheld.
ROUNDS = 8


def fingerprint_of(policy: Policy) -> Fingerprint:
    """
    Read the key of the action ``hmac``.

    Raises:
        PolicyError: The policy names none, or it cannot be read.
    """
    hmac = policy.hmac
    file = os.path.join(policy.base, hmac.key_file) if hmac.key_file else ""  # noqa: PTH118  # 3 ms
    return Fingerprint.from_sources(hmac.key_env, file, hmac.key_id)


class Redactor:
    """
    Scrubs texts, records and streams under one policy.

    Safe to share between threads. Build it once and call it many times: all that can be decided
    beforehand is, and nothing changes after construction but the known values.

    Args:
        policy: Default: the ``standard`` preset.
        engine: ``native`` or ``reference``. Default: the native one where it is installed.
        on_failure: Called with each error for which a text or a record is withheld. The error can
            hold what was to be redacted: count it, do not print it.
        known: Values that are removed wherever they appear. Default: an empty store of its own.
        documents: Documents whose excerpts are. Default: those of the store that the policy names.

    Raises:
        PolicyError: The policy cannot be used.
        RuleError: A pack cannot be used.
        EngineError: The engine asked for is not installed.
        InputError: The store of documents cannot be opened.

    >>> redactor = Redactor()
    >>> redactor.text("paid with 4111 1111 1111 1111, thanks")
    'paid with [redacted:card], thanks'
    """

    def __new__(  # noqa: PYI034  # one of two classes
        cls,
        policy: Policy | None = None,
        *,
        engine: EngineName | None = None,  # noqa: ARG004  # of __init__
        on_failure: Callable[[Exception], object] | None = None,  # noqa: ARG004  # the same
        known: KnownValues | None = None,  # noqa: ARG004  # the same
        documents: Documents | None = None,  # noqa: ARG004  # the same
    ) -> Redactor:
        """Make the one for the mode of *policy*."""
        if cls is Redactor and policy is not None and policy.mode == "metadata-only":
            return object.__new__(MetadataRedactor)
        return object.__new__(cls)

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        engine: EngineName | None = None,
        on_failure: Callable[[Exception], object] | None = None,
        known: KnownValues | None = None,
        documents: Documents | None = None,
    ) -> None:
        self.policy = policy if policy is not None else Policy()
        self._on_failure = on_failure
        self._known = known if known is not None else KnownValues()
        self._documents = documents if documents is not None else Documents()
        self._documents.open_for(self.policy)
        rules = self.policy.rules()
        chosen: dict[str, Action] = {rule.id: self.policy.action_of(rule) for rule in rules}
        asked = {*chosen.values(), *self.policy.fields.paths.values()}
        by_hash = any(each.fingerprints and not each.expired for each in self.policy.exceptions)
        has_key = bool(self.policy.hmac.key_env or self.policy.hmac.key_file)
        needs_key = "hmac" in asked or by_hash or ("summary" in asked and has_key)
        fingerprint = fingerprint_of(self.policy) if needs_key else None
        self._ruleset = Ruleset.compile(rules)
        inner = make_engine(self._ruleset, engine)
        self._test_own_packs(inner)
        self._exemptions = Exemptions(self.policy.exceptions, rules, fingerprint)
        #: With exceptions, findings take the way through Python; what is clean does not.
        self._excepting = ExceptingEngine(inner, self._exemptions) if self._exemptions else None
        self._engine: Any = self._excepting or inner
        self._actions = Actions(
            rules,
            chosen,
            fingerprint,
            known=self.policy.known_action(),
            labels=self._known.markers,
            undecided=self._exemptions.rules,
            excerpts=self.policy.known_action(EXCERPT),
            excerpt=self._documents.marker,
        )
        self._known.attach(self._engine)
        self._documents.attach(self._engine)
        # What was clean may be so no longer: see `KnownValues.version`.
        self._documents.on_change.add(self._known)
        self._native_redact = getattr(self._engine, "redact", None)
        self._markers = self._actions.constants
        self._counted: Counter[str] | None = None
        self._selection = self._selected(fingerprint)
        #: Made before the first record: who has texts only does without the walk.
        self._walks: RecordWalker | None = None

    @property
    def _walker(self) -> RecordWalker:
        if self._walks is None:
            from redactor.records import RecordWalker

            self._walks = RecordWalker(self, self._selection)
        return self._walks

    def _selected(self, fingerprint: Fingerprint | None) -> Selection | None:
        """Return the paths of the policy, compiled; ``None`` when it has none."""
        named = self.policy.fields.paths
        if not named and not self._exemptions.places:
            return None
        from redactor.paths import Paths
        from redactor.records import FIELD, Selection

        return Selection(
            Paths(tuple(named)),
            tuple(named.values()),
            [writer_of(FIELD, action, fingerprint) for action in named.values()],
            self._exemptions.paths,
            self._exemptions.places,
        )

    def _test_own_packs(self, engine: NativeEngine | ReferenceEngine) -> None:
        # The examples of the packs that come with the library hold: its tests run them all.
        index_of = {rule.id: index for index, rule in enumerate(self._ruleset.sources)}
        own = [
            rule
            for pack in self.policy.load_packs()
            if not is_released(pack)
            for rule in pack.rules
            if rule.id in index_of
        ]
        if not own:
            return
        from redactor.packs import test_rules

        for failure in test_rules(own, engine, index_of):
            raise RuleError(
                failure.where,
                failure.problem,
                "Correct the rule or the example; see: redactor explain --text '...'",
            )

    @property
    def engine(self) -> str:
        """The name of the engine that runs: ``native`` or ``reference``."""
        return str(self._engine.name)

    @property
    def ruleset(self) -> Ruleset:
        """The compiled rules."""
        return self._ruleset

    @property
    def actions(self) -> Actions:
        """The action of each rule."""
        return self._actions

    @property
    def known(self) -> KnownValues:
        """The values that are removed wherever they appear; register more at any time."""
        return self._known

    @property
    def documents(self) -> Documents:
        """The documents whose excerpts are removed; register more at any time."""
        return self._documents

    @property
    def exemptions(self) -> Exemptions:
        """The exceptions of the policy, with how often each let a finding pass."""
        return self._exemptions

    def holds_known(self, value: object) -> bool:
        """
        Say whether a known value is in the text of *value*, a number or an identifier.

        No rule is asked: what holds no secret of its own kind is looked at for known values alone.
        """
        known = self._known
        if not len(known) or (type(value) is int and not known.numbers):
            return False
        rules = len(self._ruleset.sources)
        return any(
            DOCUMENTS > rule >= rules for _, _, rule in self._engine.find(str(value).encode())
        )

    def rule_id(self, rule: int) -> str:
        """
        Return the id of the rule of the index *rule*.

        All behind the rules are known values, or excerpts of documents.
        """
        if rule >= DOCUMENTS:
            return EXCERPT
        sources = self._ruleset.sources
        return sources[rule].id if rule < len(sources) else KNOWN

    @property
    def counts(self) -> bool:
        """Whether what is replaced is counted; see ``count_replaced``."""
        return self._counted is not None

    def __repr__(self) -> str:
        return f"<Redactor engine={self.engine} rules={len(self._ruleset.sources)}>"

    def text(self, text: str) -> str:
        """
        Return *text* with every secret replaced by the marker of the rule that found it.

        Never raises for what *text* holds: where something fails, the text is withheld and a
        marker says why.

        Args:
            text: Any text, of one line or many. Lone surrogates are kept.

        Returns:
            The redacted text; the same object when there is nothing to redact.
        """
        try:
            # By a name of its own: a call of an attribute that is no method is looked up twice.
            native = self._native_redact
            if native is not None:
                redacted = native(text, self._markers)
                if redacted is not None:
                    return redacted  # type: ignore[no-any-return]  # a str for a str
            data = text.encode("utf-8", "surrogatepass")
            redacted = self.data(data)
            return text if redacted is data else redacted.decode("utf-8", "surrogatepass")
        except Exception as error:  # noqa: BLE001  # C1: whatever failed, the raw text is not let out
            return self.withheld(error)

    def withheld(self, error: Exception) -> str:
        """Return what stands for what could not be redacted: the reason, none of the text."""
        if self._on_failure is not None:
            self._on_failure(error)
        return marker("withheld", type(error).__name__)

    def spans(
        self, data: bytes, *, key: str | None = None, at: frozenset[int] = frozenset()
    ) -> list[Span]:
        """
        Find secrets in *data*, the value of *key*, without what the exceptions let pass.

        *at* holds the places of the exceptions whose path names the field that *data* stands in.
        """
        if self._excepting is not None:
            return self._excepting.find(data, key=key, at=at)
        return self._engine.find(data, key=key)  # type: ignore[no-any-return]  # spans

    def let_pass(self, data: bytes) -> list[tuple[Span, Exemption]]:
        """Return what is found in *data* and let pass, with the exception that does it."""
        return [] if self._excepting is None else self._excepting.let_pass(data)

    def data(
        self, data: bytes, *, key: str | None = None, at: frozenset[int] = frozenset()
    ) -> bytes:
        """
        Do what ``text`` does for bytes, with the key that *data* is a value of, if any.

        *at* is that of ``spans``.

        Raises:
            EngineError: The text still had findings after the last round.
        """
        for _ in range(ROUNDS):
            spans = self.spans(data, key=key, at=at)
            if not spans:
                return data
            data = self.replaced(data, spans)
        raise EngineError(
            "text", f"it still had findings after {ROUNDS} rounds", "Report the rules that it names"
        )

    def replaced(self, data: bytes, spans: list[Span], *, continued: bool = False) -> bytes:
        """
        Return *data* with the union of *spans* replaced, in one round.

        *continued* says that a span at the start goes on with a finding whose marker is written.
        """
        if self._counted is not None:
            for start, _, rule in union(spans):
                if not (continued and start == 0):
                    self._counted[self.rule_id(rule)] += 1
        dropped = self._actions.dropped_records
        if dropped:
            for _, _, rule in spans:
                if rule in dropped:
                    return marker(self.rule_id(rule)).encode()
        write = self._actions.write

        def put(span: Span) -> bytes:
            start, end, rule = span
            return b"" if continued and start == 0 else write(rule, data[start:end])

        return replace(data, union(spans), put)

    def count_replaced(self) -> Counter[str]:
        """
        Count what is replaced in texts and records from here on.

        What is clean costs a call more then; what is not takes the way through Python. Streams
        count for themselves.

        Returns:
            Rule id to number of secrets, which goes on changing.
        """
        if self._counted is None:
            self._counted = Counter()
            native = self._native_redact
            if native is not None:
                self._native_redact = _clean_only(native)
        return self._counted

    def find(self, text: str | bytes, *, key: str | None = None) -> tuple[Finding, ...]:
        """
        Find secrets without replacing them.

        Args:
            text: What to look at.
            key: The name that *text* is a value of, in a structured record.

        Returns:
            Findings by place, overlaps included: in characters for ``str``, in bytes for ``bytes``.
        """
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        spans = self._engine.find(data, key=key)
        if not spans:
            return ()
        rule_id = self.rule_id
        if isinstance(text, bytes) or text.isascii():
            return tuple(Finding(rule_id(rule), start, end) for start, end, rule in spans)
        offsets = char_offsets(data, [place for span in spans for place in span[:2]])
        return tuple(
            Finding(rule_id(rule), offsets[start], offsets[end]) for start, end, rule in spans
        )

    def record(self, record: Any) -> Any:
        """
        Return *record* with every secret in it replaced; *record* itself is never changed.

        Args:
            record: Any object: mappings, sequences, sets, texts, bytes, numbers, dataclasses and
                other objects, nested.

        Returns:
            The same object when there is nothing to redact; else a copy of the containers on the
            way to each secret. ``None`` when a rule's action drops the record.
        """
        walks = self._walks
        if walks is None:
            try:
                walks = self._walker
            except Exception as error:  # noqa: BLE001  # C1: the raw record is not let out
                return self.withheld(error)
        return walks.record(record)

    def lines(self, data: bytes) -> bytes:
        """
        Return the log *data* with every secret replaced, line by line.

        Args:
            data: Whole lines in any encoding that keeps ASCII; line ends are kept as they are.

        Returns:
            The redacted log; the same object when there is nothing to redact.
        """
        stream = self.stream()
        redacted = stream.feed(data) + stream.finish()
        return data if redacted == data else redacted

    def stream(self, stats: Stats | None = None) -> LineStream:
        """Return a filter for a stream of lines that comes in pieces of any size."""
        from redactor.stream import LineStream

        return LineStream(self, self._engine, stats)


class MetadataRedactor(Redactor):
    """
    Lets nothing out that the policy does not declare; what is left is scrubbed as usual.

    It is what ``Redactor`` makes for a policy with ``mode = "metadata-only"``. A text on its own is
    looked at as lines of a log.

    >>> policy = Policy(mode="metadata-only")
    >>> Redactor(policy).record({"level": "info", "user": "Ann", "took_ms": 3})
    {'level': 'info', 'user': '<str 3>', 'took_ms': 3}
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        engine: EngineName | None = None,
        on_failure: Callable[[Exception], object] | None = None,
        known: KnownValues | None = None,
        documents: Documents | None = None,
    ) -> None:
        super().__init__(
            policy, engine=engine, on_failure=on_failure, known=known, documents=documents
        )
        from pathlib import Path

        from redactor.metadata import Mode, load_templates

        named = self.policy.metadata
        templates = [
            template
            for name in named.templates
            for template in load_templates(Path(self.policy.base, name))
        ]
        hmac = self.policy.hmac
        keyed = fingerprint_of(self.policy) if hmac.key_env or hmac.key_file else None

        def fingerprint(data: bytes) -> str:
            assert keyed is not None
            return f"{keyed.key_id}:{keyed.of('text', data)}"

        #: What reduces.
        self.mode: Mode = Mode(
            named.fields,
            defaults=named.defaults,
            templates=templates,
            fingerprint=None if keyed is None else fingerprint,
        )
        self._scrubber = self._walker
        self._walks = _MetadataWalker(self)  # type: ignore[assignment]  # of the same methods

    def text(self, text: str) -> str:
        """Return *text*, lines of a log, with what is declared of it."""
        try:
            reduced = self.mode.text(text)
        except Exception as error:  # noqa: BLE001  # C1: the raw text is not let out
            return self.withheld(error)
        scrubbed = super().text(reduced)
        return text if scrubbed == text else self.mode.approve(scrubbed)

    def reduced(self, record: Any, *, settle: bool = False) -> Any:
        """Return *record* with what is declared of it, without secrets."""
        try:
            reduced = self.mode.record(record)
        except Exception as error:  # noqa: BLE001  # C1
            return self.withheld(error)
        return self._scrubber.record(reduced, settle=settle)

    def stream(self, stats: Stats | None = None) -> LineStream:
        """Return a filter for a stream of lines that comes in pieces of any size."""
        from redactor.metadata.stream import MetadataStream
        from redactor.stats import Stats as Counts

        counts = stats if stats is not None else Counts()
        return MetadataStream(self.mode, self.data, self.withheld, counts)  # type: ignore[return-value]  # of the same methods


class _MetadataWalker:
    """Does for the mode what ``RecordWalker`` does."""

    def __init__(self, redactor: MetadataRedactor) -> None:
        self._redactor = redactor
        self.text = redactor.data

    def record(self, record: Any, *, settle: bool = False) -> Any:
        return self._redactor.reduced(record, settle=settle)

    def settled(self, record: Any) -> Any:
        return self._redactor.reduced(record, settle=True)


def _clean_only(native: Callable[..., str | None]) -> Callable[..., str | None]:
    """Have *native* decide only what is clean: what it replaces it does not count."""

    def redact(text: str, markers: Any) -> str | None:
        redacted = native(text, markers)
        return redacted if redacted is text else None

    return redact
