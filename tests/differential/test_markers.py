"""
C8 around markers: the native engine does not read the keys of a marker and of what it is all of.

That is sound only where nothing else could be meant; these texts are what stands closest to it.
"""

from __future__ import annotations

from itertools import product

import pytest

from redactor import Redactor
from redactor.engines import native_available
from redactor.engines.native import NativeEngine
from redactor.engines.reference import ReferenceEngine
from redactor.packs import Ruleset

_PASSWORD = "hunter2" + "-Xk3z9"
_KEYS = ("password", "token", "Authorization", "passphrase", "cvv", "api_key", "redacted", "note")
_FORMS = (
    '{{"{key}": "{value}',
    '{{"{key}":"{value}',
    '{key}="{value}',
    '{key}: "{value}',
    '{key} = "{value}',
    "{key}='{value}",
    "{key}={value}",
    '["{key}", "{value}',
    '{{\\"{key}\\": \\"{value}',
    '{value}: "{key}',
)
_MARKERS = (
    "[redacted:card]",
    "[redacted:password:k1-0011]",
    "[redacted:]",
    "[redacted:card",
    "[redacted:",
    "[document application/pdf 18 KB]",
)
_BEHIND = (
    "",
    '"',
    '"}',
    '""',
    f'""{_PASSWORD}"',
    f'" {_PASSWORD}"',
    f'"{_PASSWORD}',
    f'{_PASSWORD}"',
    f':{_PASSWORD}"',
    f'", "pin": "{_PASSWORD}"}}',
    f'", password={_PASSWORD}',
    f'"], "{_PASSWORD}"',
)


def _texts() -> list[bytes]:
    parts = product(_FORMS, _KEYS, _MARKERS, _BEHIND)
    return [
        (form.format(key=key, value=marker) + behind).encode()
        for form, key, marker, behind in parts
    ]


def _named(name: str) -> Ruleset:
    """The standard rules, one of which has *name* for a key."""
    sources = Redactor(engine="reference").ruleset.sources
    like = next(rule for rule in sources if rule.kind == "pair" and rule.value == "any")
    more = like.replace(id="of-markers", names=(name,), glue=(), except_names=())
    return Ruleset.compile([*sources, more])


@pytest.mark.skipif(not native_available(), reason="the native engine is not built")
@pytest.mark.parametrize("name", ["unrelated", "redacted"])
def test_engines_agree_on_what_stands_around_markers(name: str) -> None:
    ruleset = _named(name)
    native, reference = NativeEngine(ruleset), ReferenceEngine(ruleset)
    for text in _texts():
        assert reference.find(text) == native.find(text), text
