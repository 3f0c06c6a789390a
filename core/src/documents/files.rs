//! Files as they are, in the escapes of a language, and in base64 of any kind.

use super::Range;
use super::gate::Possible;
use super::pattern::Pattern;
use memchr::{memmem, memrchr};
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
pub const BINARY: usize = 30;
/// So much base64 or hexadecimal digits in one run are a file, whatever they decode to.
const RUN: usize = 2048;
/// A ruler or a filler has fewer different characters at its start.
const SAMPLE: usize = 256;
const VARIETY: u32 = 8;

struct Patterns {
    files: Pattern,
    rtf: Pattern,
    binary: Pattern,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns {
    files: Pattern::new(FILES),
    rtf: Pattern::new(r"\{\\{1,8}rtf[0-9]"),
    binary: Pattern::new(concat!(
        r"\\x[0-9A-Fa-f]{2}|\\u00[0189][0-9a-f]|\\ufffd",
        r"|[\x01-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\xef\xbf\xbd",
    )),
});

pub static RTF: LazyLock<memmem::Finder> = LazyLock::new(|| memmem::Finder::new(b"rtf"));

/// Where `needle` is last in `text[low..high]`.
pub fn rfind(text: &[u8], needle: &[u8], low: usize, high: usize) -> Option<usize> {
    if low > high {
        return None;
    }
    memmem::rfind(&text[low..high], needle).map(|at| low + at)
}

/// Finds files as they are, or in the escapes of a language.
pub fn files_in(text: &[u8], (low, high): Range, possible: &Possible, found: &mut Vec<Range>) {
    if possible.file {
        let rtf = RTF.find(&text[low..high]).map(|_| &PATTERNS.rtf);
        if let Some((start, end)) = rtf.and_then(|rtf| rtf.find(text, low, high)) {
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
    }
    if possible.run {
        runs(text, (low, high), found);
    }
    if !possible.binary(high - low) {
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

fn in_run(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'_' | b'-')
}

/// There may be a long run of base64: one that long is at one of the places looked at.
pub fn may_run(text: &[u8]) -> bool {
    (RUN - 1..text.len()).step_by(RUN).any(|at| {
        let (head, tail) = text.split_at(at);
        let before = head.iter().rev().take_while(|byte| in_run(byte)).count();
        let after = tail.iter().take_while(|byte| in_run(byte)).count();
        after > 0 && before + after >= RUN
    })
}

/// Finds long runs of base64, `[A-Za-z0-9+/_\-]{2048,}={0,2}`.
fn runs(text: &[u8], (low, high): Range, found: &mut Vec<Range>) {
    let mut at = low;
    while at < high {
        let size = text[at..high]
            .iter()
            .take_while(|byte| in_run(byte))
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
