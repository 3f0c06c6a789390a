"""Judging values: can this be a secret at all, and is it random enough to be one?"""

from __future__ import annotations

from redactor.bytesets import ALNUM, DIGITS, LETTERS
from redactor.checks.words import BENIGN_VALUES, PROSE_WORDS
from redactor.markers import marker_end

__all__ = ["is_benign", "looks_secret", "not_placeholder", "spoken", "unmasked"]

_MASKS = frozenset(b"*xX.-_#?")
_WORD_BYTES = LETTERS | frozenset(b"_.- ")
_CALL_BYTES = LETTERS | frozenset(b"_.")
_ARGUMENT_BYTES = ALNUM | frozenset(b"_.*&")
#: What stands in ``<not shown>``, ``<Secret object at 0x7f3a>``, and in ``%(name)s``.
_SHOWN_BYTES = ALNUM | frozenset(b" _.-:/='()*")
_FIELD_BYTES = ALNUM | frozenset(b"_.-:)}")
_TYPE_BYTES = _CALL_BYTES | frozenset(b"<>'&:,[]()?|")
_AFTER_CALLS = frozenset(b".,;:)]}[>|")
_QUOTED = b"\"'`\\"
#: Folders at the root of a system.
_ROOTS = frozenset(
    b"Applications Library Users app bin data dev etc home lib mnt opt private proc root run srv "
    b"sys tmp usr var".split()
)


def is_benign(value: bytes, *, quoted: bool = False) -> bool:
    """
    Say whether *value* holds no secret, whatever its key: a boolean, a mask, a template, a type,
    a marker, a piece of code.

    Args:
        value: What stands under the key.
        quoted: It stood in quotes, or in a field of a record: code stands in neither, and what
            begins like a call, such as ``Pass(word)7``, can be a password.
    """
    if not value:
        return True
    if len(value) <= 16 and value.strip(b" .,:;!").lower().decode("latin-1") in BENIGN_VALUES:
        return True
    if value[0] in b"|>" and len(value) <= 3 and not value[1:].strip(b"+-0123456789"):
        return True  # YAML: the value is in the lines below
    return (
        _is_mask(value)
        or _is_template(value, quoted)
        or _is_code(value, quoted)
        or _is_place(value)
    )


def unmasked(value: bytes) -> bool:
    """Say whether *value* is no mask and no template, whatever else it is."""
    return not _is_mask(value[:256]) and not _is_template(value[:256], False)


def _is_mask(value: bytes) -> bool:
    first = value[0]
    if len(set(value)) == 1 and first in _MASKS:
        return True
    if first == 0x5B and marker_end(value, 0, len(value)) == len(value):
        return True
    return len(value) >= 3 and value.count(b"*") >= len(value) - 4 and value.count(b"*") >= 3


def _is_place(value: bytes) -> bool:
    """Paths from the root of a system: ``PWD=/srv/app``, ``password=/run/secrets/db``."""
    first, _, rest = value[1:].partition(b"/")
    if value[:1] != b"/" or first not in _ROOTS:
        return False
    return all(byte in _CALL_BYTES or byte in DIGITS or byte in b"-/" for byte in rest)


def _is_template(value: bytes, quoted: bool) -> bool:  # noqa: FBT001  # of this module
    first, last = value[0], value[-1]
    if first == 0x24:  # $
        if len(value) > 2 and value[1] == 0x7B and last == 0x7D:
            return True
        if len(value) > 2 and value[1] == 0x28 and last == 0x29:
            return True
        return (
            len(value) > 1
            and all(byte in LETTERS or byte in DIGITS or byte == 0x5F for byte in value[1:])
            and value[1:].upper() == value[1:]
        )
    if first == 0x7B and last == 0x7D:  # { }
        return len(value) > 2 and (value[1] == 0x7B or all(b in _CALL_BYTES for b in value[1:-1]))
    if first == 0x3C and last == 0x3E:  # < >
        return not quoted or all(byte in _SHOWN_BYTES for byte in value[1:-1])
    if first == 0x25:  # %
        if len(value) == 2 and value[1] in b"sdrxifv":
            return True
        if len(value) > 3 and value[1] in b"({" and last in b"sdr)}":
            return not quoted or all(byte in _FIELD_BYTES for byte in value[2:-1])
        return len(value) > 2 and last == 0x25 and all(b in _CALL_BYTES for b in value[1:-1])
    return False


def _is_code(value: bytes, quoted: bool) -> bool:  # noqa: FBT001  # of this module
    """Names, attribute paths of names and calls: ``password=self.password``, ``os.getenv("X")``."""
    if value[:1] == b"$":
        return _is_variable(value, quoted)
    at = 0
    while at < len(value) and value[at] in _CALL_BYTES:
        at += 1
    if at and at < len(value) and value[at] == 0x28:
        return _is_masked_call(value[at + 1 :]) if quoted else _is_call(value[at + 1 :])
    if at and value[at : at + 1] == b"<" and 0x41 <= value[0] <= 0x5A:
        if quoted and value[-1] != 0x3E:
            return False
        return all(byte in _TYPE_BYTES for byte in value[at:])  # Token<'a>, Option<String>
    if at and at < len(value) and value[at] == 0x5B:
        inside = value[at + 1 : -1].strip(b"\"'")
        if value[-1] == 0x5D and inside and all(byte in _CALL_BYTES for byte in inside):
            return True  # an item, or a type: tokens[i], Optional[str]
        return not quoted and value.startswith(
            (b"os.environ", b"environ", b"config", b"settings", b"self.", b"request.")
        )
    return at == len(value) and value.startswith(
        (b"self.", b"settings.", b"config.", b"request.", b"os.")
    )


def _is_call(inside: bytes) -> bool:
    """Say whether a call goes on with *inside*, of which a space may have cut the rest."""
    close = inside.rfind(b")")
    if close >= 0:
        return close + 1 == len(inside) or inside[close + 1] in _AFTER_CALLS
    return not inside or inside[0] in _QUOTED or all(byte in _ARGUMENT_BYTES for byte in inside)


def _is_masked_call(inside: bytes) -> bool:
    """Say whether a call ends with *inside* and shows nothing: ``SecretStr('**********')``."""
    shown = inside[:-1].strip(_QUOTED)
    return inside[-1:] == b")" and (not shown or _is_mask(shown))


def _is_variable(value: bytes, quoted: bool) -> bool:  # noqa: FBT001  # of this module
    """Variables of PHP and GraphQL: ``$_POST['password']``, ``$this->token``, ``$password``."""
    at = 1
    while at < len(value) and value[at] in _CALL_BYTES:
        at += 1
    if at == len(value):
        return value[1:].lower().decode("ascii") in BENIGN_VALUES
    if at > 1 and value[at] == 0x5B:
        return not quoted or value[-1] == 0x5D
    return at > 1 and value.startswith((b"->", b"::"), at)


def looks_secret(value: bytes, *, quoted: bool = False) -> bool:
    """
    Say whether *value* is random enough for a key that is only sometimes a secret's.

    At least eight bytes without a space, no number, path, address, name of words, version or time.
    """
    size = len(value)
    if size < 8 or is_benign(value, quoted=quoted):
        return False
    digits = upper = lower = others = 0
    for byte in value:
        if byte in DIGITS:
            digits += 1
        elif 0x41 <= byte <= 0x5A:
            upper += 1
        elif 0x61 <= byte <= 0x7A:
            lower += 1
        elif byte <= 0x20:
            return False
        else:
            others += 1
    if b"://" in value or value[0] == 0x7E or (value[0] in b"/." and _is_path(value)):
        return False
    if digits + others == size:
        return False
    if digits == 0 and all(byte in _WORD_BYTES for byte in value):
        return size >= 20 and upper >= 2 and lower >= 2 and others == 0 and not _camel(value)
    if size < 16 and digits < 2 and others == 0 and upper < 2:
        return False
    return not _dotted_name(value)


def _is_path(value: bytes) -> bool:
    """Say whether *value*, which begins like a path, is one; one in 64 of base64 begins so too."""
    if (b"+" in value or value[-1] == 0x3D) and _is_mixed(value):
        return False
    parts = value.split(b"/")
    return not any(_is_mixed(part) and not DIGITS.isdisjoint(part) for part in parts)


def _is_mixed(part: bytes) -> bool:
    """Say whether *part* has sixteen bytes or more, with letters of both cases."""
    return len(part) >= 16 and part.lower() != part and part.upper() != part


def _camel(value: bytes) -> bool:
    """Words written together: every capital is followed by at least two small letters."""
    return all(
        at + 2 < len(value) and 0x61 <= value[at + 1] <= 0x7A and 0x61 <= value[at + 2] <= 0x7A
        for at, byte in enumerate(value)
        if 0x41 <= byte <= 0x5A
    )


def _dotted_name(value: bytes) -> bool:
    """Module paths, host names and file names: parts of letters with at most two digits."""
    if b"." not in value:
        return False
    return all(
        part
        and part[0] in LETTERS
        and len(part) <= 24
        and all(byte in ALNUM or byte in b"_-" for byte in part)
        and sum(byte in DIGITS for byte in part) <= 2
        for part in value.split(b".")
    )


_PLACEHOLDERS = (b"xxxx", b"****", b"your", b"example", b"changeme", b"placeholder", b"<", b"${")


def not_placeholder(value: bytes) -> bool:
    """Say whether *value* is more than a stand-in such as ``xxxx`` or ``your-key``."""
    head = value[:256].lower()
    return len(set(head)) > 1 and not any(word in head for word in _PLACEHOLDERS)


def spoken(value: bytes) -> bool:
    """Say whether *value*, after ``password is``, is a secret and no word about passwords."""
    word = value[:256].strip(b".,;:!?()[]").lower()
    return not is_benign(value[:256].rstrip(b"]")) and word.decode("latin-1") not in PROSE_WORDS
