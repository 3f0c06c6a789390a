"""The text of files: what is in it is found again in logs; what cannot be read is told."""

from __future__ import annotations

import io
import logging
import sys
import zipfile
from email.message import EmailMessage

import pytest

from redactor import InputError, MissingExtraError, Redactor
from redactor.documents import Documents, extracting

MEMO = "The board has agreed on Tuesday to sell the northern mill for eleven million crowns."
SENTENCE = "agreed on Tuesday to sell the northern mill for"


def docx_of(text: str) -> bytes:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_paragraph("An introduction.")
    document.add_table(1, 2).cell(0, 1).text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf_of(text: str) -> bytes:
    pypdf = pytest.importorskip("pypdf")
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(400, 400)
    stream = DecodedStreamObject()
    first, second = text[:40], text[40:]
    stream.set_data(f"BT /F1 12 Tf 10 300 Td ({first}) Tj 0 -14 Td ({second}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def html_of(text: str) -> bytes:
    pytest.importorskip("bs4")
    words = text.split()
    body = f"<p>{' '.join(words[:6])} <b>{words[6]}</b>\n{' '.join(words[7:])}</p>"
    return f"<!DOCTYPE html><html><script>var x = 1</script><body>{body}</body></html>".encode()


def mail_of(text: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "a memo"
    message["From"] = "a@example.com"
    message.set_content("See below.")
    message.add_attachment(docx_of(text), maintype="application", subtype="octet-stream")
    inner = EmailMessage()
    inner["Subject"] = "inside"
    inner.set_content("ignored")
    message.add_attachment(inner)
    return message.as_bytes()


@pytest.mark.parametrize("make", [docx_of, pdf_of, html_of, mail_of, str.encode])
def test_a_sentence_of_a_file_is_found(documents: Documents, make: object) -> None:
    """
    From tables, pages, tags and attachments.
    """
    assert callable(make)
    documents.register(make(MEMO), id="file")
    assert "[document registered file 9 words]" in Redactor(documents=documents).text(SENTENCE)


def test_texts_of_other_encodings(documents: Documents) -> None:
    """
    UTF-16 with its mark, and Latin-1.
    """
    text = "Die Mühle im Norden wird für elf Millionen verkauft, sagt der Vorstand."
    for encoding in ("utf-16", "latin-1", "utf-8-sig"):
        documents.register(text.encode(encoding), id=encoding)
        assert "[document registered" in Redactor(documents=documents).text(text)
        documents.forget(encoding)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"%PDF-1.7\nbroken northern", "its text cannot be read"),
        (b"PK\x03\x04broken northern", "its text cannot be read"),
        (b"\x7fELF\0\0northern", "it is neither text nor"),
        (b"x" * ((64 << 20) + 1), "larger than 64 MiB"),
    ],
    ids=["pdf", "docx", "binary", "large"],
)
def test_what_cannot_be_read_is_told(documents: Documents, data: bytes, problem: str) -> None:
    """
    Without a byte of it.
    """
    with pytest.raises(InputError, match=problem) as refused:
        documents.register(data)
    assert "northern" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_grows_too_large_is_refused(
    documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The bound is that of what is unpacked.
    """
    monkeypatch.setattr(extracting, "LARGEST", 1 << 16)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"a " * (1 << 20))
    with pytest.raises(InputError, match="too large unpacked"):
        documents.register(file.getvalue())


@pytest.mark.parametrize(
    ("package", "data"),
    [("pypdf", b"%PDF-1.7"), ("docx", b"PK\x03\x04"), ("bs4", b"<html><body>a b</body></html>")],
)
def test_without_the_extra_the_error_names_it(
    documents: Documents, monkeypatch: pytest.MonkeyPatch, package: str, data: bytes
) -> None:
    """
    Nothing is registered half.
    """
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"redactor-pipeline\[documents\]"):
        documents.register(data)


def test_the_reader_of_a_broken_file_says_nothing_of_it(
    documents: Documents, caplog: pytest.LogCaptureFixture
) -> None:
    """
    C6: what pypdf would warn of, with bytes of the file, is in no log.
    """
    pytest.importorskip("pypdf")
    logging.getLogger("pypdf").setLevel(logging.NOTSET)
    with pytest.raises(InputError, match="its text cannot be read"):
        documents.register(b"%PDF-1.4 broken password=hunter2", id="broken")

    assert not caplog.records
