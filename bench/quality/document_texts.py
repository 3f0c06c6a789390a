"""
Documents of many kinds, made from a seed.

The words are Faker's, in twelve languages; sentences have what written text has: numbers, dates, prices,
quotations, brackets, names. Files are real enough for their readers to know them: an archive is
written by ``zipfile``, a picture has its chunks.
"""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import struct
import zipfile
import zlib
from email.message import EmailMessage
from functools import cache
from typing import TYPE_CHECKING

from faker import Faker

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["FILES", "LANGUAGES", "TEXTS", "prose"]

#: Locales whose words are those of a language; several are unspaced, one runs from right to left.
LANGUAGES = (
    "en_US", "en_US", "en_US", "de_DE", "fr_FR", "ru_RU", "uk_UA", "el_GR", "he_IL", "ar_AA", "fa_IR",
    "zh_CN", "ja_JP", "vi_VN",
)  # fmt: skip
_UNSPACED = ("zh_CN", "ja_JP")


@cache
def _faker(locale: str) -> Faker:
    return Faker(locale)


def _sentence(chance: random.Random, locale: str) -> str:
    fake = _faker(locale)
    fake.seed_instance(chance.getrandbits(32))
    text = str(fake.sentence(chance.randint(6, 16)))
    words = text.split(" ")
    if locale in _UNSPACED or len(words) < 4:
        return text
    place = chance.randint(1, len(words) - 2)
    extra = chance.random()
    if extra < 0.08:
        words.insert(place, str(chance.randint(2, 4000)))
    elif extra < 0.12:
        words.insert(place, f"{chance.randint(1, 28)}.{chance.randint(1, 12)}.2025")
    elif extra < 0.16:
        words[place] = f"“{words[place]}”"
    elif extra < 0.2:
        words[place] = f"({words[place]})"
    elif extra < 0.3:
        words[place] += ","
    elif extra < 0.34:
        words.insert(place, f"{chance.randint(10, 900)},50 €")
    elif extra < 0.36:
        words.insert(place, f"{fake.first_name()} {fake.last_name()}")
    elif extra < 0.38:
        words.insert(place, "–")
    return " ".join(words)


def prose(chance: random.Random, sentences: int, locale: str = "") -> str:
    """Return paragraphs of *sentences* sentences in one language, that of *locale* or any."""
    locale = locale or chance.choice(LANGUAGES)
    joint = "" if locale in _UNSPACED else " "
    paragraphs: list[str] = []
    left = sentences
    while left > 0:
        size = min(left, chance.randint(3, 7))
        paragraphs.append(joint.join(_sentence(chance, locale) for _ in range(size)))
        left -= size
    return "\n\n".join(paragraphs)


def _prose(chance: random.Random) -> str:
    return prose(chance, chance.randint(12, 60))


def _letter(chance: random.Random) -> str:
    fake = _faker("en_US")
    fake.seed_instance(chance.getrandbits(32))
    body = prose(chance, chance.randint(10, 24), "en_US")
    return (
        f"{fake.name()}\n{fake.address()}\n\nDear {fake.last_name()},\n\n{body}\n\n"
        f"Yours sincerely,\n{fake.name()}\n"
    )


def _contract(chance: random.Random) -> str:
    parts = [f"AGREEMENT No. {chance.randint(100, 9999)}/2025"]
    for number in range(1, chance.randint(5, 10)):
        title = _sentence(chance, "en_US").rstrip(".")
        parts.append(f"{number}. {title}\n{number}.1 {prose(chance, 3, 'en_US')}")
        parts.append(f"{number}.2 {prose(chance, 2, 'en_US')}")
    return "\n\n".join(parts)


def _ocr(chance: random.Random) -> str:
    """Text as a recogniser reads it: hyphens at line ends, letters taken for others, short lines."""
    words = prose(
        chance, chance.randint(14, 40), chance.choice(("en_US", "de_DE", "fr_FR"))
    ).split()
    swaps = {"l": "1", "o": "0", "rn": "m", "e": "c"}
    lines: list[str] = []
    line = ""
    for word in words:
        if chance.random() < 0.04:
            found, put = chance.choice(list(swaps.items()))
            word = word.replace(found, put, 1)
        line = f"{line} {word}".strip()
        if len(line) > 52:
            lines.append(line)
            line = ""
    return "\n".join([*lines, line])


def _markdown(chance: random.Random) -> str:
    parts = [f"# {_sentence(chance, 'en_US').rstrip('.')}", prose(chance, 4, "en_US")]
    for _ in range(chance.randint(3, 6)):
        parts.append(f"## {_sentence(chance, 'en_US').rstrip('.')}")
        parts.append(prose(chance, 3, "en_US"))
        parts.append("\n".join(f"- {_sentence(chance, 'en_US')}" for _ in range(3)))
        parts.append(f"**{_sentence(chance, 'en_US')}** *{_sentence(chance, 'en_US')}*")
    return "\n\n".join(parts)


def _page(chance: random.Random) -> str:
    body = "".join(
        f'<p class="text">{html.escape(line)}</p>\n<div id="d{number}"><a href="/p/{number}">'
        f"{html.escape(_sentence(chance, 'en_US'))}</a></div>\n"
        for number, line in enumerate(prose(chance, chance.randint(6, 20)).split("\n\n"))
    )
    head = chance.choice(('<!DOCTYPE html>\n<html lang="en">', "<html>", "<!doctype html><html>"))
    title = html.escape(_sentence(chance, "en_US"))
    return (
        f'{head}\n<head><meta charset="utf-8"><title>{title}</title>'
        f"<style>p {{ margin: 0 }}</style></head>\n<body>\n{body}</body>\n</html>\n"
    )


def _fragment(chance: random.Random) -> str:
    return "".join(
        f'<div class="row"><h2>{html.escape(_sentence(chance, "en_US"))}</h2>'
        f"<p>{html.escape(line)}</p><br/></div>"
        for line in prose(chance, chance.randint(8, 20)).split("\n\n")
    )


def _xml(chance: random.Random) -> str:
    fake = _faker("en_US")
    fake.seed_instance(chance.getrandbits(32))
    rows = "".join(
        f'  <line no="{number}">\n    <name>{html.escape(fake.name())}</name>\n'
        f"    <note>{html.escape(_sentence(chance, 'en_US'))}</note>\n  </line>\n"
        for number in range(chance.randint(4, 15))
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<invoice id="7">\n{rows}</invoice>\n'


def _svg(chance: random.Random) -> str:
    shapes = "".join(
        f'<path d="M{chance.randint(0, 90)} {chance.randint(0, 90)}h9v9z" fill="#{chance.randint(0, 999):03d}"/>'
        for _ in range(chance.randint(8, 40))
    )
    words = html.escape(_sentence(chance, "en_US"))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 99">{shapes}<text>{words}</text></svg>'


def _mail(chance: random.Random) -> str:
    fake = _faker("en_US")
    fake.seed_instance(chance.getrandbits(32))
    message = EmailMessage()
    message["From"] = f"{fake.name()} <{fake.user_name()}@mail.example>"
    message["To"] = f"{fake.name()} <{fake.user_name()}@post.example>"
    message["Subject"] = _sentence(chance, "en_US").rstrip(".")
    message["Date"] = "Mon, 24 Nov 2025 10:12:13 +0000"
    message["Message-ID"] = f"<{chance.getrandbits(40):x}@mail.example>"
    message.set_content(prose(chance, chance.randint(4, 16), "en_US"))
    if chance.random() < 0.5:
        message.add_alternative(_page(chance), subtype="html")
    return message.as_string()


def _upload(chance: random.Random) -> str:
    mark = f"----WebKitFormBoundary{chance.getrandbits(60):x}"
    return (
        f'--{mark}\r\nContent-Disposition: form-data; name="title"\r\n\r\n'
        f"{' '.join(_sentence(chance, 'en_US').split()[:3])}\r\n"
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="letter.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\n{prose(chance, 8)}\r\n--{mark}--\r\n"
    )


def _rows(chance: random.Random, count: int) -> list[list[str]]:
    fake = _faker(chance.choice(("en_US", "de_DE", "fr_FR", "ru_RU", "zh_CN")))
    fake.seed_instance(chance.getrandbits(32))
    return [
        [str(number), fake.name(), fake.city(), f"{chance.randint(1, 999)}.50", fake.job()]
        for number in range(count)
    ]


def _csv(chance: random.Random, delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=chance.choice(("\n", "\r\n")))
    writer.writerow(["id", "name", "city", "total", "job"])
    writer.writerows(_rows(chance, chance.randint(10, 60)))
    return out.getvalue()


def _tsv(chance: random.Random) -> str:
    return _csv(chance, "\t")


def _json_rows(chance: random.Random) -> str:
    keys = ("id", "name", "city", "total", "note")
    rows = [
        dict(zip(keys, [*row[:4], _sentence(chance, "en_US")], strict=True))
        for row in _rows(chance, chance.randint(6, 30))
    ]
    return json.dumps(rows, indent=chance.choice((None, 2)), ensure_ascii=chance.random() < 0.5)


def _cues(chance: random.Random, point: str, *, numbers: bool) -> str:
    parts = []
    for number in range(1, chance.randint(8, 30)):
        start = f"00:{number // 20:02d}:{number * 3 % 60:02d}{point}000"
        end = f"00:{number // 20:02d}:{number * 3 % 60 + 2:02d}{point}500"
        head = f"{number}\n" if numbers else ""
        parts.append(f"{head}{start} --> {end}\n{_sentence(chance, chance.choice(LANGUAGES))}\n")
    return "\n".join(parts)


def _srt(chance: random.Random) -> str:
    return _cues(chance, ",", numbers=True)


def _vtt(chance: random.Random) -> str:
    return "WEBVTT\n\n" + _cues(chance, ".", numbers=False)


def _xliff(chance: random.Random) -> str:
    units = "".join(
        f'<trans-unit id="{number}"><source>{html.escape(_sentence(chance, "en_US"))}</source>'
        f"<target>{html.escape(_sentence(chance, 'de_DE'))}</target></trans-unit>\n"
        for number in range(chance.randint(5, 20))
    )
    return (
        '<?xml version="1.0"?>\n<xliff version="1.2"><file source-language="en"><body>\n'
        f"{units}</body></file></xliff>\n"
    )


def _tmx(chance: random.Random) -> str:
    units = "".join(
        f'<tu><tuv xml:lang="en"><seg>{html.escape(_sentence(chance, "en_US"))}</seg></tuv>'
        f'<tuv xml:lang="fr"><seg>{html.escape(_sentence(chance, "fr_FR"))}</seg></tuv></tu>\n'
        for _ in range(chance.randint(5, 20))
    )
    return f'<tmx version="1.4"><header srclang="en"/><body>\n{units}</body></tmx>\n'


def _po(chance: random.Random) -> str:
    return "\n".join(
        f"#: shop/views.py:{number}\nmsgid {json.dumps(_sentence(chance, 'en_US'))}\n"
        f"msgstr {json.dumps(_sentence(chance, 'ru_RU'), ensure_ascii=False)}\n"
        for number in range(chance.randint(6, 20))
    )


def _rtf(chance: random.Random) -> str:
    body = prose(chance, 12, "en_US").replace("\n\n", "\\par\n")
    return "{\\rtf1\\ansi\\deff0 {\\fonttbl {\\f0 Times New Roman;}}\n\\f0\\fs24 " + body + "\n}\n"


def _pdf(chance: random.Random) -> bytes:
    text = zlib.compress(prose(chance, 20).encode())
    return (
        b"%%PDF-1.7\n%%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n4 0 obj\n<< /Length %d "
        b"/Filter /FlateDecode >>\nstream\n%s\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n"
    ) % (len(text), text)


def _archive(chance: random.Random, names: tuple[str, ...], kind: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if kind:
            archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        for name in names:
            archive.writestr(name, _xml(chance) + prose(chance, 6))
    return out.getvalue()


def _docx(chance: random.Random) -> bytes:
    return _archive(chance, ("[Content_Types].xml", "word/document.xml", "word/styles.xml"))


def _xlsx(chance: random.Random) -> bytes:
    return _archive(chance, ("[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml"))


def _odt(chance: random.Random) -> bytes:
    return _archive(chance, ("content.xml",), "application/vnd.oasis.opendocument.text")


def _zip(chance: random.Random) -> bytes:
    return _archive(chance, ("letters/a.txt", "letters/b.txt"))


def _gzip(chance: random.Random) -> bytes:
    return gzip.compress(prose(chance, 30).encode(), mtime=0)


def _png(chance: random.Random) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    side = chance.randint(12, 40)
    rows = b"".join(b"\0" + chance.randbytes(3 * side) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def _jpeg(chance: random.Random) -> bytes:
    head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0H\0H\0\0\xff\xdb\0C\0"
    return head + chance.randbytes(chance.randint(600, 3000)) + b"\xff\xd9"


def _gif(chance: random.Random) -> bytes:
    return b"GIF89a\x20\0\x20\0\xf7\0\0" + chance.randbytes(chance.randint(500, 2000)) + b";"


#: Documents that are text, by kind.
TEXTS: dict[str, Callable[[random.Random], str]] = {
    "prose": _prose,
    "letter": _letter,
    "contract": _contract,
    "ocr": _ocr,
    "markdown": _markdown,
    "html page": _page,
    "html fragment": _fragment,
    "xml": _xml,
    "svg": _svg,
    "mail": _mail,
    "multipart upload": _upload,
    "csv": _csv,
    "tsv": _tsv,
    "json rows": _json_rows,
    "srt": _srt,
    "vtt": _vtt,
    "xliff": _xliff,
    "tmx": _tmx,
    "po": _po,
    "rtf": _rtf,
}
#: Documents that are bytes, by kind.
FILES: dict[str, Callable[[random.Random], bytes]] = {
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "odt": _odt,
    "zip": _zip,
    "gzip": _gzip,
    "png": _png,
    "jpeg": _jpeg,
    "gif": _gif,
}
