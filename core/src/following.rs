//! Values on the line behind their name.
//!
//! `- name: DB_PASSWORD` and `value: hunter2` below it, as Kubernetes and Terraform write them, and
//! `["password"]=>` with `string(7) "hunter2"` below it, as PHP does. In one text the detector of
//! pairs looks at the line before or behind. In a stream the two lines may come in two pieces: then
//! the state at the end of the first one says which rule the next line is for.

use crate::bytesets::{ByteSet, KEY_BYTES, QUOTES, SPACES, back_over, byte_at, starts_with};
use crate::cells::NAME_BYTES;
use crate::keys::{KEY_LIMIT, Words};
use crate::names::Names;
use crate::values::quote_at;
use crate::words::WordLists;
use memchr::memrchr;

static INDENT: ByteSet = ByteSet::of(b" \t-");
static BEHIND_KEY: ByteSet = ByteSet::of(b" \t\"'`])\\");
const INDENTED: usize = 64;
const LONGEST_SIZE: usize = 10;
static CHOMPING: ByteSet = ByteSet::of(b"+-0123456789");

/// The bounds of the line before the one that starts at `low`; both 0 without one.
pub fn line_before(data: &[u8], low: usize) -> (usize, usize) {
    let Some(high) = low.checked_sub(1) else {
        return (0, 0);
    };
    (memrchr(b'\n', &data[..high]).map_or(0, |end| end + 1), high)
}

/// The rules of the name in a line that is nothing but `name: DB_PASSWORD`.
pub fn named_line(data: &[u8], line: (usize, usize), names: &Names, lists: &WordLists) -> Vec<u32> {
    name_alone(data, line, lists).map_or_else(Vec::new, |name| names.of(lists, name))
}

/// The name in the line before the one at `low`, if that is all that it holds.
pub fn name_above<'a>(data: &'a [u8], low: usize, lists: &WordLists) -> Option<&'a [u8]> {
    let (first, last) = line_before(data, low);
    match arrow_end(data, first, last) {
        Some(arrow) => Some(key_text(data, first, arrow - 2)),
        None => match heading(data, first, last) {
            Some(heading) => Some(heading.name),
            None => name_alone(data, (first, last), lists),
        },
    }
}

/// The key before the separator at `at`, as in `["password"]=>`.
pub fn key_text(data: &[u8], low: usize, at: usize) -> &[u8] {
    let end = back_over(data, low, at, &BEHIND_KEY, 8);
    &data[back_over(data, low, end, &KEY_BYTES, KEY_LIMIT)..end]
}

/// The name in a line that is nothing but `name: DB_PASSWORD`.
pub fn name_alone<'a>(
    data: &'a [u8],
    (low, high): (usize, usize),
    lists: &WordLists,
) -> Option<&'a [u8]> {
    let mut at = high;
    if at > low && data[at - 1] == b'\r' {
        at -= 1;
    }
    at = back_over(data, low, at, &SPACES, 8);
    if at > low && data[at - 1] == b',' {
        at -= 1;
    }
    let quote = (at > low && QUOTES.has(data[at - 1])).then(|| data[at - 1]);
    let end = at - usize::from(quote.is_some());
    let start = back_over(data, low, end, &NAME_BYTES, KEY_LIMIT);
    at = start;
    if let Some(quote) = quote {
        if at <= low || data[at - 1] != quote {
            return None;
        }
        at -= 1;
    }
    at = back_over(data, low, at, &SPACES, 8);
    if at <= low || !b"=:".contains(&data[at - 1]) {
        return None;
    }
    at = back_over(data, low, at - 1, &SPACES, INDENTED);
    if at > low && QUOTES.has(data[at - 1]) {
        at -= 1;
    }
    let mut first = back_over(data, low, at, &KEY_BYTES, KEY_LIMIT);
    let words = Words::of(&data[first..at]);
    if words.len() == 0 || !lists.sibling.has(words.last()) {
        return None;
    }
    if first > low && QUOTES.has(data[first - 1]) {
        first -= 1;
    }
    if back_over(data, low, first, &INDENT, INDENTED) != low {
        return None;
    }
    Some(&data[start..end])
}

/// A line that is nothing but `password: |` or `password:`.
pub struct Heading<'a> {
    pub name: &'a [u8],
    /// How far to the right the name stands.
    pub indent: usize,
    /// A text of lines is announced.
    pub block: bool,
}

/// Reads a line that is nothing but `password: |` or `password:`, before another line.
pub fn heading(data: &[u8], low: usize, high: usize) -> Option<Heading<'_>> {
    if high >= data.len() {
        return None;
    }
    let mut at = high;
    if at > low && data[at - 1] == b'\r' {
        at -= 1;
    }
    at = back_over(data, low, at, &SPACES, 8);
    let mut block = false;
    let mark = back_over(data, low, at, &CHOMPING, 2);
    if mark > low && matches!(data[mark - 1], b'|' | b'>') {
        at = back_over(data, low, mark - 1, &SPACES, 8);
        block = true;
        if at == mark - 1 {
            return None;
        }
    }
    if at <= low || data[at - 1] != b':' {
        return None;
    }
    let mut end = at - 1;
    let quote = (end > low && QUOTES.has(data[end - 1])).then(|| data[end - 1]);
    end -= usize::from(quote.is_some());
    let mut first = back_over(data, low, end, &KEY_BYTES, KEY_LIMIT);
    let mut start = first;
    while start < end && data[start] == b'-' {
        start += 1;
    }
    let name = &data[start..end];
    if let Some(quote) = quote {
        if first <= low || data[first - 1] != quote {
            return None;
        }
        first -= 1;
        start = first;
    }
    let indent = start - low;
    let alone = indent <= INDENTED && back_over(data, low, first, &INDENT, indent) == low;
    (alone && !name.is_empty()).then_some(Heading {
        name,
        indent,
        block,
    })
}

/// The key `value` that a line starts with: where it starts, and its separator.
pub fn value_separator(
    data: &[u8],
    low: usize,
    high: usize,
    lists: &WordLists,
) -> Option<(usize, usize)> {
    let mut at = low;
    let stop = high.min(low + INDENTED);
    while at < stop && INDENT.has(data[at]) {
        at += 1;
    }
    if at < high && QUOTES.has(data[at]) {
        at += 1;
    } else if at > low && data[at - 1] == b'-' {
        return None;
    }
    let start = at;
    let stop = high.min(start + KEY_LIMIT);
    while at < stop && KEY_BYTES.has(data[at]) {
        at += 1;
    }
    let mut words = Words::of(&data[start..at]);
    if !(1..=2).contains(&words.len()) {
        return None;
    }
    while words.len() > 0 {
        if !lists.neutral.has(words.last()) {
            return None;
        }
        words.pop();
    }
    if at < high && QUOTES.has(data[at]) {
        at += 1;
    }
    let stop = high.min(at + 8);
    while at < stop && SPACES.has(data[at]) {
        at += 1;
    }
    let found = at < high && b"=:".contains(&data[at]) && !starts_with(data, at + 1, high, b"//");
    found.then_some((start, at))
}

/// The place behind the `=>` that a line ends with.
pub fn arrow_end(data: &[u8], low: usize, high: usize) -> Option<usize> {
    let mut at = high;
    if at > low && data[at - 1] == b'\r' {
        at -= 1;
    }
    at = back_over(data, low, at, &SPACES, 8);
    data[low..at].ends_with(b"=>").then_some(at)
}

/// Steps over `string(7) ` before a quote at `at`, and a line break written `\n`.
pub fn typed_value(data: &[u8], start: usize, high: usize) -> usize {
    let mut at = start;
    while at < high && data[at] == b'\\' && at - start < 15 {
        at += 1;
    }
    if at > start {
        if byte_at(data, at) != b'n' {
            return start;
        }
        at += 1;
    }
    let stop = high.min(at + INDENTED);
    while at < stop && SPACES.has(data[at]) {
        at += 1;
    }
    if !starts_with(data, at, high, b"string(") {
        return start;
    }
    at += b"string(".len();
    let digits = data[at..high]
        .iter()
        .take(LONGEST_SIZE)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    at += digits;
    if digits == 0 || !starts_with(data, at, high, b") ") {
        return start;
    }
    if quote_at(data, at + 2, high).is_some() {
        at + 2
    } else {
        start
    }
}
