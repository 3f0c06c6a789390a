"""C5: nothing of a finding survives, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from redactor.replace import replace
from redactor.spans import char_offsets, union
from tests.strategies import log_bytes, log_lines, planted_lines, secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest  # noqa: F401  # the type of the fixtures

    from redactor import Redactor
    from redactor.spans import Span

_NUMBER = b"0123456789+-.eE"


def outside(data: bytes, spans: list[Span]) -> list[bytes]:
    """Return the pieces of *data* between *spans*."""
    pieces: list[bytes] = []
    at = 0
    for start, end, _ in spans:
        pieces.append(data[at:start])
        at = end
    return [*pieces, data[at:]]


def is_interleaved(out: bytes, pieces: list[bytes]) -> bool:
    """Say whether *out* is *pieces* in order, with something between each two of them."""
    if not out.startswith(pieces[0]) or not out.endswith(pieces[-1]):
        return False
    at = len(pieces[0])
    for piece in pieces[1:-1]:
        found = out.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(pieces) == 1 or at <= len(out) - len(pieces[-1])


@given(text=st.one_of(log_lines(), secrets()))
def test_every_byte_outside_the_findings_is_unchanged(redactor: Redactor, text: str) -> None:
    """
    One round of replacing leaves the bytes outside the union of the findings as they were; only a
    bare number of JSON is taken whole.
    """
    data = text.encode("utf-8", "surrogatepass")
    spans = union(redactor._engine.find(data))
    pieces = outside(data, spans)
    inner = [piece.strip(_NUMBER) for piece in pieces]

    out = redactor.replaced(data, list(redactor._engine.find(data)))

    assert is_interleaved(out, pieces) or is_interleaved(out, [b"", *inner, b""])


@given(text=st.one_of(log_lines(), secrets()))
def test_findings_lie_in_the_text_and_in_order(redactor: Redactor, text: str) -> None:
    """
    Each finding is a place in the text that is not empty; findings are sorted, none is twice.
    """
    findings = redactor.find(text)
    places = [(found.start, found.end, found.rule) for found in findings]

    assert all(0 <= start < end <= len(text) for start, end, _ in places)
    assert sorted(places) == sorted(set(places))
    assert [start for start, _, _ in places] == sorted(start for start, _, _ in places)


@given(text=log_lines())
def test_findings_in_characters_are_those_in_bytes(redactor: Redactor, text: str) -> None:
    """
    The findings of a ``str`` are those of its UTF-8, counted in characters.
    """
    data = text.encode("utf-8", "surrogatepass")

    in_chars = [
        (found.rule, text[found.start : found.end].encode("utf-8", "surrogatepass"))
        for found in redactor.find(text)
    ]

    assert [(f.rule, data[f.start : f.end]) for f in redactor.find(data)] == in_chars


@given(line=planted_lines(), before=log_lines(), after=log_lines())
def test_a_planted_secret_does_not_come_out(
    redactor: Redactor, line: tuple[str, str], before: str, after: str
) -> None:
    """
    Whatever lines stand around it, a planted secret does not come out of any template.
    """
    text, secret = line
    assume(secret not in before)
    assume(secret not in after)
    log = "\n".join([before.replace("\n", " "), text, after])

    assert secret not in redactor.text(text)
    assert secret not in redactor.text(log)
    assert secret.encode() not in redactor.lines(log.encode("utf-8", "surrogatepass"))


@given(log=log_bytes())
def test_clean_logs_come_back_as_themselves(redactor: Redactor, log: bytes) -> None:
    """
    A log without a finding comes back as the same object.
    """
    if not redactor._engine.scan(log).spans:
        assert log is redactor.lines(log)


@given(text=log_lines())
def test_clean_texts_come_back_as_themselves(redactor: Redactor, text: str) -> None:
    """
    A text comes back as the same object exactly when there is no finding in it.
    """
    assert (redactor.text(text) is text) == (not redactor.find(text))


@given(log=log_bytes())
def test_line_breaks_stay(redactor: Redactor, log: bytes) -> None:
    """
    Outside blocks over several lines, each line break comes out as it went in.
    """
    assume(b"-----BEGIN" not in log and b"Private-Lines" not in log)

    assert log.count(b"\n") == redactor.lines(log).count(b"\n")
    assert log.endswith(b"\n") == redactor.lines(log).endswith(b"\n")


_spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 12), st.integers(0, 3)).map(
        lambda item: (item[0], item[0] + item[1], item[2])
    ),
    max_size=8,
)


@given(spans=_spans)
def test_a_union_covers_what_its_members_cover(spans: list[Span]) -> None:
    """
    A union is sorted and disjoint and covers exactly the places that its members cover.
    """
    merged = union(spans)
    covered = {place for start, end, _ in spans for place in range(start, end)}

    assert covered == {place for start, end, _ in merged for place in range(start, end)}
    assert sum(end - start for start, end, _ in merged) == len(covered)
    assert merged == sorted(merged)


@given(spans=_spans)
def test_a_union_is_named_after_its_longest_member(spans: list[Span]) -> None:
    """
    A merged span has the rule of its longest member; of equals, that of the lowest index.
    """
    for start, end, rule in union(spans):
        members = [
            (last - first, -index) for first, last, index in spans if start <= first and last <= end
        ]

        assert -max(members)[1] == rule


@given(spans=_spans, rng=st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(spans: list[Span], rng: object) -> None:
    """
    A union is the same for every order of its members.
    """
    shuffled = list(spans)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random

    assert union(spans) == union(shuffled)


@given(data=st.binary(max_size=60), spans=_spans)
def test_replacing_leaves_nothing_of_a_span(data: bytes, spans: list[Span]) -> None:
    """
    Replacing writes what ``put`` gives for each span and none of the bytes in it.
    """
    merged = [span for span in union(spans) if span[1] <= len(data)]
    put: Callable[[Span], bytes] = lambda _span: b"#"  # noqa: E731

    out = replace(data, merged, put)

    kept = outside(data, merged)
    assert len(out) <= sum(map(len, kept)) + 40 * len(merged)
    assert out.count(b"#") >= min(1, len(merged))


@given(text=st.text(st.characters(codec="utf-8"), max_size=30))
def test_offsets_of_bytes_become_offsets_of_characters(text: str) -> None:
    """
    The offset of each character in UTF-8 maps to its index.
    """
    places = [len(text[:index].encode()) for index in range(len(text) + 1)]

    offsets = char_offsets(text.encode(), places)

    assert list(range(len(text) + 1)) == [offsets[place] for place in places]
