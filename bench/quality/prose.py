"""
Made-up documents: in Latin script by the words that follow each other in Python's own manual, and
by made-up words in Cyrillic, Arabic and Han. Of fixed seeds.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate, pairwise
from pydoc_data.topics import topics

__all__ = ["document", "documents", "sentence_words"]

_SCRIPTS = {
    "cyrillic": "абвгдежзиклмнопрстуфхцчшщыьэюя",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
}
_MADE_UP = 40_000
_HAN = range(0x4E00, 0x4E00 + 3000)


@cache
def _following() -> dict[str, tuple[str, ...]]:
    """Each word of the manual, with the words behind it, as often as they are."""
    words = [word for word in " ".join(topics.values()).split() if any(map(str.isalnum, word))]
    following: dict[str, list[str]] = {}
    for one, other in pairwise(words):
        following.setdefault(one, []).append(other)
    return {word: tuple(others) for word, others in following.items()}


@cache
def _vocabulary(script: str) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Made-up words and their sums of weights: few are frequent, most are rare."""
    random_ = random.Random(f"words {script}")
    letters = _SCRIPTS.get(script, "etaoinshrdlcumwfgypbvk")
    words = tuple(
        "".join(random_.choices(letters, k=random_.randint(2, 11))) for _ in range(_MADE_UP)
    )
    return words, tuple(accumulate(1 / (rank + 3) for rank in range(_MADE_UP)))


def sentence_words(random_: random.Random, count: int, script: str = "latin") -> list[str]:
    """Return *count* words in a row, with the marks of sentences; of Han, characters."""
    if script == "han":
        return [chr(random_.choice(_HAN)) for _ in range(count)]
    words: list[str] = []
    known, sums = _vocabulary(script)
    following = _following() if script == "latin" else {}
    word = random_.choice(list(following)) if following else known[0]
    while len(words) < count:
        # Names and numbers that no manual has are in every document.
        others = following.get(word, ())
        if others and random_.random() < 0.8:
            word = random_.choice(others)
        elif random_.random() < 0.1:
            word = str(random_.randrange(10**6))
        else:
            word = random_.choices(known, cum_weights=sums)[0]
        words.append(word)
    return words


def document(seed: int, count: int = 1000, script: str = "latin") -> str:
    """Return a document of so many words in lines of some 90 characters."""
    random_ = random.Random(f"document {script} {seed}")
    words = sentence_words(random_, count, script)
    if script == "han":
        return "。\n".join("".join(words[at : at + 40]) for at in range(0, count, 40))
    return "\n".join(" ".join(words[at : at + 14]) for at in range(0, count, 14))


def documents(count: int, words: int = 1000) -> list[tuple[str, str]]:
    """Return so many documents with their ids."""
    return [(f"document-{seed}", document(seed, words)) for seed in range(count)]
