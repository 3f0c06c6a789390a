"""Statements say what logs contain, and nothing of it; a signature holds for all that they say."""

from __future__ import annotations

import copy
import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from redactor import Policy, Redactor
from redactor.attest import AttestError, Observation, sign, statement_of, verify
from redactor.attest.page import write
from redactor.attest.signing import document_in, private_key
from redactor.attest.statement import policy_hash
from tests.attest.statements import hostile, ordinary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, bytes, bytes]]

LINES = [
    b'{"level":"info","msg":"a private matter of hers","status":200,"user":{"name":"Ann"}}\n',
    b'{"level":"info","msg":"paid with 4111111111111111","took_ms":3}\n',
    b"2026-01-01 12:00:00,123 ERROR shop.views: a private matter\n",
]


def _keys(folder: Path) -> tuple[Path, Path]:
    """Write a pair of keys as OpenSSL does; return their paths."""
    from cryptography.hazmat.primitives import serialization as forms
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private, public = folder / "key.pem", folder / "public.pem"
    private.write_bytes(
        key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    )
    return private, public


def _statement(policy: Policy) -> dict[str, Any]:
    redactor = Redactor(policy)
    seen = Observation(redactor)
    for line in LINES:
        seen.add(line)
    seen.end()
    return statement_of(seen, redactor, ("app.log",))


def test_fields_shapes_and_removals_are_counted() -> None:
    """
    In the mode metadata-only: each field with the shapes of what left, why the others did not, and
    what the rules found in what came in.
    """
    said = _statement(Policy(mode="metadata-only"))
    fields = {field["name"]: field["shapes"] for field in said["fields"]}

    assert {"level": 2} == fields["level"]
    assert {"type and size": 2} == fields["msg"]
    assert {"http-status": 1} == fields["status"]
    assert {"type and size": 1} == fields["user.name"]
    assert {"card": 1} == said["removed"]["by_rule"]
    assert 2 <= said["removed"]["by_allow_list"]["free text without a known template"]
    assert 1 == said["removed"]["by_allow_list"]["the field is not declared"]
    assert (2, 1) == (said["counts"]["records"], said["counts"]["lines_of_text"])
    assert {"tokens", "cards", "credentials"} == {pack["name"] for pack in said["packs"]}
    assert all(len(pack["sha256"]) == 64 for pack in said["packs"])
    assert said["window"]["from"] <= said["window"]["to"]


def test_in_scrub_mode_free_text_is_called_so() -> None:
    """
    The statement does not say more than is so: a message that was left as it was is free text.
    """
    said = _statement(Policy())
    fields = {field["name"]: field["shapes"] for field in said["fields"]}

    assert {"free text": 2} == fields["msg"]
    assert {"card": 1} == said["removed"]["by_rule"]
    assert {} == said["removed"]["by_allow_list"]


@pytest.mark.parametrize("mode", ["metadata-only", "scrub"])
def test_no_value_of_a_record_is_in_a_statement(mode: Any) -> None:
    """
    Neither in the JSON nor in the page.
    """
    document = sign(_statement(Policy(mode=mode)), None)
    for text in (json.dumps(document), write(document)):
        for value in ("private", "matter", "Ann", "4111"):
            assert value not in text


def test_the_hash_of_a_policy_is_that_of_what_it_says() -> None:
    """
    The same for the same, wherever its file lies; another for another.
    """
    same = policy_hash(Policy(mode="metadata-only", base="/somewhere"))

    assert same == policy_hash(Policy(mode="metadata-only"))
    assert same != policy_hash(Policy(mode="metadata-only", disable=("phone",)))
    assert same != policy_hash(Policy())


def test_a_signature_holds_for_all_that_is_said(tmp_path: Path) -> None:
    """
    Whichever value is changed, it no longer holds; nor under another key, nor without one.
    """
    private, public = _keys(tmp_path)
    document = sign(ordinary()["statement"], private_key(private))
    assert document["statement"] == verify(document, public)

    def changed(value: Any) -> Any:
        if isinstance(value, dict):
            return {**value, next(iter(value), "new"): 0}
        return [*value, 0] if isinstance(value, list) else f"{value}x"

    for name, value in document["statement"].items():
        other = copy.deepcopy(document)
        other["statement"][name] = changed(value)
        with pytest.raises(AttestError):
            verify(other, public)
    (tmp_path / "other").mkdir()
    with pytest.raises(AttestError):
        verify(document, _keys(tmp_path / "other")[1])
    for signature in (None, {}, {"value": "!"}, {"value": ""}):
        with pytest.raises(AttestError):
            verify({**document, "signature": signature}, public)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    """
    With a sentence that says how to make one, and nothing of the file.
    """
    path = tmp_path / "key.pem"
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        path.write_bytes(content)
        with pytest.raises(AttestError, match="openssl genpkey -algorithm ed25519"):
            private_key(path)
    with pytest.raises(AttestError, match="cannot be read"):
        private_key(tmp_path / "none.pem")


def test_the_page_holds_the_document() -> None:
    """
    What is read out of the page is the document, also one whose texts try to end its element.
    """
    for document in (ordinary(), hostile()):
        assert document == document_in(write(document)) == document_in(json.dumps(document))


class _Markup(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.scripts: list[str | None] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":
            self.scripts.append(dict(attrs).get("type"))


def test_hostile_names_do_not_become_markup() -> None:
    """
    The page of hostile names has the tags and attributes of an ordinary one, and no more.
    """
    pages = []
    for document in (ordinary(), hostile()):
        page = _Markup()
        page.feed(write(document))
        pages.append(page)

    assert pages[1].tags <= pages[0].tags | {"br"}
    assert pages[1].attributes <= pages[0].attributes
    assert ["application/json"] == pages[1].scripts


def test_the_command_writes_signs_and_verifies(run: Run, tmp_path: Path) -> None:
    """
    A page and JSON from a log; both verify; a page that shows something else does not, though the
    document in it is signed.
    """
    _keys(tmp_path)
    (tmp_path / "redactor.toml").write_text('mode = "metadata-only"\n')
    (tmp_path / "app.log").write_bytes(b"".join(LINES))
    code, out, err = run(
        "attest", "app.log", "--html", "s.html", "--json", "s.json", "--sign-key", "key.pem"
    )
    assert (0, b"") == (code, out), err

    for name in ("s.html", "s.json"):
        code, out, _ = run("attest", "--verify", name, "--public-key", "public.pem")
        assert code == 0
        assert out.startswith(f"{name}: ok: signed with ".encode())
    page = (tmp_path / "s.html").read_text("utf-8")
    (tmp_path / "s.html").write_text(page.replace("<b>2</b>", "<b>0</b>", 1), "utf-8")
    code, out, err = run("attest", "--verify", "s.html", "--public-key", "public.pem")
    assert (2, b"") == (code, out)
    assert b"does not show what was signed" in err


@pytest.mark.slow
def test_a_live_stream_is_looked_at_until_the_bound(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    """
    After the number of lines asked for the statement comes, while the stream goes on.
    """
    (tmp_path / "redactor.toml").write_text('mode = "metadata-only"\n')
    process = start("attest", "-", "--records", "2")
    process.feed(LINES[0] * 5)
    process.until(b'"tool"')
    code, out, _ = process.end()

    assert 0 == code
    assert 2 == json.loads(out)["statement"]["counts"]["records"]
