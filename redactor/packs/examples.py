"""Holding rules to their own examples: each ``match`` is found, each ``ignore`` is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from redactor.model import Rule
    from redactor.spans import Span

__all__ = ["Failure", "Finder", "test_rules"]


class Finder(Protocol):
    """The part of an engine that examples need."""

    def find(self, data: bytes, *, key: str | None = None) -> Sequence[Span]:
        """Find secrets in *data*."""
        ...


class Failure(NamedTuple):
    """
    An example that does not hold.

    Attributes:
        where: File, rule, list and number, such as ``cards.toml: card: match[2]``.
        problem: ``not found``, or ``found`` with the reason why it should not be.
    """

    where: str
    problem: str


def test_rules(rules: Iterable[Rule], finder: Finder, index_of: dict[str, int]) -> list[Failure]:
    """
    Run the examples of *rules* through an engine.

    Args:
        rules: Rules as written.
        finder: An engine whose ruleset holds them.
        index_of: The index of each rule's id in that ruleset.

    Returns:
        What does not hold, in the order of the rules.
    """
    failures: list[Failure] = []
    for rule in rules:
        wanted = index_of[rule.id]
        for number, example in enumerate(rule.match):
            if not _finds(finder, example.text, wanted):
                failures.append(Failure(f"{rule.where}: match[{number}]", "not found"))
        for number, example in enumerate(rule.ignore):
            if _finds(finder, example.text, wanted):
                failures.append(
                    Failure(
                        f"{rule.where}: ignore[{number}]",
                        f"found, but should be left alone: {example.why}",
                    )
                )
    return failures


def _finds(finder: Finder, text: str, wanted: int) -> bool:
    data = text.encode("utf-8", "surrogatepass")
    return any(index == wanted for _, _, index in finder.find(data))


# The name says what it does; to pytest it would say that this module holds tests.
test_rules.__test__ = False  # type: ignore[attr-defined]
