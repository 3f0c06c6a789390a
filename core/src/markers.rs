//! Markers: the text that an action leaves behind, and how to know one again.

use crate::bytesets::{ALNUM, ByteSet};
use memchr::memchr;

pub const OPENING: &[u8] = b"[redacted:";
/// Starts the marker of an excerpt: `[document registered memo-7 12 words]`.
const DOCUMENT: &[u8] = b"[document registered ";
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
    if !data[at..high].starts_with(OPENING) {
        return document_end(&data[at..high]).map_or(at, |size| at + size);
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
fn document_end(data: &[u8]) -> Option<usize> {
    let rest = data.strip_prefix(DOCUMENT)?;
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
