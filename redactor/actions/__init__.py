"""
Actions: what stands in a secret's place.

``tag`` leaves the rule's marker. ``mask`` adds the last four characters to it, ``hmac`` a keyed
fingerprint. ``summary`` says the type and size of a document. ``drop-field`` and ``drop-record``
remove the field or the whole record; in plain text, where there is no field, ``drop-field`` leaves
the marker.
"""

from __future__ import annotations

from redactor.actions.fingerprint import Fingerprint
from redactor.bytesets import ALNUM
from redactor.markers import marker
from redactor.spans import DOCUMENTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redactor.actions.summary import Running
    from redactor.field_types import Action
    from redactor.model import Rule

__all__ = ["Actions", "Fingerprint", "writer_of"]

#: A value must be this long for its last four characters to be shown.
_MASK_MINIMUM = 12
_MASK_KEEPS = 4


class Actions:
    """
    The action of each rule of a ruleset, ready to write.

    Attributes:
        constants: By rule index, the marker where it is always the same, else ``None``; the last
            one stands for known values, whose marker is that of their label.
        dropped_fields: Rule indices whose findings remove the field.
        dropped_records: Rule indices whose findings remove the record.

    Args:
        rules: The rules.
        chosen: Rule id to action.
        fingerprint: The key of the action ``hmac``, and of the fingerprints in summaries.
        known: The action of known values, whose indices are behind those of the rules.
        labels: The marker of each label of known values, by its place; it may grow.
        undecided: Rule indices whose findings may be let pass: none of them has a constant.
        excerpts: The action of excerpts of documents, whose indices are from ``DOCUMENTS`` on.
        excerpt: Returns the marker of one, given the number of its document and its text.
    """

    __slots__ = (
        "_excerpt",
        "_labels",
        "_running",
        "_writers",
        "constants",
        "dropped_fields",
        "dropped_records",
    )

    def __init__(
        self,
        rules: Sequence[Rule],
        chosen: dict[str, Action],
        fingerprint: Fingerprint | None,
        *,
        known: Action = "tag",
        labels: Sequence[bytes] = (),
        undecided: frozenset[int] = frozenset(),
        excerpts: Action = "tag",
        excerpt: Callable[[int, bytes], bytes] | None = None,
    ) -> None:
        constants: list[bytes | None] = []
        writers: list[Callable[[bytes], bytes]] = []
        fields: set[int] = set()
        records: set[int] = set()
        for index, rule in enumerate(rules):
            action = chosen.get(rule.id, rule.action)
            writers.append(writer_of(rule.id, action, fingerprint))
            # Documents over several lines are put together by the stream.
            constant = (
                action in ("tag", "drop-field")
                and index not in undecided
                and rule.content != "lines"
            )
            constants.append(marker(rule.id).encode() if constant else None)
            if action == "drop-field":
                fields.add(index)
            elif action == "drop-record":
                records.add(index)
        constants.append(None if known == "drop-record" else b"")
        actions: tuple[Action, ...]
        actions = tuple(chosen.get(rule.id, rule.action) for rule in rules)
        self._running = rules, actions, fingerprint
        end = len(writers)
        self.constants = tuple(constants)
        self.dropped_fields = _Indices(
            fields, end if known == "drop-field" else None, excerpts=excerpts == "drop-field"
        )
        self.dropped_records = _Indices(
            records, end if known == "drop-record" else None, excerpts=excerpts == "drop-record"
        )
        self._excerpt = excerpt
        self._writers = tuple(writers)
        self._labels = labels

    def write(self, rule: int, secret: bytes) -> bytes:
        """Return what stands in the place of *secret*, which the rule of index *rule* found."""
        if rule >= DOCUMENTS and self._excerpt is not None:
            return self._excerpt(rule - DOCUMENTS, secret)
        if rule >= len(self._writers):
            return self._labels[rule - len(self._writers)]
        return self._writers[rule](secret)

    def running(self, rule: int) -> Running:
        """Return what sums up a document that the rule of index *rule* found, piece by piece."""
        from redactor.actions.summary import Running

        rules, actions, fingerprint = self._running
        return Running(rules[rule].id, actions[rule], fingerprint)


def writer_of(
    rule: str, action: Action, fingerprint: Fingerprint | None
) -> Callable[[bytes], bytes]:
    """Return a function from a secret that the rule *rule* found to what stands in its place."""
    if action == "hmac" and fingerprint is not None:
        return fingerprint.writer(rule)
    if action == "summary":
        from redactor.actions.summary import summary_writer

        return summary_writer(fingerprint)
    if action == "mask":
        return _masked(rule)
    return _constant(marker(rule).encode())


class _Indices:
    """Indices of rules, where *behind* is given those from there on, and those of *excerpts*."""

    __slots__ = ("_behind", "_excerpts", "_rules")

    def __init__(self, rules: set[int], behind: int | None, *, excerpts: bool) -> None:
        self._rules = frozenset(rules)
        self._behind = behind
        self._excerpts = excerpts

    def __contains__(self, rule: int) -> bool:
        if rule >= DOCUMENTS:
            return self._excerpts
        return rule in self._rules or (self._behind is not None and rule >= self._behind)

    def __bool__(self) -> bool:
        return bool(self._rules) or self._behind is not None or self._excerpts


def _constant(tag: bytes) -> Callable[[bytes], bytes]:
    return lambda _secret: tag


def _masked(rule: str) -> Callable[[bytes], bytes]:
    tag = marker(rule).encode()

    def write(secret: bytes) -> bytes:
        kept = bytes(byte for byte in secret if byte in ALNUM)
        if len(kept) < _MASK_MINIMUM:
            return tag
        return marker(rule, "****" + kept[-_MASK_KEEPS:].decode("ascii")).encode()

    return write
