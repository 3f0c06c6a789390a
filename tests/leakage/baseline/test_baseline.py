"""The baseline: leaks that are known pass, until a day, and no others."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from redactor.errors import InputError
from redactor.leakage import Leak, Report, Site
from redactor.leakage.baseline import Baseline, Entry
from tests.leakage.check.conftest import CLEAN, LINE, SECRET, Done, folder, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["folder", "run"]  # fixtures

TODAY = dt.date(2026, 11, 27)
KNOWN = Leak(rule="card", exit="logging", site=Site("shop/pay.py", 41, "charge"), content="0a")


def report(*leaks: Leak, trouble: tuple[str, ...] = ()) -> Report:
    return Report(tool="test", version="1", leaks=leaks, trouble=trouble)


def entry(**changes: object) -> Entry:
    fields = {"rule": "card", "exit": "logging", "path": "shop/pay.py", "function": "charge"}
    return Entry(**{**fields, "content": "0a", **changes})  # type: ignore[arg-type]  # collected


def moved(leak: Leak, **changes: object) -> Leak:
    import msgspec

    return msgspec.structs.replace(leak, **changes)


def test_a_leak_that_moved_to_another_line_is_still_known() -> None:
    """
    The line number is no part of what an entry names.
    """
    leak = moved(KNOWN, site=Site("shop/pay.py", 99, "charge"))

    done = Baseline([entry()]).apply(report(leak), TODAY)

    assert ((), (leak,)) == (done.leaks, done.known)


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "token"},
        {"exit": "sentry"},
        {"site": Site("shop/other.py", 41, "charge")},
        {"site": Site("shop/pay.py", 41, "refund")},
        {"content": "0b"},
    ],
)
def test_another_leak_is_not_let_pass(changes: dict[str, object]) -> None:
    """
    Another rule, exit, file, function or text is another leak, and the entry is told to be unused.
    """
    leak = moved(KNOWN, **changes)

    done = Baseline([entry()]).apply(report(leak), TODAY)

    assert ((leak,), ()) == (done.leaks, done.known)
    assert ("baseline: card in shop/pay.py in charge is not found any more",) == done.notes


@pytest.mark.parametrize(
    ("expires", "counts"),
    [(None, False), (TODAY + dt.timedelta(1), False), (TODAY, True), (dt.date(2020, 1, 1), True)],
)
def test_an_entry_counts_until_its_day(expires: dt.date | None, counts: bool) -> None:  # noqa: FBT001
    """
    From the day of its expiry on the leak counts again, and a note says why.
    """
    done = Baseline([entry(expires=expires, reason="SHOP-7")]).apply(report(KNOWN), TODAY)

    assert counts == bool(done.leaks)
    assert counts == any("(SHOP-7) expired on" in note for note in done.notes)


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("logs/app-2026-11-27.log", "logs/app-2026-11-28.log", True),
        ("logs/app.log", "logs/app.log.1", True),
        ("logs/app.log", "logs/app.log.2.gz", True),
        ("logs/app.log.1.zst", "logs/app.log.2.gz", True),
        ("logs/app.log-20261127", "logs/app.log-20261128.xz", True),
        ("logs/app.log", "logs/web.log", False),
        ("logs/app.log", "old/app.log", False),
        ("a.zip!app.log", "a.zip!web.log", False),
    ],
)
def test_a_log_that_rotates_keeps_its_entries(before: str, after: str, same: bool) -> None:  # noqa: FBT001
    """
    Of the name of a log its numbers and its packing do not count.
    """
    leak = moved(KNOWN, exit="file", site=Site(after, 7))

    done = Baseline([entry(exit="file", path=before, function="")]).apply(report(leak), TODAY)

    assert same == bool(done.known)


def test_unused_entries_are_not_told_of_when_not_all_was_looked_at() -> None:
    """
    After trouble, or with a part of the logs, nothing is said of what was not found.
    """
    baseline = Baseline([entry()])

    assert () == baseline.apply(report(trouble=("x",)), TODAY).notes
    assert () == baseline.apply(report(), TODAY, whole=False).notes


def test_an_update_keeps_day_and_reason_of_what_it_keeps() -> None:
    """
    Entries that are found again stay as they are; those that are not go; new ones are marked.
    """
    old = entry(added=dt.date(2026, 1, 1), expires=dt.date(2027, 1, 1), reason="SHOP-7")
    expired = entry(content="0c", expires=dt.date(2026, 1, 1), reason="SHOP-8")
    gone = entry(content="0d")
    again, new = moved(KNOWN, content="0c"), moved(KNOWN, content="0e")

    updated = Baseline([old, expired, gone]).updated(
        report(KNOWN, again, new), TODAY, expires=dt.date(2027, 6, 1), reason="SHOP-9"
    )

    assert {
        "0a": old,
        "0c": entry(content="0c", added=TODAY, expires=dt.date(2027, 6, 1), reason="SHOP-9"),
        "0e": entry(content="0e", added=TODAY, expires=dt.date(2027, 6, 1), reason="SHOP-9"),
    } == {item.content: item for item in updated.entries.values()}


def test_an_update_after_trouble_keeps_what_may_not_have_been_looked_at() -> None:
    """
    A file that could not be read does not cost its entries.
    """
    updated = Baseline([entry(content="0d")]).updated(report(KNOWN, trouble=("x",)), TODAY)

    assert {"0a", "0d"} == {item.content for item in updated.entries.values()}


def test_a_baseline_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    """
    What is written can be read, is sorted, and is the same file each time.
    """
    path = tmp_path / "b.json"
    entries = [entry(content=content, expires=TODAY, reason="é") for content in ("0c", "0a", "0b")]
    Baseline(entries).save(path)
    first = path.read_bytes()

    loaded = Baseline.load(path)
    loaded.save(path)

    assert Baseline(entries).entries == loaded.entries
    assert first == path.read_bytes()
    assert ["0a", "0b", "0c"] == [item["content"] for item in json.loads(first)["leaks"]]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 2, "leaks": []}', '{"schema": 1, "leaks": [{"rule": 1}]}']
)
def test_what_is_no_baseline_is_refused(text: str, tmp_path: Path) -> None:
    """
    Nothing is let pass by a file that was not understood.
    """
    (tmp_path / "b.json").write_text(text)

    with pytest.raises(InputError, match=r"baseline .*b\.json: "):
        Baseline.load(tmp_path / "b.json")


def test_the_command_makes_uses_and_updates_a_baseline(
    folder: Path, run: Callable[..., Done]
) -> None:
    """
    A leak that the baseline has ends with 0, one that came since with 1, and the file holds
    nothing of either.
    """
    log = folder / "a.log"
    log.write_bytes(CLEAN + LINE)

    made = run("a.log", "--update-baseline", "--expires", "90d", "--reason", "SHOP-7")
    assert (0, []) == (made.code, made.places)
    assert "1 leak in the baseline redactor-baseline.json" in made.err
    written = (folder / "redactor-baseline.json").read_text()
    assert SECRET not in written
    assert '"reason": "SHOP-7"' in written

    log.write_bytes(CLEAN * 9 + LINE + b"a new call: token=3f9a7c21e8b04d56\n")
    done = run("a.log", "--baseline", "redactor-baseline.json")
    assert (1, ["a.log:11 token"]) == (done.code, done.places)
    assert [10] == [leak["site"]["line"] for leak in done.report["known"]]

    assert 0 == run("a.log", "--baseline", "redactor-baseline.json", "--update-baseline").code
    assert 0 == run("a.log", "--baseline", "redactor-baseline.json").code


def test_an_update_after_a_look_at_what_was_added_keeps_the_rest(
    folder: Path, run: Callable[..., Done]
) -> None:
    """
    With ``--since FILE`` the older lines are not looked at again: their entries stay.
    """
    log = folder / "a.log"
    log.write_bytes(CLEAN + LINE)
    assert 0 == run("a.log", "--since", "state", "--update-baseline").code

    log.write_bytes(CLEAN + LINE + b"a new call: token=3f9a7c21e8b04d56\n")
    assert 0 == run("a.log", "--since", "state", "--update-baseline").code

    assert 0 == run("a.log", "--baseline", "redactor-baseline.json").code
