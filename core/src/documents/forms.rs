//! Documents that show what they are: files, markup, mail, captions.

use super::Range;
use super::pattern::Pattern;
use memchr::{memchr, memmem, memrchr};
use std::sync::LazyLock;

/// What a file holds near its start, as it is and as programs write it: in Python, in JSON.
const FILES: &str = concat!(
    r"%PDF-",
    r"|PK\x03\x04|PK\\x03\\x04|PK\\u0003\\u0004",
    r"|PNG\r\n\x1a\n|PNG\\r\\n\\x1a\\n|PNG\\r\\n\\u001a\\n",
    r"|GIF87a|GIF89a",
    r"|JFIF\x00|JFIF\\x00|JFIF\\u0000|Exif\x00|Exif\\x00|Exif\\u0000",
    r"|WEBPVP8",
    r"|\x1f\x8b\x08|\\x1f\\x8b\\x08|\x1f\xef\xbf\xbd\x08|\x1f\xc2\x8b\x08",
    r"|\\u001f\\ufffd\\b|\\u001f\xef\xbf\xbd\\b",
    r"|BZh91AY&SY",
    r"|7z\xbc\xaf|7z\\xbc\\xaf|7z\xc2\xbc\xc2\xaf",
    r"|Rar!\x1a\x07|Rar!\\x1a\\x07",
    r"|\xd0\xcf\x11\xe0|\\xd0\\xcf\\x11\\xe0",
    r"|\xfd7zXZ\x00|\\xfd7zXZ\\x00",
    r"|\(\xb5/\xfd|\(\\xb5/\\xfd",
);
/// How far before these bytes a file may start.
const HEAD: usize = 40;
const PDF_START: &[u8] = b"%PDF-";
const PDF_END: &[u8] = b"%%EOF";
/// Share of the bytes that show a binary, in percent.
const BINARY: usize = 30;
/// So much base64 or hexadecimal digits in one run are a file, whatever they decode to.
const RUN: usize = 2048;
/// A ruler or a filler has fewer different characters at its start.
const SAMPLE: usize = 256;
const VARIETY: u32 = 8;
/// End tags that make a text markup without a declaration.
const CLOSINGS: usize = 4;
const HEADERS: usize = 4;
const OF_MAIL: [&[u8]; 3] = [b"subject", b"message-id", b"mime-version"];
const SENT: [&[u8]; 3] = [b"from", b"received", b"return-path"];
const UPLOAD_HEAD: usize = 200;
/// A form without a file is what a program was asked, and no document.
const OF_A_FILE: &[u8] = b"filename";
const CUES: usize = 3;
const TITLE_REACH: usize = 400;
const MESSAGES: usize = 4;

struct Patterns {
    files: Pattern,
    rtf: Pattern,
    binary: Pattern,
    strong: Pattern,
    root: Pattern,
    tag: Pattern,
    closing: Pattern,
    header: Pattern,
    upload: Pattern,
    cue: Pattern,
    message: Pattern,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    files: Pattern::new(FILES),
    rtf: Pattern::new(r"\{\\{1,8}rtf[0-9]"),
    binary: Pattern::new(concat!(
        r"\\x[0-9A-Fa-f]{2}|\\u00[0189][0-9a-f]|\\ufffd",
        r"|[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\xef\xbf\xbd",
    )),
    strong: Pattern::folded(concat!(
        r"<!doctype html|<html[ >\\]|<\?xml |<svg[ >]|<rss[ >]|<feed[ >]|<tmx[ >]|<xliff[ >]",
        r"|<soap[a-z0-9-]{0,8}:envelope[ >]",
    )),
    root: Pattern::new(r"<[A-Za-z_][A-Za-z0-9_:.\-]{0,60}"),
    tag: Pattern::new(r"<[A-Za-z][A-Za-z0-9:]{0,30}[ />\\]"),
    closing: Pattern::new(r"<\\{0,8}/[A-Za-z][A-Za-z0-9:.\-]{0,40}[ ]{0,4}>"),
    header: Pattern::folded(concat!(
        r"(?:from|to|cc|subject|date|message-id|mime-version|received",
        r"|return-path|reply-to|content-type|dkim-signature|delivered-to): ",
    )),
    upload: Pattern::folded(r"content-disposition: form-data"),
    cue: Pattern::new(r"[0-9]{2}:[0-9]{2}[.,][0-9]{3} --> [0-9]{2}:"),
    message: Pattern::new(r#"msg(?:id|str) \\{0,7}""#),
});

/// Where `needle` is last in `text[low..high]`.
fn rfind(text: &[u8], needle: &[u8], low: usize, high: usize) -> Option<usize> {
    if low > high {
        return None;
    }
    memmem::rfind(&text[low..high], needle).map(|at| low + at)
}

/// Finds files as they are, or in the escapes of a language.
pub fn files_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    // Searches for what is in each of them are quick, the patterns are not.
    let has = |sign: &[u8]| memmem::find(&text[low..high], sign).is_some();
    if has(b"rtf")
        && let Some((start, end)) = PATTERNS.rtf.find(text, low, high)
    {
        let last = memrchr(b'}', &text[end..high]);
        found.push((start, last.map_or(high, |last| end + last + 1)));
    }
    if let Some((at, end)) = PATTERNS.files.find(text, low, high) {
        if &text[at..end] == PDF_START {
            let last = rfind(text, PDF_END, at, high);
            found.push((at, last.map_or(high, |last| last + PDF_END.len())));
        } else {
            found.push((if at - low <= HEAD { low } else { at }, high));
        }
        return;
    }
    runs(text, (low, high), found);
    let odd_byte = |&byte: &u8| byte < b' ' || matches!(byte, b'\\' | 0x7F | 0xEF);
    if !text[low..high].iter().any(odd_byte) {
        return;
    }
    let odd: usize = PATTERNS
        .binary
        .all(text, low, high)
        .map(|(start, end)| end - start)
        .sum();
    if odd * 100 >= (high - low) * BINARY {
        found.push((low, high));
    }
}

/// Finds long runs of base64, `[A-Za-z0-9+/_\-]{2048,}={0,2}`.
fn runs(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    let member =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-');
    let mut at = low;
    while at < high {
        let size = text[at..high]
            .iter()
            .take_while(|&&byte| member(byte))
            .count();
        let mut end = at + size;
        if size >= RUN && varied(&text[at..at + SAMPLE]) {
            let stop = high.min(end + 2);
            while end < stop && text[end] == b'=' {
                end += 1;
            }
            found.push((at, end));
        }
        at = end.max(at + 1);
    }
}

/// It has too many different characters for a ruler or a filler.
fn varied(text: &[u8]) -> bool {
    let seen = text
        .iter()
        .fold(0u128, |seen, byte| seen | 1 << (byte & 127));
    seen.count_ones() >= VARIETY
}

/// Finds HTML, XML and SVG: from the first tag to the end tag of the root, or the last one.
pub fn markup_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    if memchr(b'<', &text[low..high]).is_none() {
        return;
    }
    let strong = PATTERNS.strong.find(text, low, high);
    let (mut last, mut count) = (None, 0);
    let from = strong.map_or(low, |(start, _)| start);
    for (_, end) in PATTERNS.closing.all(text, from, high) {
        last = Some(end);
        count += 1;
    }
    if let Some(strong) = strong {
        found.push((strong.0, root_end(text, strong, high, last)));
    } else if count >= CLOSINGS
        && let Some(last) = last
        && let Some((first, _)) = PATTERNS.tag.find(text, low, high)
        && first < last
    {
        found.push((first, last));
    }
}

/// Where the document ends: with its root's end tag, else with all that follows.
fn root_end(text: &[u8], strong: Range, high: usize, last: Option<usize>) -> usize {
    let at = if text[strong.0 + 1] == b'?' {
        strong.1
    } else {
        strong.0
    };
    let (Some((start, end)), Some(last)) = (PATTERNS.root.find(text, at, high), last) else {
        return high;
    };
    // What closes last is what was opened first, or the document goes on to the end.
    let name = &text[start + 1..end];
    let Some(closing) = rfind(text, b"/", end, last) else {
        return high;
    };
    let closed = text.get(closing + 1..closing + 1 + name.len());
    if closed.is_some_and(|closed| closed.eq_ignore_ascii_case(name)) {
        last
    } else {
        high
    }
}

/// Finds mail with its headers, and forms with uploads.
pub fn mail_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    if let Some((at, end)) = PATTERNS.upload.find(text, low, high)
        && memmem::find(&text[end..high], OF_A_FILE).is_some()
    {
        let reach = low.max(at.saturating_sub(UPLOAD_HEAD));
        let mut start = rfind(text, b"--", reach, at).unwrap_or(at);
        if start < at {
            while start > low && text[start - 1] == b'-' {
                start -= 1;
            }
        }
        let last = rfind(text, b"--", end, high);
        found.push((start, last.map_or(high, |last| last + 2)));
    }
    let mut first = None;
    let mut names: Vec<&[u8]> = Vec::new();
    for (at, end) in PATTERNS.header.all(text, low, high) {
        if !starts_header(text, low, at) {
            continue;
        }
        first.get_or_insert(at);
        let name = &text[at..end - 2];
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    let one_of = |wanted: &[&[u8]]| {
        let mut wanted = wanted.iter();
        wanted.any(|want| names.iter().any(|name| name.eq_ignore_ascii_case(want)))
    };
    if let Some(first) = first
        && names.len() >= HEADERS
        && one_of(&OF_MAIL)
        && one_of(&SENT)
    {
        found.push((first, high));
    }
}

fn starts_header(text: &[u8], low: usize, at: usize) -> bool {
    at == low
        || b"\n \"'=:>".contains(&text[at - 1])
        || (at >= low + 2 && text[at - 1] == b'n' && text[at - 2] == b'\\')
}

/// Finds subtitles (SRT, WebVTT) and catalogues of translations (PO).
pub fn captions_in(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    let has = |sign: &[u8]| memmem::find(&text[low..high], sign).is_some();
    let mut cues = PATTERNS.cue.all(text, low, high);
    if has(b"-->")
        && let Some((first, _)) = cues.next()
        && cues.count() + 1 >= CUES
    {
        let start = cue_start(text, low, first);
        let reach = low.max(first.saturating_sub(TITLE_REACH));
        found.push((rfind(text, b"WEBVTT", reach, first).unwrap_or(start), high));
        return;
    }
    let mut messages = PATTERNS.message.all(text, low, high);
    if has(b"msg")
        && let Some((first, _)) = messages.next()
        && messages.count() + 1 >= MESSAGES
    {
        found.push((first, high));
    }
}

/// Goes back over the hours of a cue, and over its number on the line before.
fn cue_start(text: &[u8], low: usize, mut at: usize) -> usize {
    while at > low && (text[at - 1].is_ascii_digit() || text[at - 1] == b':') {
        at -= 1;
    }
    let line = at;
    if at > low && text[at - 1] == b'\n' {
        at -= 1;
        if at > low && text[at - 1] == b'\r' {
            at -= 1;
        }
    } else {
        for letter in [b'n', b'r'] {
            if at > low + 1 && text[at - 1] == letter && text[at - 2] == b'\\' {
                at -= 2;
                while at > low && text[at - 1] == b'\\' {
                    at -= 1;
                }
            }
        }
    }
    let number = at;
    while at > low && text[at - 1].is_ascii_digit() {
        at -= 1;
    }
    if at < number { at } else { line }
}
