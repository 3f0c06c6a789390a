//! Markers: the text that an action leaves behind, and how to know one again.

use crate::bytesets::{ALNUM, ByteSet};

pub const OPENING: &[u8] = b"[redacted:";
pub const DOCUMENT: &[u8] = b"[document ";
static INSIDE: ByteSet = ALNUM.or(&ByteSet::of(b"-.:*_"));
const LIMIT: usize = 120;

/// The end of the marker that starts at `at`, or `at` when there is none.
pub fn marker_end(data: &[u8], at: usize, high: usize) -> usize {
    if at >= high {
        return at;
    }
    let text = &data[at..high];
    if text.starts_with(DOCUMENT) {
        return document_end(text).map_or(at, |size| at + size);
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
