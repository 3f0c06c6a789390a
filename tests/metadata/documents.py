"""Documents and the search for what is left of them, for the tests of the mode."""

from __future__ import annotations

import re

from hypothesis import strategies as st

__all__ = ["documents", "runs_of"]

_WORD = re.compile(r"[^\W\d_]{2,}")
_RUN = 4
#: Words that no template and no field of the tests has; some of them mean something in a log.
_WORDS = (
    "contract seller buyer hereby warrants premises damages clause notwithstanding liability "
    "Vertrag Käufer Verkäufer Haftung договор продавец покупатель ответственность 契約 売主 買主 "
    "patient diagnosis treatment dosage invoice salary dismissal error warning info failed ok "
    "success debug status time level user name id GET POST Error ValueError Traceback line file"
).split()
_JOINTS = (
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "; ",
    ": ",
    " - ",
    "\n",
    " = ",
    "  ",
    '" ',
    " | ",
    "\t",
    "\r\n",
)
_FRONTS = (
    "", "2026-01-01 12:00:00,123 INFO ", "ERROR: ", "[info     ] ", "ValueError: ", '{"event": "',
    "Dear ", "INFO:", 'File "', "level=info ", '127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /',
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn, least: int = 5) -> str:
    """A text of words in several scripts, some of which look as logs do."""
    words = draw(st.lists(st.sampled_from(_WORDS), min_size=least, max_size=24))
    joints = draw(st.lists(st.sampled_from(_JOINTS), min_size=len(words), max_size=len(words)))
    said = "".join(word + joint for word, joint in zip(words, joints, strict=True))
    return draw(st.sampled_from(_FRONTS)) + said


def runs_of(document: str, text: str) -> list[str]:
    """Return the runs of four words of *document* that are in *text*, whatever is between them."""
    words = _words(document)
    wanted = {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    left = _words(text)
    found = {tuple(left[at : at + _RUN]) for at in range(len(left) - _RUN + 1)}
    return sorted(" ".join(run) for run in wanted & found)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text.replace("\\n", " ").replace("\\t", " "))]
