"""
Baselines: leaks that are known and let pass, until a day.

A baseline is a JSON file that is kept with the program. An entry names a leak by its rule, exit,
file, function and by the fingerprint of what stands around it, not by a line number: a change
elsewhere in the file does not bring it back. No entry holds anything of a secret.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # fields of Entry: whoever decodes one asks for it
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from redactor.errors import InputError
from redactor.leakage.whole_file import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from redactor.leakage.leaks import Leak, Report

__all__ = ["DEFAULT_NAME", "Baseline", "Entry"]

#: Where a baseline is made when no name is given.
DEFAULT_NAME = "redactor-baseline.json"
_SCHEMA = 1
#: Entries that a note each is made for; more of them say nothing new.
_NOTES = 20
#: What rotation puts behind the name of a log, and what packs it.
_ROTATED = re.compile(r"(?:\.0)?(?:\.(?:gz|bz2|xz|zst))?$")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """
    A leak that is let pass.

    Attributes:
        rule: Id of the rule.
        exit: Its exit; ``file`` for log files.
        path: The file of the call that logs, or the log file.
        function: The function of the call; empty for a log file.
        content: Fingerprint of what stands around it.
        added: Day on which it was added.
        expires: First day on which it counts again; ``None`` for never.
        reason: Why it is let pass, for whoever reads the file.
    """

    rule: str
    exit: str
    path: str
    function: str = ""
    content: str = ""
    added: dt.date | None = None
    expires: dt.date | None = None
    reason: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What a leak must have in common with the entry; see ``_identity``."""
        return _identity(self.rule, self.exit, self.path, self.function, self.content)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    leaks: tuple[Entry, ...]


class Baseline:
    """
    The entries of a baseline file.

    Args:
        entries: What is let pass.

    Attributes:
        entries: The same, by identity.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = {entry.identity: entry for entry in entries}

    @classmethod
    def load(cls, path: str | Path) -> Baseline:
        """
        Read the baseline at *path*.

        Raises:
            InputError: It cannot be read, or is no baseline.
        """
        try:
            file = msgspec.json.decode(Path(path).read_bytes(), type=_File)
        except OSError as error:
            raise InputError(
                f"baseline {path}",
                f"it cannot be read ({error.strerror})",
                "Make one with: redactor check --update-baseline",
            ) from None
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise InputError(
                f"baseline {path}",
                f"it is no baseline: {error}",
                "Correct it, or make it again with: redactor check --update-baseline",
            ) from None
        if file.schema != _SCHEMA:
            raise InputError(
                f"baseline {path}",
                f"its schema is {file.schema}, and this version reads {_SCHEMA}",
                "Install a newer redactor, or make it again with: redactor check --update-baseline",
            )
        return cls(file.leaks)

    def __len__(self) -> int:
        return len(self.entries)

    def save(self, path: str | Path) -> None:
        """
        Write the baseline to *path*, whole or not at all; entries are sorted, one value a line.

        Raises:
            InputError: It cannot be written.
        """
        entries = tuple(self.entries[key] for key in sorted(self.entries))
        data = msgspec.json.format(msgspec.json.encode(_File(_SCHEMA, entries)), indent=2) + b"\n"
        replace_file(Path(path), data, "baseline")

    def apply(self, report: Report, today: dt.date, *, whole: bool = True) -> Report:
        """
        Move the leaks of *report* that the baseline holds from ``leaks`` to ``known``.

        Args:
            report: What a run found.
            today: Entries that expire on this day or before do not count.
            whole: The run has looked at everything; entries that it did not use get a note.

        Returns:
            The report, with notes on entries that have expired or that nothing uses any more.
        """
        new: list[Leak] = []
        known: list[Leak] = []
        used: set[tuple[str, ...]] = set()
        notes: list[str] = []
        for leak in report.leaks:
            entry = self.entries.get(_identity(*leak.identity))
            if entry is None:
                new.append(leak)
            elif entry.expires is not None and entry.expires <= today:
                new.append(leak)
                if entry.identity not in used:
                    notes.append(f"{_in_words(entry)} expired on {entry.expires}")
                used.add(entry.identity)
            else:
                known.append(leak)
                used.add(entry.identity)
        if whole and not report.trouble:
            unused = [entry for key, entry in self.entries.items() if key not in used]
            notes += [f"{_in_words(entry)} is not found any more" for entry in unused]
        if len(notes) > _NOTES:
            notes[_NOTES:] = [f"{len(notes) - _NOTES:,} more entries of the baseline have no use"]
        return msgspec.structs.replace(
            report,
            leaks=tuple(new),
            known=(*report.known, *known),
            notes=(*report.notes, *notes),
        )

    def updated(
        self,
        report: Report,
        today: dt.date,
        *,
        expires: dt.date | None = None,
        reason: str = "",
        whole: bool = True,
    ) -> Baseline:
        """
        Return a baseline that holds all leaks of a run and nothing else.

        Where the run had trouble or was not a whole one, entries that it did not use are kept: what
        they are about may not have been looked at.

        Args:
            report: What the run found, before ``apply``.
            today: The day that new entries are marked with.
            expires: When new entries expire. Entries that are kept keep their reason, and their
                day unless it has passed.
            reason: Why new entries are let pass.
            whole: The run has looked at everything, not only at what was added.
        """
        entries = {} if whole and not report.trouble else dict(self.entries)
        for leak in report.leaks:
            key = _identity(*leak.identity)
            old = self.entries.get(key)
            if old is not None and (old.expires is None or old.expires > today):
                entries[key] = old
                continue
            rule, exit_name, path, function, content = leak.identity
            entries[key] = Entry(
                rule,
                exit_name,
                path,
                function,
                content,
                today,
                expires,
                reason or (old.reason if old else ""),
            )
        return Baseline(entries.values())


def _identity(rule: str, exit_name: str, path: str, function: str, content: str) -> tuple[str, ...]:
    """Return what makes two leaks the same: of a log that rotates, its name without the numbers."""
    if exit_name == "file":
        path = _ROTATED.sub("", re.sub(r"[0-9]+(?:[-_.T]?[0-9]+)*", "0", path))
    return rule, exit_name, path, function, content


def _in_words(entry: Entry) -> str:
    where = entry.path + (f" in {entry.function}" if entry.function else "")
    reason = f" ({entry.reason})" if entry.reason else ""
    return f"baseline: {entry.rule} in {where}{reason}"
