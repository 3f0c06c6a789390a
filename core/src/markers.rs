//! Markers: the text that an action leaves behind, and how to know one again.

use crate::bytesets::{ALNUM, ByteSet};
use memchr::memchr;

pub const OPENING: &[u8] = b"[redacted:";
/// Starts the marker of a document: `[document application/pdf 18 KB]`.
const DOCUMENT: &[u8] = b"[document ";
/// Starts the marker of an excerpt: `[document registered memo-7 12 words]`.
const EXCERPT: &[u8] = b"[document registered ";
const LONGEST_NAME: usize = 64;
const LONGEST_SIZE: usize = 9;
static NAME: ByteSet = ALNUM.or(&ByteSet::of(b"-._"));
static INSIDE: ByteSet = ALNUM.or(&ByteSet::of(b"-.:*_"));
const LIMIT: usize = 120;

/// The end of the marker that starts at `at`, or `at` when there is none.
pub fn marker_end(data: &[u8], at: usize, high: usize) -> usize {
    if at >= high {
        return at;
    }
    let text = &data[at..high];
    if text.starts_with(DOCUMENT) {
        let end = excerpt_end(text).or_else(|| document_end(text));
        return end.map_or(at, |size| at + size);
    }
    if !text.starts_with(OPENING) {
        return at;
    }
    let stop = high.min(at + LIMIT);
    let mut end = at + OPENING.len();
    while end < stop && INSIDE.has(data[end]) {
        end += 1;
    }
    if end < stop && data[end] == b']' && end > at + OPENING.len() {
        return end + 1;
    }
    at
}

/// The size of the marker of an excerpt that `data` starts with.
fn excerpt_end(data: &[u8]) -> Option<usize> {
    let rest = data.strip_prefix(EXCERPT)?;
    let (name, behind) = word(rest)?;
    let after = |rest: &[u8]| {
        let (size, rest) = word(rest)?;
        let number = size.len() <= LONGEST_SIZE && size.iter().all(u8::is_ascii_digit);
        let rest = [&b"words]"[..], b"characters]"]
            .iter()
            .find_map(|unit| rest.strip_prefix(*unit))?;
        number.then_some(data.len() - rest.len())
    };
    let named = name.len() <= LONGEST_NAME && name.iter().all(|&byte| NAME.has(byte));
    if named && let Some(end) = after(behind) {
        return Some(end);
    }
    after(rest)
}

/// What stands before the first space, which is not nothing, and what behind it.
fn word(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = data.iter().position(|&byte| byte == b' ')?;
    (end > 0).then(|| (&data[..end], &data[end + 1..]))
}

/// The bounds of each marker in `data`.
pub fn markers_in(data: &[u8]) -> Vec<(usize, usize)> {
    let mut markers = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr(b'[', &data[at..]) {
        let first = at + found;
        let end = marker_end(data, first, data.len());
        if end > first {
            markers.push((first, end));
        }
        at = end.max(first + 1);
    }
    markers
}

/// The size of the marker that `text` starts with:
/// `[document TYPE/SUBTYPE SIZE UNIT]`, or with ` KEY-FINGERPRINT` before the bracket.
fn document_end(text: &[u8]) -> Option<usize> {
    let count = |at: usize, low: usize, high: usize, member: fn(&u8) -> bool| {
        let rest = text.get(at..)?;
        let size = rest
            .iter()
            .take(high + 1)
            .take_while(|byte| member(byte))
            .count();
        (low..=high).contains(&size).then_some(at + size)
    };
    let sign = |at: usize, sign: u8| (text.get(at) == Some(&sign)).then_some(at + 1);
    let subtype = |byte: &u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-')
    };
    let at = count(DOCUMENT.len(), 4, 11, u8::is_ascii_lowercase)?;
    let at = count(sign(at, b'/')?, 2, 80, subtype)?;
    let at = count(sign(at, b' ')?, 1, 6, u8::is_ascii_digit)?;
    let at = sign(at, b' ')?;
    let unit = [&b"B"[..], b"KB", b"MB", b"GB"]
        .into_iter()
        .find(|unit| text[at..].starts_with(unit))?;
    let at = at + unit.len();
    if let Some(end) = sign(at, b']') {
        return Some(end);
    }
    let at = count(sign(at, b' ')?, 1, 16, u8::is_ascii_alphanumeric)?;
    let hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let at = count(sign(at, b'-')?, 16, 16, hex)?;
    sign(at, b']')
}
