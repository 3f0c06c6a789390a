"""The pattern syntax: what is understood, what is refused, what is known about a pattern."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from redactor.packs.pattern import PatternSyntaxError, byte_class, parse


def first(pattern: str, *, ignore_case: bool = False) -> bytes:
    bits = parse(pattern, ignore_case=ignore_case).first
    return bytes(byte for byte in range(256) if bits >> byte & 1)


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest", "start"),
    [
        ("abc", 3, 3, b"a"),
        ("a?bc", 2, 3, b"ab"),
        ("a*b", 1, None, b"ab"),
        ("a+", 1, None, b"a"),
        ("a{3}", 3, 3, b"a"),
        ("a{3,}", 3, None, b"a"),
        ("a{2,5}b?", 2, 6, b"a"),
        ("ab|c", 1, 2, b"ac"),
        ("(?:ab|c)d", 2, 3, b"ac"),
        ("(?P<value>ab)c", 3, 3, b"a"),
        ("[a-c]x", 2, 2, b"abc"),
        ("[]a]", 1, 1, b"]a"),
        ("[a-]", 1, 1, b"-a"),
        (r"[\]\\]", 1, 1, b"\\]"),
        (r"\x41\x5A", 2, 2, b"A"),
        (r"\d{4}", 4, 4, b"0123456789"),
        (r"\.\*", 2, 2, b"."),
        (r"\n\t\r\f\v", 5, 5, b"\n"),
        ("a??b", 1, 2, b"ab"),
        ("a{2,3}?", 2, 3, b"a"),
        ("(?:)a", 1, 1, b"a"),
    ],
)  # fmt: skip
def test_what_is_known_about_a_pattern(
    pattern: str, shortest: int, longest: int | None, start: bytes
) -> None:
    """
    Of each pattern the shortest and longest match and the bytes that it can start with are known.
    """
    shape = parse(pattern)

    assert (shortest, longest) == (shape.shortest, shape.longest)
    assert bytes(sorted(start)) == first(pattern)


def test_case_is_ignored_on_request() -> None:
    """
    With ``ignore_case`` a pattern can start with either case of its first letter.
    """
    assert b"Aa" == first("abc", ignore_case=True)
    assert b"12ABab" == first("[a-b1-2]", ignore_case=True)


@pytest.mark.parametrize(
    ("pattern", "members"),
    [
        ("ab|c+", b"abc"),
        (r"(?P<x>\d{2}[x-z])?-", b"0123456789xyz-"),
        (r"a\x20", b"a "),
        ("[^a]", b""),
    ],
)
def test_the_bytes_of_a_match_are_known(pattern: str, members: bytes) -> None:
    """
    Of each pattern all bytes are known that can stand in a match, and of no others is it said.
    """
    bits = parse(pattern).members
    held = bytes(byte for byte in range(256) if bits >> byte & 1)

    assert held == (bytes(sorted(members)) if members else bytes(range(256)).replace(b"a", b""))


def test_groups_are_named() -> None:
    """
    The names of groups are known, also inside other groups.
    """
    assert {"a", "b"} == parse("(?P<a>x(?:y(?P<b>z)))").groups


@pytest.mark.parametrize(
    "pattern",
    ["(?:ab)+", "(?:a|b)*c", "(?:a+,)*b", "(?:[a-z]+\\.){2,}", "(?:a{4}){3,}", "(?:a?b)+",
     "(?:(?:a|b){2}c)+", "(?:a+ )?a+", "a*a*b", "(?:a|ab)c", "(?:a+){2}", "x(?:[a-z]{2,8}-)+y"],
)  # fmt: skip
def test_patterns_whose_repeats_are_plain_are_taken(pattern: str) -> None:
    """
    A repeat is taken when the next byte says where each round ends, or when the rounds are few.
    """
    assert parse(pattern).shortest > 0


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        (r"\x+1", r"\x without two hex digits at position 0"),
        (r"\x 1", r"\x without two hex digits at position 0"),
        (r"\x4", r"\x without two hex digits at position 0"),
        ("a{", "a { that starts no repeat at position 1"),
        ("a{,5}", "a { that starts no repeat at position 1"),
        ("a{1", "a { that starts no repeat at position 1"),
        ("(?P<1a>x)", "a group without a name at position 0"),
        ("(?P<ax", "a group without a name at position 0"),
        ("(?", "an extension (? at position 0"),
        ("(?#x)a", "an extension (? at position 0"),
        ("(?m)a", "an extension (? at position 0"),
        ("[", "a class that is not closed at position 0"),
        ("[]", "a class that is not closed at position 0"),
        ("a{0}", "it can match the empty text"),
        ("", "it can match the empty text"),
        ("a|", "it can match the empty text"),
        (r"\p{L}", r"an unknown escape \p at position 0"),
        (r"[\b]", r"an unknown escape \b at position 1"),
        ("[[:alpha:]]", r"a bare [ inside a class at position 1"),
    ],
)
def test_a_mistake_is_named_with_its_position(pattern: str, problem: str) -> None:
    """
    A pattern outside the syntax is refused with the position, counted from 0.
    """
    with pytest.raises(PatternSyntaxError) as caught:
        parse(pattern)

    assert problem == caught.value.problem


def test_two_groups_cannot_share_a_name() -> None:
    """
    The secret is one group: a name that is given twice is refused, as the Rust syntax does.
    """
    with pytest.raises(PatternSyntaxError):
        parse("(?P<value>a)|(?P<value>b)")


def test_groups_nested_without_end_are_refused() -> None:
    """
    Nesting is bounded: a pattern is refused by name, not by exhausting the stack.
    """
    with pytest.raises(PatternSyntaxError):
        parse("(?:" * 2000 + "a" + ")" * 2000)


@pytest.mark.parametrize(
    ("body", "members"),
    [
        ("", b""),
        ("a-c", b"abc"),
        ("A-Ca-c_-", b"ABC_abc-"),
        (r"\]", b"]"),
        ("]", b"]"),
        (r"\x00-\x02", b"\x00\x01\x02"),
    ],
)
def test_the_body_of_a_class_is_a_set_of_bytes(body: str, members: bytes) -> None:
    """
    ``before``, ``after`` and ``lead`` hold the body of a class.
    """
    assert frozenset(members) == byte_class(body)


def test_a_negated_class_holds_all_other_bytes() -> None:
    """
    A class that starts with ``^`` holds every byte but those named.
    """
    assert 254 == len(byte_class("^ab"))


_atoms = st.sampled_from(["a", "b", "[a-c]", r"\d", "x", r"\.", "[^a]", "-"])


@st.composite
def _patterns(draw: st.DrawFn) -> str:
    pieces: list[str] = []
    for _ in range(draw(st.integers(1, 5))):
        atom = draw(_atoms)
        if draw(st.integers(0, 3)) == 0:
            atom = f"(?:{atom}{draw(_atoms)}|{draw(_atoms)})"
        pieces.append(atom + draw(st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{2,}"])))
    return "".join(pieces)


@given(pattern=_patterns(), data=st.binary(max_size=30))
def test_what_is_said_about_a_pattern_holds_for_its_matches(pattern: str, data: bytes) -> None:
    """
    A match is never shorter or longer than the pattern says, starts with one of its first bytes and
    holds no byte that is not one of its members.
    """
    try:
        shape = parse(pattern)
    except PatternSyntaxError:
        return

    for match in regex.compile(pattern.encode(), regex.VERSION0).finditer(data):
        assert shape.shortest <= len(match[0])
        assert shape.longest is None or len(match[0]) <= shape.longest
        assert shape.first >> match[0][0] & 1
        assert all(shape.members >> byte & 1 for byte in match[0])


@given(pattern=st.text(st.sampled_from("ab(?:)[]{}|*+\\d1,<P>x^-"), max_size=12))
def test_any_text_is_a_pattern_or_a_named_mistake(pattern: str) -> None:
    """
    Every text is parsed or refused with a problem and a remedy; what is parsed compiles.
    """
    refused = ""
    try:
        parse(pattern)
    except PatternSyntaxError as error:
        refused = f"{error.problem}. {error.remedy}."

    if not refused:
        regex.compile(pattern.encode(), regex.VERSION0)
    assert not refused.startswith(".")
    assert ". ." not in refused
