//! Replacing spans by markers, so that nothing of a secret is left and a valid line stays valid.
//!
//! A marker inside a JSON string is just text. Where a secret stood as a bare JSON number the
//! marker must be a string: it is written with the quotes that the key beside it has, however many
//! backslashes they carry, and covers the number whole.

use crate::bytesets::{ByteSet, DIGITS, SPACES};
use crate::spans::Span;
use memchr::memrchr;

static NUMBER: ByteSet = DIGITS.or(&ByteSet::of(b"+-.eE"));
static NUMBER_START: ByteSet = DIGITS.or(&ByteSet::of(b"-"));
const REACH: usize = 64;

/// Writes `data` to `out` with each of the sorted, disjoint `spans` replaced by what `put` says.
pub fn replace<'m>(
    data: &[u8],
    spans: &[Span],
    put: impl Fn(&Span) -> &'m [u8],
    out: &mut Vec<u8>,
) {
    let mut at = 0;
    // The end of the number literal looked for last: many spans may be in one long literal.
    let mut numbers = (1, 0);
    let mut strings = Strings {
        data,
        line: 0,
        at: 0,
        inside: false,
    };
    for span in spans {
        let (mut start, mut end) = (span.start, span.end);
        if start < at {
            // The number around an earlier span reached into this one.
            start = at;
            if start >= end {
                continue;
            }
        }
        let mut quoting: &[u8] = b"";
        if start < data.len() && NUMBER_START.has(data[start]) {
            let first = number_start(data, start, at);
            if !(numbers.0 <= end && end <= numbers.1) {
                numbers = (end, number_end(data, end));
            }
            let last = numbers.1;
            quoting = quotes(data, first, last, &mut strings);
            if !quoting.is_empty() {
                (start, end) = (first, last);
            }
        }
        out.extend_from_slice(&data[at..start]);
        out.extend_from_slice(quoting);
        out.extend_from_slice(put(span));
        out.extend_from_slice(quoting);
        at = end;
    }
    out.extend_from_slice(&data[at..]);
}

/// Where the number literal around `start` starts, not before `low`.
fn number_start(data: &[u8], mut start: usize, low: usize) -> usize {
    while start > low && NUMBER.has(data[start - 1]) {
        start -= 1;
    }
    start
}

/// Where the number literal around `end` ends.
fn number_end(data: &[u8], mut end: usize) -> usize {
    while end < data.len() && NUMBER.has(data[end]) {
        end += 1;
    }
    end
}

/// The quotes that a marker for the bare number `data[start..end]` needs, or nothing.
fn quotes<'a>(data: &'a [u8], start: usize, end: usize, strings: &mut Strings) -> &'a [u8] {
    let at = back_over_spaces(data, start);
    if at == 0 {
        return b"";
    }
    match data[at - 1] {
        b':' => {
            let at = back_over_spaces(data, at - 1);
            if at == 0 || !matches!(data[at - 1], b'"' | b'\'') {
                return b"";
            }
            let mut first = at - 1;
            while first > 0 && data[first - 1] == b'\\' && at - first < REACH {
                first -= 1;
            }
            if value_ends(data, end, b",}]") {
                &data[first..at]
            } else {
                b""
            }
        }
        b'[' | b',' if value_ends(data, end, b",]") && strings.outside(start) => b"\"",
        _ => b"",
    }
}

fn back_over_spaces(data: &[u8], mut at: usize) -> usize {
    let stop = at.saturating_sub(REACH);
    while at > stop && SPACES.has(data[at - 1]) {
        at -= 1;
    }
    at
}

fn value_ends(data: &[u8], mut at: usize, closers: &[u8]) -> bool {
    let stop = data.len().min(at + REACH);
    while at < stop && SPACES.has(data[at]) {
        at += 1;
    }
    at == data.len() || closers.contains(&data[at]) || b"\r\n\\".contains(&data[at])
}

/// Knows whether a place is outside the strings of a JSON line. Asked in rising order only.
struct Strings<'a> {
    data: &'a [u8],
    line: usize,
    at: usize,
    inside: bool,
}

impl Strings<'_> {
    fn outside(&mut self, place: usize) -> bool {
        let data = self.data;
        if self.at < place
            && let Some(end) = memrchr(b'\n', &data[self.at..place])
        {
            self.line = self.at + end + 1;
            self.at = self.line;
            self.inside = false;
        }
        let mut first = self.line;
        while first < place && SPACES.has(data[first]) {
            first += 1;
        }
        if !matches!(data.get(first), Some(b'[' | b'{')) {
            return false;
        }
        let mut at = self.at;
        while at < place {
            match data[at] {
                b'\\' => at += 1,
                b'"' => self.inside = !self.inside,
                _ => {}
            }
            at += 1;
        }
        self.at = at;
        !self.inside
    }
}
