//! Fields of a multipart form (RFC 7578) whose line breaks are written as escapes.

use crate::bytesets::{ByteSet, KEY_BYTES, starts_with};
use crate::engine::Kernel;
use crate::keys::KEY_LIMIT;
use crate::quoting::quote_escape_end;
use crate::spans::Span;
use crate::values::{quote_at, text_end};
use memchr::memmem;

const MARK: &[u8] = b"form-data; name=";
static NAME_BYTES: ByteSet = KEY_BYTES.or(&ByteSet::of(b"[]"));
/// Headers between the name and the value, and the bytes of one.
const HEADERS: usize = 3;
const HEADER_SIZE: usize = 200;
const BACKSLASHES: usize = 15;

/// Reports each sensitive field in the line `data[low..high]`.
pub fn escaped_fields(
    kernel: &Kernel,
    data: &[u8],
    low: usize,
    high: usize,
    spans: &mut Vec<Span>,
) {
    let mut at = low;
    while let Some(offset) = memmem::find(&data[at..high], MARK) {
        at += offset + MARK.len();
        let Some((name, start)) = field(data, at, high) else {
            continue;
        };
        let end = text_end(data, start, high);
        let secret = kernel
            .names
            .of(&kernel.words, name)
            .into_iter()
            .find_map(|index| {
                let rule = kernel.pair_rule(index)?;
                let (first, last) = rule.secret(&kernel.words, data, start, end)?;
                Some(Span::new(first, last, index))
            });
        spans.extend(secret);
    }
}

/// The quoted name at `at`, and where its value starts.
fn field(data: &[u8], at: usize, high: usize) -> Option<(&[u8], usize)> {
    let start = quote_escape_end(data, at, high)
        .or_else(|| quote_at(data, at, high).map(|opening| opening.start))?;
    let quote = &data[at..start];
    let mut end = start;
    let stop = high.min(start + KEY_LIMIT);
    while end < stop && NAME_BYTES.has(data[end]) {
        end += 1;
    }
    if end == start || !starts_with(data, end, high, quote) {
        return None;
    }
    let mut value = break_end(data, end + quote.len(), high)?;
    for _ in 0..HEADERS {
        if !starts_with(data, value, high, b"Content-") {
            break;
        }
        let stop = high.min(value + HEADER_SIZE);
        while value < stop && data[value] != b'\\' {
            value += 1;
        }
        value = break_end(data, value, high)?;
    }
    Some((&data[start..end], break_end(data, value, high)?))
}

/// The end of the line break `\r\n` or `\n`, with any backslashes.
fn break_end(data: &[u8], at: usize, high: usize) -> Option<usize> {
    let behind = letter_end(data, at, high, b'r').unwrap_or(at);
    letter_end(data, behind, high, b'n')
}

fn letter_end(data: &[u8], at: usize, high: usize, letter: u8) -> Option<usize> {
    let mut end = at;
    while end < high && data[end] == b'\\' && end - at < BACKSLASHES {
        end += 1;
    }
    (end > at && end < high && data[end] == letter).then_some(end + 1)
}
