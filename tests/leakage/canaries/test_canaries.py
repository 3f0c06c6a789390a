"""Canaries: made up, unique, and told in whatever form they come out."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Redactor
from redactor.checks.luhn import luhn
from redactor.leakage.canaries import Canaries, current, strategies, use
from redactor.leakage.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redactor.leakage import Leak

KINDS: dict[str, Callable[[Canaries], str]] = {
    "card": Canaries.card,
    "password": Canaries.password,
    "token": Canaries.token,
    "person": lambda canaries: canaries.person().email,
    "document": lambda canaries: canaries.document().text,
}


class Planted:
    """A watch, and canaries that it knows."""

    def __init__(self) -> None:
        self.found: list[Leak] = []
        self.watch = Watch(on_leak=self.found.append)
        self.canaries = Canaries(self.watch.plant, self.watch.let_go)

    def seen_in(self, text: str) -> set[str]:
        """Return the kinds of canaries of which there is a trace in *text*."""
        self.found.clear()
        self.watch.text("logging", text)
        return {leak.canary for leak in self.found if leak.canary}


@pytest.fixture(scope="module")
def planted() -> Planted:
    return Planted()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda text: json.dumps({"value": text}),
        lambda text: quote(text, safe=""),
        lambda text: base64.b64encode(b"x" + text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(b"xy" + text.encode()).decode(),
        lambda text: text.encode().hex(),
        lambda text: repr(text.encode()),
    ],
    ids=["plain", "json", "percent", "base64", "base64url", "hex", "repr"],
)
def test_a_trace_is_a_proof_in_each_encoding(
    planted: Planted, kind: str, write: Callable[[str], str]
) -> None:
    """
    Whatever the rules say, a canary is found as it is and encoded.
    """
    value = KINDS[kind](planted.canaries)

    assert kind in planted.seen_in(f"order {write(value)} done")


@pytest.mark.parametrize("at", [0, 7, 13])
def test_an_excerpt_is_a_proof(planted: Planted, at: int) -> None:
    """
    23 characters of a token, and a line of a document, are told from everything else.
    """
    token, document = planted.canaries.token(), planted.canaries.document()

    assert {"token"} == planted.seen_in("begins " + token[at : at + 23] + "...")
    assert {"document"} == planted.seen_in("body: " + document.text[at : at + 130])


def test_what_a_mask_keeps_is_no_trace(planted: Planted) -> None:
    """
    The last four digits of a card may be shown.
    """
    number = planted.canaries.card()

    assert set() == planted.seen_in(f"card ****{number[-4:]}, {len(number)} digits")


@pytest.mark.parametrize("brand", ["visa", "mastercard", "amex", "discover"])
def test_cards_are_valid_for_rules(planted: Planted, brand: str) -> None:
    """
    A program that redacts cards redacts these.
    """
    number = planted.canaries.card(brand)

    assert luhn(number.encode())
    assert "pay [redacted:card]" == Redactor().text(f"pay {number}")


@pytest.mark.parametrize("kind", ["github", "jwt"])
def test_tokens_of_vendors_are_valid_for_rules(planted: Planted, kind: str) -> None:
    """
    A program that redacts such tokens redacts these.
    """
    token = planted.canaries.token(kind)

    assert token not in Redactor().text(f"using {token} now")
    assert {"token"} == planted.seen_in(f"using {token} now")


def test_no_two_are_the_same() -> None:
    """
    Not in a run, and not in two.
    """
    made = [make(Canaries()) for make in KINDS.values() for _ in range(50)]

    assert len(made) == len(set(made))


def test_a_guard_of_the_program_does_not_know_them(planted: Planted) -> None:
    """
    They are no known values of the process: a guard would take them out and hide what it misses.
    """
    token = planted.canaries.token()

    assert f"order {token}" == Redactor().text(f"order {token}")
    assert {"token"} == planted.seen_in(f"order {token}")


def test_where_one_was_planted_is_told(planted: Planted) -> None:
    """
    Its name says the place.
    """
    assert {"token-in-query"} == planted.seen_in(planted.canaries.at("query").token())


def test_many_canaries_leave_room_for_more() -> None:
    """
    The oldest are let go, so that a long run can go on.
    """
    planted = Planted()
    for _ in range(200):
        planted.canaries.document(lines=10)
    last = planted.canaries.password()

    assert len(planted.watch.known) <= 2_000
    assert {"password"} == planted.seen_in(last)


def test_a_repr_shows_none(planted: Planted) -> None:
    """
    Nor does that of the watch.
    """
    password = planted.canaries.password()

    assert password not in repr(planted.canaries) + repr(planted.watch) + repr(planted.watch.known)


@pytest.fixture
def of_run(planted: Planted) -> Iterator[Planted]:
    """Make the canaries of a test those of the run."""
    before = current()
    use(planted.canaries)
    yield planted
    use(before)


def test_strategies_draw_canaries_of_the_run(of_run: Planted) -> None:
    """
    Each drawn value is one that the watch knows.
    """

    @given(
        st.data(),
        st.sampled_from(
            [strategies.cards, strategies.passwords, strategies.tokens, strategies.documents]
        ),
    )
    def draws(data: st.DataObject, make: Callable[[], st.SearchStrategy[object]]) -> None:
        assert of_run.seen_in(f"drawn {data.draw(make())}")

    draws()


def test_a_strategy_draws_people(of_run: Planted) -> None:
    """
    With all that tells of them.
    """

    @given(strategies.persons())
    def draws(person: object) -> None:
        assert {"person"} == of_run.seen_in(str(person))

    draws()


def test_faker_gives_canaries_of_the_run(of_run: Planted) -> None:
    """
    By a provider that is added as any other; a seed gives no canary twice.
    """
    from faker import Faker

    from redactor.leakage.canaries.faker_provider import LeakCanaries

    fake = Faker()
    fake.add_provider(LeakCanaries)
    drawn: list[str] = []
    for _ in range(2):
        Faker.seed(1)
        for kind, make in {
            "card": fake.canary_card,
            "password": fake.canary_password,
            "token": fake.canary_token,
            "person": fake.canary_email,
            "document": fake.canary_document,
        }.items():
            drawn.append(make())
            assert {kind} == of_run.seen_in(drawn[-1])
    drawn.append(fake.canary_name())

    assert len(drawn) == len(set(drawn))
